//! The pool under load, around fakes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use switchboard_classify::{Classifier, ClassifyError, Options, Prediction};
use switchboard_inference::{Answer, InferenceError, Job, Pool, PoolOptions, Served};
use tokio::task::JoinSet;

/// Documents of the fake's batch.
const BATCH: usize = 4;
/// What a document costs it.
const COST: usize = 10;

/// Says how long a document is after a little time, once it may, and panics on "panic".
#[derive(Default)]
struct Slow {
    labels: Vec<String>,
    pause: Duration,
    /// The documents of each call.
    calls: Mutex<Vec<Vec<String>>>,
    /// While it is true, no call ends.
    held: Mutex<bool>,
    released: Condvar,
}

impl Slow {
    fn taking(pause: Duration) -> Arc<Self> {
        Arc::new(Self { pause, ..Self::default() })
    }

    /// One that ends no call before it is released.
    fn held() -> Arc<Self> {
        Arc::new(Self { held: Mutex::new(true), ..Self::default() })
    }

    fn release(&self) {
        *self.held.lock().unwrap() = false;
        self.released.notify_all();
    }

    fn calls(&self) -> Vec<Vec<String>> {
        self.calls.lock().unwrap().clone()
    }
}

impl Classifier for Slow {
    fn labels(&self) -> &[String] {
        &self.labels
    }

    fn classify(&self, documents: &[&str], _: Options) -> Vec<Result<Prediction, ClassifyError>> {
        let all = documents.iter().map(|document| (*document).to_owned()).collect();
        self.calls.lock().unwrap().push(all);
        drop(self.released.wait_while(self.held.lock().unwrap(), |held| *held).unwrap());
        assert!(!documents.contains(&"panic"));
        std::thread::sleep(self.pause);
        documents.iter().map(|document| answer(document)).collect()
    }

    fn answers_inline(&self, _: usize) -> bool {
        false
    }

    fn cost(&self, _: usize) -> usize {
        COST
    }

    fn batch_cost(&self) -> usize {
        BATCH * COST
    }
}

fn answer(document: &str) -> Result<Prediction, ClassifyError> {
    if document == "fail" {
        return Err(ClassifyError::Model("as it was told".into()));
    }
    Ok(Prediction { logits: vec![document.len() as f32], tokens_used: 1, ..Prediction::default() })
}

fn served(classifier: Arc<Slow>) -> Arc<Served> {
    Arc::new(Served {
        name: "category-slow".into(),
        version: 1,
        task: "category".into(),
        family: "slow".into(),
        languages: BTreeMap::default(),
        metrics: BTreeMap::default(),
        reference: None,
        classifier,
    })
}

fn pool(workers: usize, queue: usize) -> Arc<Pool> {
    Arc::new(Pool::start(PoolOptions { workers, queue }, Arc::new(|_| ())).unwrap())
}

fn job(served: &Arc<Served>, texts: &[&str], wait: Duration) -> Job {
    Job {
        served: served.clone(),
        documents: texts.iter().map(|text| (*text).to_owned()).collect(),
        options: Options::default(),
        deadline: Instant::now() + wait,
    }
}

fn lengths(answer: &Answer) -> Vec<Option<f32>> {
    answer.outcomes.iter().map(|one| one.as_ref().ok().map(|one| one.logits[0])).collect()
}

async fn until(happened: impl Fn() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(started.elapsed() < PATIENT, "it never comes true");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

const PAUSE: Duration = Duration::from_millis(40);
const PATIENT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_everything_accepted_is_answered() {
    let slow = Slow::held();
    let (pool, served) = (pool(1, 4), served(slow.clone()));
    let mut calls = JoinSet::new();
    for _ in 0..40 {
        let (pool, job) = (pool.clone(), job(&served, &["x"], PATIENT));
        calls.spawn(async move { pool.classify(job).await.map(|_| ()) });
    }
    let mut refused = 0;
    // What the worker took at first, and the queue behind it, are answered later.
    while refused < 40 - (4 + BATCH) {
        assert_eq!(calls.join_next().await.unwrap().unwrap(), Err(InferenceError::Overloaded));
        refused += 1;
    }
    slow.release();
    let outcomes = calls.join_all().await;
    let answered = outcomes.iter().filter(|one| one.is_ok()).count();
    assert!((4..=4 + BATCH).contains(&answered), "{answered}");
    assert!(outcomes.iter().all(|one| matches!(one, Ok(()) | Err(InferenceError::Overloaded))));
}

#[tokio::test]
async fn work_nobody_waits_for_is_not_done() {
    let slow = Slow::held();
    let (pool, served) = (pool(1, 16), served(slow.clone()));
    let first = tokio::spawn({
        let (pool, job) = (pool.clone(), job(&served, &["first"], PATIENT));
        async move { pool.classify(job).await.map(|_| ()) }
    });
    until(|| !slow.calls().is_empty()).await;
    let mut impatient = JoinSet::new();
    for _ in 0..8 {
        let (pool, job) = (pool.clone(), job(&served, &["late"], Duration::from_millis(500)));
        impatient.spawn(async move { pool.classify(job).await.map(|_| ()) });
    }
    let gone = tokio::spawn({
        let (pool, job) = (pool.clone(), job(&served, &["gone"], PATIENT));
        async move { pool.classify(job).await.map(|_| ()) }
    });
    until(|| pool.waiting() == 9).await;
    gone.abort();
    let late = impatient.join_all().await;
    assert!(late.iter().all(|one| *one == Err(InferenceError::DeadlineExceeded)), "{late:?}");
    slow.release();
    pool.classify(job(&served, &["last"], PATIENT)).await.unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(slow.calls(), [["first"], ["last"]]);
}

#[tokio::test]
async fn a_job_given_up_at_the_front_does_not_hide_those_for_another_model() {
    let pool = pool(1, 16);
    let (busy, other) = (Slow::held(), Slow::taking(PAUSE / 8));
    let (first, second) = (served(busy.clone()), served(other.clone()));
    let mut calls = JoinSet::new();
    for served in [&first, &first, &second] {
        let (pool, job) = (pool.clone(), job(served, &["x"], PATIENT));
        calls.spawn(async move { pool.classify(job).await.map(|_| ()) });
        until(|| !busy.calls().is_empty()).await;
    }
    until(|| pool.waiting() == 2).await;
    busy.release();
    assert!(calls.join_all().await.iter().all(Result::is_ok));
    assert_eq!(other.calls().len(), 1);
}

#[tokio::test]
async fn documents_of_waiting_jobs_are_computed_together_up_to_a_batch_each_answered_its_own() {
    let slow = Slow::taking(PAUSE);
    let (pool, served) = (pool(1, 16), served(slow.clone()));
    let mut calls = JoinSet::new();
    for length in 1..=9 {
        let (pool, job) = (pool.clone(), job(&served, &["x".repeat(length).as_str()], PATIENT));
        calls.spawn(async move { (length, lengths(&pool.classify(job).await.unwrap())) });
    }
    for (length, found) in calls.join_all().await {
        assert_eq!(found, [Some(length as f32)]);
    }
    let sizes: Vec<usize> = slow.calls().iter().map(Vec::len).collect();
    assert!(sizes.iter().all(|size| *size <= BATCH) && sizes.contains(&BATCH), "{sizes:?}");
}

#[tokio::test]
async fn a_large_job_is_split_shared_by_the_workers_and_put_together_in_order() {
    let slow = Slow::taking(PAUSE);
    let (pool, served) = (pool(2, 16), served(slow.clone()));
    let texts: Vec<String> = (1..=11).map(|length| "x".repeat(length)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    // Both workers wait for work.
    tokio::time::sleep(PAUSE).await;
    let answer = pool.classify(job(&served, &texts, PATIENT)).await.unwrap();
    let expected: Vec<Option<f32>> = (1..=11).map(|length| Some(length as f32)).collect();
    assert_eq!(lengths(&answer), expected);
    assert_eq!(*answer.documents, texts);
    assert!(slow.calls().len() >= 3 && slow.calls().iter().all(|call| call.len() <= BATCH));
}

#[tokio::test]
async fn two_idle_workers_share_what_one_could_take() {
    // Whether both are idle cannot be seen from here; a little later they are.
    for _ in 0..20 {
        let slow = Slow::taking(PAUSE);
        let (pool, served) = (pool(2, 16), served(slow.clone()));
        tokio::time::sleep(PAUSE).await;
        pool.classify(job(&served, &["x", "xx", "xxx", "xxxx"], PATIENT)).await.unwrap();
        let sizes: Vec<usize> = slow.calls().iter().map(Vec::len).collect();
        if sizes == [2, 2] {
            return;
        }
    }
    panic!("they never do");
}

#[tokio::test]
async fn a_large_job_does_not_hold_up_a_small_one() {
    let slow = Slow::taking(PAUSE / 4);
    let (pool, served) = (pool(1, 16), served(slow.clone()));
    let large = tokio::spawn({
        let (pool, job) = (pool.clone(), job(&served, &["x"; 40], PATIENT));
        async move { pool.classify(job).await.map(|_| ()) }
    });
    until(|| !slow.calls().is_empty()).await;
    pool.classify(job(&served, &["small"], PATIENT)).await.unwrap();
    assert!(!large.is_finished());
    large.await.unwrap().unwrap();
}

#[tokio::test]
async fn models_are_not_mixed_in_a_batch() {
    let pool = pool(1, 16);
    let (one, other) = (Slow::taking(PAUSE), Slow::taking(PAUSE));
    let (first, second) = (served(one.clone()), served(other.clone()));
    let mut calls = JoinSet::new();
    for served in [&first, &second].into_iter().cycle().take(8) {
        let (pool, job) = (pool.clone(), job(served, &["x"], PATIENT));
        calls.spawn(async move { pool.classify(job).await.map(|_| ()) });
    }
    assert!(calls.join_all().await.iter().all(Result::is_ok));
    assert_eq!((one.calls().concat().len(), other.calls().concat().len()), (4, 4));
}

#[tokio::test]
async fn a_panic_loses_one_request_and_no_worker() {
    let (pool, served) = (pool(1, 16), served(Slow::taking(PAUSE)));
    let mut calls = JoinSet::new();
    for text in ["x", "panic", "xx", "fail"] {
        let (pool, job) = (pool.clone(), job(&served, &[text], PATIENT));
        calls.spawn(async move { (text, pool.classify(job).await.map(|one| lengths(&one))) });
    }
    for (text, outcome) in calls.join_all().await {
        let expected = match text {
            "panic" => Err(InferenceError::Panicked),
            "fail" => Ok(vec![None]),
            text => Ok(vec![Some(text.len() as f32)]),
        };
        assert_eq!(outcome, expected, "{text}");
    }
    assert!(pool.classify(job(&served, &["x"], PATIENT)).await.is_ok());
}

#[tokio::test]
async fn a_passed_deadline_costs_nothing() {
    let slow = Slow::taking(PAUSE);
    let (pool, served) = (pool(1, 4), served(slow.clone()));
    let late = pool.classify(job(&served, &["x"], Duration::ZERO)).await.unwrap_err();
    assert_eq!((late, slow.calls().len()), (InferenceError::DeadlineExceeded, 0));
}

#[tokio::test]
async fn what_waits_when_the_pool_stops_is_answered() {
    let slow = Slow::taking(PAUSE / 4);
    let (pool, served) = (pool(1, 64), served(slow.clone()));
    let mut calls = JoinSet::new();
    for _ in 0..12 {
        let (pool, job) = (pool.clone(), job(&served, &["x"], PATIENT));
        // The call keeps no pool alive.
        calls.spawn(async move {
            let call = pool.classify(job);
            let answer = call.await;
            drop(pool);
            answer.map(|_| ())
        });
    }
    until(|| !slow.calls().is_empty()).await;
    drop(pool);
    assert!(calls.join_all().await.iter().all(Result::is_ok));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_that_leave_at_any_moment_lose_and_repeat_nothing() {
    let slow = Slow::taking(Duration::from_micros(200));
    let (pool, served) = (pool(2, 2_000), served(slow.clone()));
    let answered = Arc::new(AtomicUsize::new(0));
    let mut calls = JoinSet::new();
    for number in 0..1_000usize {
        let (pool, served, answered) = (pool.clone(), served.clone(), answered.clone());
        calls.spawn(async move {
            let texts: Vec<String> =
                (0..=number % 5).map(|more| format!("{number} {more}")).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            // A third leaves early, a third has a short deadline.
            let wait = if number % 3 == 1 { Duration::from_millis(30) } else { PATIENT };
            let leave =
                if number % 3 == 2 { Duration::from_millis(number as u64 % 60) } else { PATIENT };
            let call = pool.classify(job(&served, &texts, wait));
            match tokio::time::timeout(leave, call).await {
                Ok(Ok(answer)) => {
                    let expected: Vec<Option<f32>> =
                        texts.iter().map(|text| Some(text.len() as f32)).collect();
                    assert_eq!(lengths(&answer), expected);
                    answered.fetch_add(1, Ordering::SeqCst);
                }
                Ok(Err(error)) => assert_eq!(error, InferenceError::DeadlineExceeded),
                Err(_) => {}
            }
        });
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap();
    }
    assert!(answered.load(Ordering::SeqCst) >= 334);
    drop(pool);
    let computed = slow.calls().concat();
    let distinct: HashSet<&String> = computed.iter().collect();
    assert_eq!(distinct.len(), computed.len(), "no document is computed twice");
}
