//! A swap fails no call, and no answer mixes two versions.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use switchboard_classify::Options;
use switchboard_inference::{Job, Pool, PoolOptions, Served};

use crate::common::{Followed, NAME};

const SWAPS: u32 = 20;

/// The mark of a version of these tests is its number.
fn assert_is_whole(served: &Served, logits: &[f32]) {
    assert!(
        logits.iter().all(|logit| (logit - served.version as f32).abs() < 0.1),
        "{} {logits:?}",
        served.version
    );
}

/// Asks until told to stop, and returns the versions that answered.
fn ask(followed: &Followed, stop: &AtomicBool) -> BTreeSet<u32> {
    let mut seen = BTreeSet::new();
    while !stop.load(Ordering::Relaxed) {
        let set = followed.models.current();
        let served = set.select("category", "champion").expect("there is always a champion");
        let number = served.version.to_string();
        let same = set.select("category", &number).expect("a set stays whole");
        assert!(Arc::ptr_eq(&served, &same));
        for answer in served.classifier.classify(&["a", "b", "c"], Options::default()) {
            assert_is_whole(&served, &answer.unwrap().logits);
        }
        seen.insert(served.version);
    }
    seen
}

#[test]
fn every_answer_is_of_one_version_while_versions_come_and_go() {
    let (followed, _watcher) = Followed::serving();
    followed.publish("2");
    let stop = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..3).map(|_| scope.spawn(|| ask(&followed, &stop))).collect();
        for swap in 0..SWAPS {
            let version = 2 - swap % 2;
            followed.promote(version);
            followed.eventually_serves(version);
        }
        stop.store(true, Ordering::Relaxed);
        callers.into_iter().map(|caller| caller.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(seen.iter().all(|seen| seen.len() == 2), "{seen:?}");
    let loaded = followed.all_told().iter().filter(|told| told.starts_with("loaded")).count();
    assert_eq!(loaded, 1 + SWAPS as usize);
}

#[tokio::test]
async fn a_job_keeps_the_version_it_began_with() {
    let (followed, _watcher) = Followed::serving();
    let pool = Pool::start(PoolOptions { workers: 1, queue: 4 }, Arc::new(|_| ())).unwrap();
    let served = followed.models.current().select("category", "champion").unwrap();
    followed.promote(followed.publish("2"));
    followed.eventually_serves(2);
    let job = Job {
        served: served.clone(),
        documents: vec!["a".into(), "b".into()],
        options: Options::default(),
        deadline: Instant::now() + Duration::from_secs(20),
    };
    let answer = pool.classify(job).await.unwrap();
    for outcome in answer.outcomes {
        assert_is_whole(&served, &outcome.unwrap().logits);
    }
    assert_eq!((served.version, served.name.as_str()), (1, NAME));
}
