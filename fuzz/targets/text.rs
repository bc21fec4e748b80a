//! Words, language, placeholders and signals of any text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard_routing::Signals;
use switchboard_text::offsets::CodePoints;
use switchboard_text::{for_each_word, identify, placeholder};

fuzz_target!(|text: &str| {
    let once = words(text);
    assert_eq!(words(&once.join(" ")), once, "folding twice changes a word");

    let language = identify(text);
    assert!((0.0..=1.0).contains(&language.confidence), "{language:?}");
    // A mark without its letter may be told a language, too.
    assert!(
        language.code != "und" || !text.chars().any(char::is_alphabetic),
        "letters and no language"
    );

    let signals = Signals::of(text, (language.code, language.confidence), 0.0);
    for share in [signals.complexity, signals.script_mix, signals.code] {
        assert!((0.0..=1.0).contains(&share), "{signals:?}");
    }

    for found in placeholder::find(text) {
        assert_eq!(placeholder::render(found.kind, found.form), text[found.range]);
    }
});

/// The folded words of `text`, whose places are checked on the way.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut last = 0;
    let mut points = CodePoints::new(text);
    for_each_word(text, |word| {
        assert!(last <= word.start && word.start < word.end);
        let piece = text.get(word.start..word.end).expect("a word ends on characters");
        assert_eq!(points.at(word.end) - points.at(word.start), piece.chars().count());
        assert!(word.text.chars().nth(1).is_some(), "{:?} is too short for a word", word.text);
        words.push(word.text.to_owned());
        last = word.end;
    });
    words
}
