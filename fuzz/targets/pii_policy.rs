//! Any text as a policy for personal data.
#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard_pii::{Policy, RawText, Scrubber};

const KEY: &str = "5eadbeef5eadbeef5eadbeef5eadbeef5eadbeef5eadbeef5eadbeef5eadbeef";
const TICKET: &str = "Card 4111 1111 1111 1111, call +33 6 12 34 56 78 or mail jane@example.com on 10.0.0.1";

fuzz_target!(|text: &str| {
    let policy = match Policy::parse(text, |_| Ok(KEY.to_owned().into())) {
        Ok(policy) => policy,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    assert!(!format!("{policy:?}").contains("5eadbeef"), "a key is shown");
    let scrubber = Scrubber::with_policy(policy);
    let once = scrubber.scrub(RawText::new(TICKET));
    assert_eq!(once.for_models(), "Card , call or mail on", "a policy changes what models see");
    let twice = scrubber.scrub(RawText::new(once.text()));
    assert_eq!(twice.text(), once.text());
    assert!(twice.spans().is_empty(), "scrubbing twice finds something");
});
