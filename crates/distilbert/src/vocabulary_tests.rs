//! The vocabulary and the tokeniser of a folder.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::Base;
use crate::loading_tests::{copy, sentence};

#[test]
fn a_vocabulary_that_does_not_fit_is_refused() {
    let directory = copy("distilbert");
    let file = directory.path().join("vocab.txt");
    let vocabulary = fs::read_to_string(&file).unwrap();
    let tokens = vocabulary.lines().count();
    fs::write(&file, format!("{vocabulary}extra\n")).unwrap();
    assert_eq!(
        sentence(directory.path()),
        format!(
            "the vocabulary has {} tokens and the network embeds {tokens}: take the tokenizer the network was trained with",
            tokens + 1
        )
    );
    fs::write(&file, vocabulary.replace("[CLS]", "[XXX]")).unwrap();
    assert!(sentence(directory.path()).starts_with("the vocabulary has no [CLS] token"));
}

#[test]
fn a_tokenizer_json_with_more_tokens_than_the_embedding_is_refused() {
    let directory = copy("distilbert");
    let tokeniser = Base::load(directory.path()).unwrap().tokeniser.to_json().unwrap();
    let mut tokeniser: Value = serde_json::from_str(&tokeniser).unwrap();
    tokeniser["model"]["vocab"]["extra"] = json!(97);
    fs::write(directory.path().join("tokenizer.json"), tokeniser.to_string()).unwrap();
    assert_eq!(
        sentence(directory.path()),
        "the vocabulary has 98 tokens and the network embeds 97: take the tokenizer the network was trained with"
    );
}

#[test]
fn letters_are_lowered_and_stripped_as_the_folder_says() {
    // The tiny vocabulary has neither capitals nor accents, so a letter that is kept is unknown.
    let cases = [
        (json!({}), [0, 0]),
        (json!({ "do_lower_case": true }), [0, 0]),
        (json!({ "do_lower_case": false }), [1, 1]),
        (json!({ "do_lower_case": true, "strip_accents": false }), [0, 1]),
        (json!({ "do_lower_case": false, "strip_accents": true }), [1, 0]),
    ];
    for (config, unknown) in cases {
        let directory = copy("distilbert");
        fs::write(directory.path().join("tokenizer_config.json"), config.to_string()).unwrap();
        let tokeniser = Base::load(directory.path()).unwrap().tokeniser;
        let found = ["Printer", "prínter"].map(|word| tokeniser.tokens(word).unwrap().unknown);
        assert_eq!(found, unknown, "{config}");
    }
}

#[test]
fn a_vocabulary_with_capitals_keeps_them_unless_told_otherwise() {
    let directory = copy("distilbert");
    let file = directory.path().join("vocab.txt");
    let vocabulary = fs::read_to_string(&file).unwrap();
    fs::write(&file, vocabulary.replacen("printer", "Printer", 1)).unwrap();
    let words = |folder: &Path| {
        let tokeniser = Base::load(folder).unwrap().tokeniser;
        ["Printer", "printer"].map(|word| tokeniser.tokens(word).unwrap().ids.len())
    };
    assert_eq!(words(directory.path()), [1, 7]);
    fs::write(directory.path().join("tokenizer_config.json"), r#"{"do_lower_case": true}"#)
        .unwrap();
    assert_eq!(words(directory.path()), [7, 7]);
}
