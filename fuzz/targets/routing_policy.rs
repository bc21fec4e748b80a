//! Any text as a routing policy.
#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard_routing::{Family, Policy, Thresholds};

fuzz_target!(|text: &str| {
    let policy = match Policy::parse(text) {
        Ok(policy) => policy,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let thresholds = policy.thresholds(Thresholds::default());
    for share in [
        policy.complex_above,
        thresholds.escalate_below("en"),
        thresholds.review_below(Family::Tfidf),
        thresholds.review_below(Family::Transformer),
    ] {
        assert!((0.0..=1.0).contains(&share), "{policy:?}");
    }
});
