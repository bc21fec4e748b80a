//! How many threads libtorch uses.

use std::cell::Cell;

thread_local! {
    static DONE: Cell<bool> = const { Cell::new(false) };
}

/// Makes every operation run on the thread that asks for it; called on each thread before its first operation, for libtorch keeps the number by thread.
///
/// Threads inside an operation meet after each one, which short texts are not worth: two workers of one thread answer more than one worker of
/// two, and a crew of networks learns faster than one network on as many threads.
pub(crate) fn one_an_operation() {
    if !DONE.replace(true) {
        tch::set_num_threads(1);
    }
}
