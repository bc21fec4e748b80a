//! Waits that callers in a hurry can grant, and what their calls say.

use switchboard_routing::Policy;

use super::*;

const MS: Duration = Duration::from_millis(1);

/// A trial of the linear model's challenger beside champions that take so many milliseconds.
fn beside(linear: u32, transformer: Option<u32>) -> OnTrial {
    let section = "[[canary]]\ntask = 't'\nfamily = 'tfidf'\nshare = 5\nmode = 'answer'\n";
    let mut on_trial = OnTrial::begin(&Policy::parse(section).unwrap().trials[0]);
    on_trial.champion_answered(Family::Tfidf, linear * MS);
    if let Some(took) = transformer {
        on_trial.champion_answered(Family::Transformer, took * MS);
    }
    on_trial
}

#[test]
fn the_champions_are_left_what_they_need_or_the_challenger_is_not_asked() {
    // The champion takes 300 ms, and a third of that is kept; 600 ms are a fair wait.
    let slow = beside(300, None);
    assert_eq!(slow.wait(500 * MS), None);
    assert_eq!(slow.wait(1_100 * MS), None, "half is less than a fair wait");
    assert_eq!(slow.wait(1_300 * MS), Some(650 * MS));
    assert_eq!(slow.wait(60_000 * MS), Some(1_000 * MS), "max_wait_ms");
    let quick = beside(3, None);
    assert_eq!(quick.wait(500 * MS), Some(250 * MS));
    // A ticket may be asked of the transformer as well.
    let cascade = beside(3, Some(297));
    assert_eq!(cascade.wait(500 * MS), Some(100 * MS));
    assert_eq!(cascade.wait(400 * MS), None);
}

#[test]
fn a_challenger_waits_until_it_is_known_how_long_its_champion_takes() {
    let section = beside(1, None).trial.policy().clone();
    let mut on_trial = OnTrial::begin(&section);
    assert_eq!(on_trial.wait(60_000 * MS), None);
    on_trial.champion_answered(Family::Transformer, MS);
    assert_eq!(on_trial.wait(60_000 * MS), None);
    on_trial.champion_answered(Family::Tfidf, MS);
    assert!(on_trial.wait(60_000 * MS).is_some());
}

#[test]
fn being_late_is_held_against_nobody_who_had_no_fair_time() {
    let on_trial = beside(100, None);
    let slow = |took: u32| on_trial.judged(&Err(Lack::Slow), took * MS);
    assert_eq!(slow(150), None);
    assert_eq!(slow(200), Some(Call::Late(200_000)));
    assert_eq!(slow(1_000), Some(Call::Failed), "nobody would have waited longer");
    assert_eq!([199, 200].map(|took| on_trial.was_kept_waiting(took * MS)), [false, true]);
}

#[test]
fn a_version_that_is_not_loaded_is_not_judged() {
    let on_trial = beside(100, None);
    for lack in [Lack::NoModel, Lack::Skipped, Lack::NotConfigured] {
        assert_eq!(on_trial.judged(&Err(lack), 5_000 * MS), None);
    }
    for lack in [Lack::Down, Lack::Overloaded] {
        assert_eq!(on_trial.judged(&Err(lack), MS), Some(Call::Failed));
    }
}
