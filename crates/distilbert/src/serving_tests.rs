//! What a served model does with any text.

use proptest::prelude::*;
use switchboard_classify::{Classifier, Options};

use crate::fit::tests::tiny_model;

#[test]
fn a_text_gets_the_same_answer_alone_and_in_any_company() {
    let model = tiny_model();
    let texts = [
        "my printer",
        "please reset the password",
        "",
        "a much longer text about the invoice, the laptop and the screen",
    ];
    let together = model.classify(&texts, Options::default());
    for (text, together) in texts.iter().zip(together) {
        assert_eq!(model.predict(text).unwrap(), together.unwrap(), "{text}");
    }
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
