//! Any text as a routing policy, and what it makes of a ticket.
#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard_routing::{
    Circumstances, Limit, LinearSignals, Policy, Record, Signals, Thresholds, first_wish, place_of,
    second_wish,
};

fuzz_target!(|text: &str| {
    let policy = match Policy::parse(text) {
        Ok(policy) => policy,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    for share in [policy.complex_above, policy.coverage, policy.out_of_scope_above] {
        assert!((0.0..=1.0).contains(&share.get()), "{policy:?}");
    }
    for below in [policy.escalate_below("category", "en"), policy.review_below("category", "en")] {
        assert!(below.is_none_or(|below| (0.0..=1.0).contains(&below)), "{policy:?}");
    }
    let place = place_of(text);
    assert!((0.0..100.0).contains(&place));
    for trial in &policy.trials {
        assert!(trial.takes(place) || trial.share.get() < 100.0, "{trial:?}");
        assert!(policy.trial(trial.task.as_str(), trial.family) == Some(trial), "{trial:?}");
    }
    let (thresholds, record) = (Thresholds::default(), Record::default());
    let around = Circumstances {
        task: "category",
        policy: &policy,
        thresholds: &thresholds,
        linear: Some(&record),
        transformer: Some(&record),
        fuses: true,
        calibrated: false,
        share: (0.5, Limit::Share),
        requested: None,
    };
    let signals = Signals::of("my {printer} is broken", ("en", 0.9), 0.0);
    let linear = LinearSignals::of(&[0.5, 0.3, 0.2], 0.1);
    for wish in [first_wish(&signals, &around), second_wish(&signals, &linear, &around)] {
        assert!(!wish.decided_by.is_empty(), "{policy:?}");
    }
});
