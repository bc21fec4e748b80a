//! The pool under load, around fakes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use switchboard_classify::{Classifier, ClassifyError, Options, Prediction};
use switchboard_inference::{InferenceError, Job, Pool, PoolOptions, Served};

/// Waits a little, counts, and panics on "panic".
#[derive(Default)]
struct Slow {
    labels: Vec<String>,
    computed: AtomicUsize,
}

impl Classifier for Slow {
    fn labels(&self) -> &[String] {
        &self.labels
    }

    fn classify(&self, documents: &[&str], _: Options) -> Vec<Result<Prediction, ClassifyError>> {
        assert!(!documents.contains(&"panic"));
        std::thread::sleep(Duration::from_millis(40));
        self.computed.fetch_add(1, Ordering::SeqCst);
        documents.iter().map(|_| Ok(Prediction::default())).collect()
    }

    fn answers_inline(&self, _: usize) -> bool {
        false
    }
}

fn served(classifier: Arc<Slow>) -> Arc<Served> {
    Arc::new(Served {
        name: "category-slow".into(),
        version: 1,
        task: "category".into(),
        family: "slow".into(),
        languages: std::collections::BTreeMap::default(),
        metrics: std::collections::BTreeMap::default(),
        reference: None,
        classifier,
    })
}

fn job(served: &Arc<Served>, text: &str, wait: Duration) -> Job {
    Job {
        served: served.clone(),
        documents: vec![text.into()],
        options: Options::default(),
        deadline: Instant::now() + wait,
    }
}

const PATIENT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_everything_accepted_is_answered() {
    let pool = Arc::new(Pool::start(PoolOptions { workers: 1, queue: 4 }).unwrap());
    let served = served(Arc::default());
    let calls = (0..40).map(|_| {
        let (pool, job) = (pool.clone(), job(&served, "x", PATIENT));
        tokio::spawn(async move { pool.classify(job).await.map(|_| ()) })
    });
    let mut answered = 0;
    let mut refused = 0;
    for call in calls.collect::<Vec<_>>() {
        match call.await.unwrap() {
            Ok(()) => answered += 1,
            Err(error) => {
                assert_eq!(error, InferenceError::Overloaded);
                refused += 1;
            }
        }
    }
    assert_eq!(answered + refused, 40);
    assert!((4..=6).contains(&answered), "{answered}");
}

#[tokio::test]
async fn work_nobody_waits_for_is_not_done() {
    let slow = Arc::new(Slow::default());
    let served = served(slow.clone());
    let pool = Pool::start(PoolOptions { workers: 1, queue: 16 }).unwrap();
    let impatient = (0..8).map(|_| pool.classify(job(&served, "x", Duration::from_millis(15))));
    let patient = pool.classify(job(&served, "x", PATIENT));
    let (impatient, patient) = tokio::join!(futures_join(impatient), patient);
    assert!(impatient.iter().all(|answer| *answer == Some(InferenceError::DeadlineExceeded)));
    assert!(patient.is_ok());
    assert!(slow.computed.load(Ordering::SeqCst) <= 2);
}

async fn futures_join(
    calls: impl Iterator<
        Item = impl Future<Output = Result<switchboard_inference::Answer, InferenceError>>,
    >,
) -> Vec<Option<InferenceError>> {
    let mut set = Vec::new();
    for call in calls {
        set.push(Box::pin(call));
    }
    let mut outcomes = Vec::new();
    for call in set {
        outcomes.push(call.await.err());
    }
    outcomes
}

#[tokio::test]
async fn a_panic_loses_one_request_and_no_worker() {
    let pool = Pool::start(PoolOptions { workers: 1, queue: 4 }).unwrap();
    let served = served(Arc::default());
    let lost = pool.classify(job(&served, "panic", PATIENT)).await.unwrap_err();
    assert_eq!(lost, InferenceError::Panicked);
    assert!(pool.classify(job(&served, "x", PATIENT)).await.is_ok());
}

#[tokio::test]
async fn a_passed_deadline_costs_nothing() {
    let slow = Arc::new(Slow::default());
    let pool = Pool::start(PoolOptions { workers: 1, queue: 4 }).unwrap();
    let late = pool.classify(job(&served(slow.clone()), "x", Duration::ZERO)).await.unwrap_err();
    assert_eq!((late, slow.computed.load(Ordering::SeqCst)), (InferenceError::DeadlineExceeded, 0));
}
