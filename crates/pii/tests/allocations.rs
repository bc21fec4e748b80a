//! What recognising costs in memory. Alone in its program, for every allocation of the process is counted.

use switchboard_pii::{RawText, Scrubber};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const CLEAN: &[&str] = &[
    "My screen stays black since this morning, can somebody have a look before noon?",
    "Ticket 4821: error 0x80070005 on 12.03.2024 at 14:30, version 10.0.19045.3803, 3 of 12 files, room 4.12.",
    "I/O errors (see page 12), order 4500012345, invoice 2024-00017, 1,299.00 EUR and 20 % off; and/or w/o a reply",
    "Cash machine gave 40 not 400, why? Asked @support (twice) about it: no answer.",
];

/// The allocations `work` makes.
fn allocations(work: impl FnOnce()) -> u64 {
    let before = dhat::HeapStats::get().total_blocks;
    work();
    dhat::HeapStats::get().total_blocks - before
}

#[test]
fn a_text_without_personal_data_needs_no_memory_to_be_recognised() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let scrubber = Scrubber::new();
    for text in CLEAN {
        // The first look of a thread fills the caches of the patterns it needs.
        assert_eq!(scrubber.find(RawText::new(text)), [], "{text}");
        let looking = allocations(|| drop(scrubber.find(RawText::new(text))));
        assert_eq!(looking, 0, "{text}");
    }
    let found = allocations(|| drop(scrubber.find(RawText::new("mail jane@example.com"))));
    assert!(found > 0, "the counter counts");
}
