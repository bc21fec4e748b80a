//! What a served model does with any text.

use proptest::prelude::*;
use switchboard_classify::{Classifier, Options};

use std::num::NonZeroUsize;

use crate::fit::tests::{tiny_model, tiny_model_served};
use crate::model::{LongTexts, Precision, Serving};

const INT8: Serving = Serving { precision: Precision::Int8, long_texts: LongTexts::Truncate };

fn farthest(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn a_text_gets_the_same_answer_alone_and_in_any_company() {
    let texts: Vec<String> = (0..200)
        .map(|number| {
            "please reset the laptop, invoice 7!"
                .chars()
                .cycle()
                .skip(number % 7)
                .take(number * 13 % 90)
                .collect()
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for model in [tiny_model(), &tiny_model_served(INT8)] {
        let together = model.classify(&texts, Options::default());
        for (text, together) in texts.iter().zip(together) {
            let (alone, together) = (model.predict(text).unwrap(), together.unwrap());
            assert!(farthest(&alone.logits, &together.logits) < 1e-4, "{text}");
            assert_eq!(
                (alone.tokens_total, alone.tokens_used),
                (together.tokens_total, together.tokens_used)
            );
        }
    }
}

#[test]
fn eight_bits_are_near_thirty_two() {
    let (exact, near) = (tiny_model(), tiny_model_served(INT8));
    let mut differ = 0.0f32;
    for text in
        ["my printer", "please reset the password", "", "漢", "the laptop screen and the invoice"]
    {
        let [exact, near] = [exact, &near].map(|model| model.predict(text).unwrap().logits);
        differ = differ.max(farthest(&exact, &near));
    }
    assert!(differ > 0.0 && differ < 0.1, "{differ}");
    assert_eq!((exact.precision(), near.precision()), ("f32", "int8"));
    assert!(near.tolerance() > exact.tolerance());
}

#[test]
fn a_long_text_is_read_in_windows_when_told_and_short_ones_as_ever() {
    let windows = LongTexts::Windows(NonZeroUsize::new(4).unwrap());
    let model = tiny_model_served(Serving { long_texts: windows, ..Serving::default() });
    let long = format!("{}password reset", "the printer ".repeat(30));
    let answer = model.predict(&long).unwrap();
    assert_eq!((answer.tokens_total, answer.tokens_used, answer.truncated()), (62, 62, false));
    assert!(farthest(&answer.logits, &tiny_model().predict(&long).unwrap().logits) > 1e-4);
    let short = model.predict("my printer").unwrap();
    assert_eq!(short, tiny_model().predict("my printer").unwrap());
    // More than the windows hold is cut.
    let longer = model.predict(&"printer ".repeat(1_000)).unwrap();
    assert!(longer.truncated() && longer.tokens_used > 80, "{}", longer.tokens_used);
    // A text that says the same all along is answered as its beginning is, nearly: only the last window may be shorter.
    let mixed = model.classify(&[&long, "my printer", &long], Options::default());
    let logits: Vec<Vec<f32>> = mixed.into_iter().map(|one| one.unwrap().logits).collect();
    assert!(farthest(&logits[0], &logits[2]) < 1e-4 && farthest(&logits[1], &short.logits) < 1e-4);
}

#[test]
fn terms_are_the_words_that_count_at_their_places() {
    for model in [tiny_model(), &tiny_model_served(INT8)] {
        let text = "漢 my ¿ the Printer, please";
        let explained = model.classify(&[text], Options { explain: true }).pop().unwrap().unwrap();
        let plain = model.predict(text).unwrap();
        assert_eq!(explained.logits, plain.logits);
        let points: Vec<char> = text.chars().collect();
        for term in &explained.terms {
            let piece: String = points[term.start as usize..term.end as usize].iter().collect();
            let known = term.text == "[UNK]" || piece.to_lowercase() == term.text;
            assert!(known, "{piece} {term:?}");
        }
        let weights: Vec<f32> = explained.terms.iter().map(|term| term.weight.abs()).collect();
        assert!(weights.is_sorted_by(|a, b| a >= b), "{weights:?}");
        // Without a word, the label loses what its term says.
        let term = explained.terms.iter().find(|term| term.text == "printer").unwrap();
        let without = model.predict("漢 my ¿ the , please").unwrap().logits;
        let label = plain.top().0;
        assert!((plain.logits[label] - without[label] - term.weight).abs() < 1e-3);
        assert!(
            model.classify(&[""], Options { explain: true })[0].as_ref().unwrap().terms.is_empty()
        );
    }
}

#[test]
fn a_text_of_many_words_is_explained_in_a_bounded_number_of_readings() {
    let windows = LongTexts::Windows(NonZeroUsize::new(3).unwrap());
    let model = tiny_model_served(Serving { long_texts: windows, ..Serving::default() });
    let text = "a b c d printer . , ? ".repeat(2_000);
    let terms = model.classify(&[&text], Options { explain: true }).pop().unwrap().unwrap().terms;
    assert!(!terms.is_empty() && terms.len() <= 12);
    assert!(terms.iter().all(|term| term.start < term.end));
}

#[test]
fn threads_share_one_model_and_agree() {
    let model = tiny_model();
    let expected = model.predict("please reset my password").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let answer = model.predict("please reset my password").unwrap();
                    assert!(
                        answer
                            .logits
                            .iter()
                            .zip(&expected.logits)
                            .all(|(a, b)| (a - b).abs() < 1e-4)
                    );
                }
            });
        }
    });
}

#[test]
fn a_long_text_is_cut_and_says_so() {
    let answer = tiny_model().predict(&"printer ".repeat(100)).unwrap();
    assert_eq!((answer.tokens_total, answer.tokens_used), (100, 30));
    assert!(answer.truncated());
}

#[test]
fn unknown_tokens_are_counted() {
    let answer = tiny_model().predict("printer 漢 screen 字").unwrap();
    assert!((answer.out_of_vocabulary - 0.5).abs() < 1e-6, "{answer:?}");
    assert_eq!(tiny_model().predict("").unwrap().tokens_total, 0);
}

#[test]
fn the_networks_own_marks_are_text_when_a_customer_writes_them() {
    let answer = tiny_model().predict("[SEP]").unwrap();
    assert!(answer.tokens_total > 1, "{answer:?}");
}

#[test]
fn hostile_texts_are_answered() {
    let model = tiny_model();
    let texts = [
        "x".repeat(1 << 20),
        "printer, ".repeat(1 << 17),
        "\u{0}\u{feff}\u{202e}\u{200d}".repeat(1_000),
        "e\u{301}\u{301}".repeat(100_000),
        "\u{10ffff}\u{e000}\u{fffe}".to_owned(),
        " \n\t\r\u{2028}".to_owned(),
    ];
    for text in texts {
        let answer = model.predict(&text).unwrap();
        assert!(answer.logits.iter().all(|logit| logit.is_finite()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_has_probabilities(text in "(?s).{0,200}") {
        let answer = tiny_model().predict(&text).unwrap();
        prop_assert!((answer.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        prop_assert!(answer.tokens_used <= answer.tokens_total && answer.tokens_used <= 30);
        prop_assert!((0.0..=1.0).contains(&answer.out_of_vocabulary));
    }
}
