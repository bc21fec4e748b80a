//! Challengers that fail, are slow, or are as good as their champions.

mod chance;

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::{Policy, place_of};

const VERSIONS: Versions = Versions { champion: 1, challenger: 2 };
const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn policy(settings: &str) -> TrialPolicy {
    let section =
        "[[canary]]\ntask = \"category\"\nfamily = \"tfidf\"\nshare = 5\nmode = \"answer\"\n";
    Policy::parse(&format!("{section}{settings}")).unwrap().trials.remove(0)
}

/// A trial under way, with these limits.
fn trial(settings: &str) -> Trial {
    let mut trial = Trial::new(policy(settings));
    trial.follow(&policy(settings), Some(VERSIONS));
    trial
}

/// The number of the challenger's call that stopped it, if any of these pairs (champion, challenger) did.
fn stopped_after(
    trial: &mut Trial,
    pairs: impl IntoIterator<Item = (Call, Call)>,
) -> Option<usize> {
    for (number, (champion, challenger)) in pairs.into_iter().enumerate() {
        trial.champion_called(None, champion);
        if trial.challenger_called(VERSIONS, challenger, NOW).is_some() {
            return Some(number + 1);
        }
    }
    None
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        1 => Just(Call::Failed),
        3 => (1u32..5_000_000).prop_map(Call::Answered),
        3 => (1u32..2_000).prop_map(Call::Answered),
        1 => (1u32..2_000).prop_map(Call::Late),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_stops_before_the_least_number_of_calls(
        least in 1u32..=500,
        pairs in prop::collection::vec((call(), call()), 0..600),
    ) {
        let mut trial = trial(&format!("min_requests = {least}\nmax_error_rate = 0.0\nmax_latency_ratio = 1.0"));
        if let Some(number) = stopped_after(&mut trial, pairs) {
            prop_assert!(number >= least as usize, "{number} < {least}");
        }
    }

    #[test]
    fn a_challenger_as_good_as_its_champion_is_never_stopped(
        least in 1u32..=500,
        calls in prop::collection::vec(call(), 0..1_200),
    ) {
        let mut trial = trial(&format!("min_requests = {least}\nmax_error_rate = 0.0\nmax_latency_ratio = 1.0"));
        prop_assert_eq!(stopped_after(&mut trial, calls.into_iter().map(|call| (call, call))), None);
        prop_assert_eq!(trial.state(), TrialState::Running);
    }

    #[test]
    fn one_that_always_fails_is_stopped_at_the_least_number_of_calls(
        least in 1u32..=500,
        limit in 0.0f32..0.99,
        before in prop::collection::vec(1u32..100_000, 500),
    ) {
        let mut trial = trial(&format!("min_requests = {least}\nmax_error_rate = {limit}"));
        let pairs = before.into_iter().map(|time| (Call::Answered(time), Call::Failed));
        prop_assert_eq!(stopped_after(&mut trial, pairs), Some(least as usize));
        prop_assert_eq!(trial.state().name(), "stopped_errors");
    }

    #[test]
    fn one_that_is_always_slower_than_allowed_is_stopped_at_the_least_number_of_calls(
        least in 1u32..=500,
        ratio in 1u32..10,
        times in prop::collection::vec(1u32..100_000, 500),
    ) {
        let slowest = times.iter().copied().max().unwrap();
        let slow = Call::Answered(slowest * ratio + 2_000);
        let mut trial = trial(&format!("min_requests = {least}\nmax_latency_ratio = {ratio}"));
        let pairs = times.into_iter().map(|time| (Call::Answered(time), slow));
        prop_assert_eq!(stopped_after(&mut trial, pairs), Some(least as usize));
        prop_assert_eq!(trial.state().name(), "stopped_latency");
    }

    #[test]
    fn no_more_than_the_window_is_remembered(pairs in prop::collection::vec(call(), 0..1_500)) {
        let mut trial = trial("max_error_rate = 1.0\nmax_latency_ratio = 1000");
        let number = pairs.len();
        stopped_after(&mut trial, pairs.into_iter().map(|call| (call, call)));
        let (challenger, champion) = trial.sides();
        prop_assert_eq!(challenger, champion);
        prop_assert_eq!(challenger.calls as usize, number.min(WINDOW));
    }

    #[test]
    fn a_greater_share_keeps_the_tickets_of_a_smaller_one(id in ".{0,40}", small in 0u32..=100, more in 0u32..=100) {
        let of = |family: &str, share: u32| {
            let text = format!("[[canary]]\ntask = \"t\"\nfamily = \"{family}\"\nshare = {share}\nmode = \"shadow\"");
            Policy::parse(&text).unwrap().trials.remove(0).takes(place_of(&id))
        };
        let large = (small + more).min(100);
        for family in ["tfidf", "transformer"] {
            prop_assert!(!of(family, small) || of(family, large));
            prop_assert!(of(family, 100) && !of(family, 0));
        }
        prop_assert!(!(of("tfidf", small) && of("transformer", 100 - small)), "two shares in one ticket");
    }
}

/// Every so many calls fail.
fn failing_every(period: usize) -> impl Iterator<Item = Call> {
    let call = move |number| {
        if number % period == 0 { Call::Failed } else { Call::Answered(900) }
    };
    (1..).map(call)
}

#[test]
fn one_that_fails_now_and_then_is_stopped_within_the_window() {
    for (period, most) in [(2, 50), (4, 60), (10, 250), (15, WINDOW)] {
        let mut trial = trial("");
        let pairs = failing_every(period).map(|call| (Call::Answered(900), call));
        let stopped = stopped_after(&mut trial, pairs.take(2 * WINDOW));
        assert!(stopped.is_some_and(|number| number <= most), "{period}: {stopped:?}");
    }
    let mut trial = trial("");
    let pairs = failing_every(100).map(|call| (Call::Answered(900), call));
    assert_eq!(stopped_after(&mut trial, pairs.take(4 * WINDOW)), None, "1 % is within the limit");
}

#[test]
fn what_fails_for_both_speaks_against_neither() {
    let mut trial = trial("");
    let pairs = std::iter::repeat_n((Call::Failed, Call::Failed), 2 * WINDOW);
    assert_eq!(stopped_after(&mut trial, pairs), None);
}

#[test]
fn without_the_champions_times_only_errors_stop() {
    let mut slow = trial("");
    let mut stopped =
        (0..WINDOW).filter_map(|_| slow.challenger_called(VERSIONS, Call::Answered(u32::MAX), NOW));
    assert_eq!(stopped.next(), None);
    let mut failing = trial("");
    let calls = (1..=50).filter_map(|_| failing.challenger_called(VERSIONS, Call::Failed, NOW));
    assert_eq!(calls.count(), 1);
}

#[test]
fn a_difference_nobody_notices_stops_nothing() {
    let mut trial = trial("");
    let pairs = std::iter::repeat_n((Call::Answered(100), Call::Answered(900)), WINDOW);
    assert_eq!(stopped_after(&mut trial, pairs), None);
}

#[test]
fn one_that_is_always_late_is_stopped_at_the_least_number_of_calls() {
    let mut trial = trial("");
    let pairs = std::iter::repeat_n((Call::Answered(900), Call::Late(2_000)), WINDOW);
    assert_eq!(stopped_after(&mut trial, pairs), Some(50));
    assert_eq!(trial.state().name(), "stopped_latency");
}

/// Whether so many calls that failed stopped these versions.
fn fail(trial: &mut Trial, versions: Versions) -> bool {
    (0..60).any(|_| trial.challenger_called(versions, Call::Failed, NOW).is_some())
}

#[test]
fn a_stop_ends_with_another_policy_only() {
    let mut trial = trial("");
    let next = Versions { challenger: 3, ..VERSIONS };
    assert!(!fail(&mut trial, next), "calls of another version");
    assert!(fail(&mut trial, VERSIONS));
    trial.follow(&policy(""), Some(VERSIONS));
    assert_eq!(trial.state().name(), "stopped_errors");
    trial.follow(&policy(""), None);
    assert_eq!(trial.state(), TrialState::NoChallenger);
    trial.follow(&policy(""), Some(VERSIONS));
    assert_eq!(trial.state().name(), "stopped_errors", "it came back as it went");
    trial.follow(&policy("min_requests = 40"), Some(VERSIONS));
    assert_eq!((trial.state(), trial.sides().0.calls), (TrialState::Running, 0));
    assert_eq!(trial.stopped_at(), None);
}

#[test]
fn versions_that_replicas_tell_by_turns_are_stopped_all_the_same() {
    let mut trial = trial("");
    let next = Versions { challenger: 3, ..VERSIONS };
    for second in 0..60 {
        let now = NOW + Duration::from_secs(second);
        trial.follow(&policy(""), Some(VERSIONS));
        trial.champion_called(Some(1), Call::Answered(900));
        trial.challenger_called(VERSIONS, Call::Failed, now);
        trial.follow(&policy(""), Some(next));
        assert_eq!(trial.state(), TrialState::Running);
        trial.challenger_called(next, Call::Answered(900), now);
    }
    trial.follow(&policy(""), Some(VERSIONS));
    assert_eq!(trial.state().name(), "stopped_errors");
    assert_eq!(trial.stopped_at(), Some(NOW + Duration::from_secs(49)));
}

#[test]
fn what_was_measured_beside_another_champion_is_not_shown() {
    let mut trial = trial("");
    trial.champion_called(Some(1), Call::Answered(900));
    trial.challenger_called(VERSIONS, Call::Answered(900), NOW);
    trial.compared(VERSIONS, true);
    trial.champion_called(Some(1), Call::Answered(70_000));
    assert_eq!(trial.labels(), [1, 0]);
    let promoted = Versions { champion: 5, challenger: 2 };
    trial.follow(&policy(""), Some(promoted));
    assert_eq!((trial.sides(), trial.labels()), Default::default());
    assert_eq!(trial.versions(), Some(promoted));
    trial.champion_called(Some(1), Call::Answered(70_000));
    trial.challenger_called(promoted, Call::Answered(900), NOW);
    assert_eq!(trial.sides().1.calls, 0, "the old champion's call is not the new one's");
}

#[test]
fn no_more_than_a_few_versions_are_remembered() {
    let mut trial = trial("");
    assert!(fail(&mut trial, VERSIONS));
    let after = |number| Versions { challenger: 2 + number, ..VERSIONS };
    for number in 1..REMEMBERED as u32 {
        trial.follow(&policy(""), Some(after(number)));
    }
    trial.follow(&policy(""), Some(VERSIONS));
    assert_eq!(trial.state().name(), "stopped_errors");
    for number in 1..=1_000 {
        trial.follow(&policy(""), Some(after(number)));
    }
    assert_eq!(trial.known.len(), REMEMBERED);
}

#[test]
fn a_stop_is_told_with_its_figures() {
    let mut errors = trial("");
    stopped_after(&mut errors, std::iter::repeat_n((Call::Answered(900), Call::Failed), 60));
    let TrialState::Stopped(stopped) = errors.state() else { panic!("it fails always") };
    let told = "50 of 50 calls failed, and 0 of 50 of the champion's: that is more than max_error_rate = 0.02 above it";
    assert_eq!(policy("").sentence(&stopped), told);
    let mut slow = trial("");
    let pair = (Call::Answered(12_000), Call::Answered(81_200));
    stopped_after(&mut slow, std::iter::repeat_n(pair, 60));
    let TrialState::Stopped(stopped) = slow.state() else { panic!("it is always slow") };
    let told = "95 of 100 calls took up to 81.2 ms, and of the champion's 12.0 ms: that is more than max_latency_ratio = 2";
    assert_eq!(policy("").sentence(&stopped), told);
}

#[test]
fn ids_stand_anywhere_and_always_in_the_same_place() {
    let places: Vec<f64> =
        (0..10_000).map(|number| place_of(&format!("ticket-{number}"))).collect();
    assert!(places.iter().all(|place| (0.0..100.0).contains(place)));
    for tenth in 0..10 {
        let lower = f64::from(tenth) * 10.0;
        let inside = places.iter().filter(|place| (lower..lower + 10.0).contains(*place)).count();
        // Five standard deviations of a binomial of 10,000 and a tenth.
        assert!((850..=1_150).contains(&inside), "{tenth}: {inside}");
    }
    assert_eq!(place_of("ticket-7").to_bits(), places[7].to_bits());
}
