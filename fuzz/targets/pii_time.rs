//! Scrubbing: time grows with the text and not faster, whatever it repeats.
#![no_main]

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use switchboard_pii::{RawText, Scrubber};

const SHORT: usize = 64 * 1024;

/// So much longer is the long text.
const LONGER: u32 = 8;

/// What other programs on the machine may add.
const SLACK: Duration = Duration::from_secs(2);

static SCRUBBER: LazyLock<Scrubber> = LazyLock::new(Scrubber::new);

fuzz_target!(|text: &str| {
    if text.is_empty() || text.len() > SHORT {
        return;
    }
    let short = text.repeat(SHORT / text.len());
    let took = time(&short);
    // Twice what is linear; what is quadratic takes eight times that.
    let most = took * LONGER * 2 + SLACK;
    let long = time(&short.repeat(LONGER as usize));
    assert!(long < most, "{took:?} for {} bytes, {long:?} for {LONGER} times as many", short.len());
});

fn time(text: &str) -> Duration {
    let started = Instant::now();
    SCRUBBER.scrub(RawText::new(text));
    started.elapsed()
}
