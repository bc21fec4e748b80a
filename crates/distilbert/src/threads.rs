//! How many threads libtorch uses.

use std::sync::Once;

/// Makes every operation run on the thread that asks for it; called before a thread's first operation.
///
/// Threads inside an operation meet after each one, which short texts are not worth: two workers of one thread answer more than one worker of
/// two, and a crew of networks learns faster than one network on as many threads.
pub(crate) fn one_an_operation() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tch::set_num_threads(1));
}
