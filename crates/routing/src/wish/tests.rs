//! Who is asked, under which circumstances.

use super::*;

fn record(accuracy: f64, rows: u64) -> Record {
    trained(&[("fr", accuracy, rows)])
}

fn trained(languages: &[(&str, f64, u64)]) -> Record {
    let of = |&(code, accuracy, rows): &(&str, f64, u64)| {
        (code.to_owned(), LanguageRecord { training_rows: rows * 4, rows, accuracy })
    };
    Record { languages: languages.iter().map(of).collect() }
}

fn signals(language: (&str, f32), complexity: f32) -> Signals {
    Signals { complexity, ..Signals::of("mot de passe", language, 0.0) }
}

/// Asks with thresholds of 0.7, both models and nothing unusual, but for what `change` changes.
fn with<T>(change: impl FnOnce(&mut Circumstances<'_>) -> T) -> T {
    let (policy, thresholds) = (Policy::default(), Thresholds::default());
    let (linear, transformer) = (record(0.9, 100), record(0.9, 100));
    let mut around = Circumstances {
        task: "category",
        policy: &policy,
        thresholds: &thresholds,
        linear: Some(&linear),
        transformer: Some(&transformer),
        fuses: false,
        calibrated: false,
        share: (1.0, Limit::Latency),
        requested: None,
    };
    change(&mut around)
}

fn wished(complexity: f32, linear: Option<&Record>, transformer: Option<&Record>) -> (Ask, Reason) {
    // The borrow of the defaults ends before these records do.
    let (policy, thresholds) = (Policy::default(), Thresholds::default());
    let around = Circumstances {
        task: "category",
        policy: &policy,
        thresholds: &thresholds,
        linear,
        transformer,
        fuses: false,
        calibrated: false,
        share: (1.0, Limit::Latency),
        requested: None,
    };
    let wish = first_wish(&signals(("fr", 1.0), complexity), &around);
    (wish.ask, wish.reason)
}

const SIMPLE: (Ask, Reason) = (Ask::Tfidf, Reason::Confident);
const LANGUAGE: (Ask, Reason) = (Ask::Transformer, Reason::Language);

#[test]
fn a_language_goes_to_the_model_that_is_surely_better_there() {
    let wished = |linear: (f64, u64), transformer: (f64, u64)| {
        let (linear, transformer) =
            (record(linear.0, linear.1), record(transformer.0, transformer.1));
        wished(0.1, Some(&linear), Some(&transformer))
    };
    assert_eq!(wished((0.8, 100), (0.9, 100)), LANGUAGE);
    assert_eq!(wished((0.9, 100), (0.8, 100)), SIMPLE);
    assert_eq!(wished((0.8, 100), (0.9, 5)), SIMPLE, "too few rows to compare");
    assert_eq!(wished((0.741, 1_600), (0.767, 347)), SIMPLE, "a lead within chance");
    assert_eq!(wished((0.741, 16_000), (0.767, 3_470)), LANGUAGE);
}

#[test]
fn thresholds_chosen_for_both_models_decide_ticket_by_ticket() {
    let (linear, transformer) = (record(0.8, 1_000), record(0.9, 1_000));
    with(|around| {
        let around =
            Circumstances { linear: Some(&linear), transformer: Some(&transformer), ..*around };
        let ask = |calibrated| {
            first_wish(&signals(("fr", 1.0), 0.1), &Circumstances { calibrated, ..around }).ask
        };
        assert_eq!((ask(false), ask(true)), (Ask::Transformer, Ask::Tfidf));
    });
}

#[test]
fn one_model_alone_is_asked() {
    let only = record(0.5, 100);
    assert_eq!(wished(0.1, None, Some(&only)), LANGUAGE);
    assert_eq!(wished(0.1, Some(&only), None), SIMPLE);
}

#[test]
fn a_language_only_one_model_was_trained_on_goes_to_that_one() {
    let (both, english) =
        (trained(&[("en", 0.9, 100), ("fr", 0.9, 100)]), trained(&[("en", 0.95, 100)]));
    assert_eq!(wished(0.1, Some(&english), Some(&both)), LANGUAGE);
    assert_eq!(wished(0.9, Some(&both), Some(&english)), SIMPLE, "however complex");
    for (language, confidence) in [("fr", 0.5), ("en", 0.8), ("it", 0.97)] {
        with(|around| {
            let of = |linear, transformer| {
                let around = Circumstances {
                    linear: Some(linear),
                    transformer: Some(transformer),
                    ..*around
                };
                first_wish(&signals((language, confidence), 0.1), &around).ask
            };
            assert_eq!(
                of(&english, &both),
                Ask::Transformer,
                "it may be French: {language} {confidence}"
            );
            assert_eq!(of(&both, &english), Ask::Tfidf);
            assert_eq!(of(&both, &both), Ask::Tfidf);
        });
    }
    let unsure = LinearSignals::of(&[0.4, 0.3, 0.3], 0.0);
    for (language, confidence) in [("fr", 1.0), ("fr", 0.2), ("en", 0.8), ("it", 0.97)] {
        with(|around| {
            let around =
                Circumstances { linear: Some(&both), transformer: Some(&english), ..*around };
            let wish = second_wish(&signals((language, confidence), 0.1), &unsure, &around);
            assert_eq!((wish.ask, wish.reason), LANGUAGE_STAYS, "{language} {confidence}");
        });
    }
    with(|around| {
        let around = Circumstances { linear: Some(&both), transformer: Some(&english), ..*around };
        let wish = second_wish(&signals(("en", 0.99), 0.1), &unsure, &around);
        assert_eq!(wish.reason, Reason::LowConfidence, "surely English");
    });
}

const LANGUAGE_STAYS: (Ask, Reason) = (Ask::Tfidf, Reason::Language);

#[test]
fn a_complex_ticket_asks_for_the_transformer_unless_it_is_worse_there() {
    let (good, bad) = (record(0.9, 100), record(0.5, 100));
    assert_eq!(wished(0.9, Some(&good), None), (Ask::Transformer, Reason::Complex));
    assert_eq!(wished(0.9, Some(&good), Some(&bad)), SIMPLE);
}

#[test]
fn confidence_decides_whether_the_linear_answer_stands() {
    let ask = |confidence: f32| {
        let linear = LinearSignals { confidence, ..LinearSignals::of(&[0.5, 0.5], 0.0) };
        with(|around| second_wish(&signals(("fr", 1.0), 0.1), &linear, around))
    };
    assert_eq!(ask(0.7).reason, Reason::Confident);
    let wish = ask(0.41);
    assert_eq!((wish.ask, wish.reason), (Ask::Transformer, Reason::LowConfidence));
    assert_eq!(wish.explanation, "the linear model's confidence 0.41 is below 0.70");
    assert_eq!(
        wish.otherwise,
        "a confidence of 0.70 or more would have kept the linear model's answer"
    );
}

#[test]
fn a_gate_decides_instead_unless_the_policy_or_the_language_names_a_confidence() {
    let thresholds = Thresholds { gate_below: Some(0.8), ..Thresholds::default() };
    let linear = LinearSignals { gate: Some(0.75), ..LinearSignals::of(&[0.9, 0.1], 0.0) };
    let policy = Policy::parse("escalate_below = 0.7").unwrap();
    with(|around| {
        let around = Circumstances { thresholds: &thresholds, ..*around };
        let wish = second_wish(&signals(("fr", 1.0), 0.1), &linear, &around);
        assert_eq!((wish.reason, wish.decided_by.as_str()), (Reason::Doubtful, "gate_below"));
        let around = Circumstances { policy: &policy, ..around };
        let wish = second_wish(&signals(("fr", 1.0), 0.1), &linear, &around);
        assert_eq!(
            (wish.reason, wish.decided_by.as_str()),
            (Reason::Confident, "policy.escalate_below")
        );
        let of_language = Thresholds {
            escalate_below_by_language: [("fr".to_owned(), 0.0)].into(),
            ..thresholds.clone()
        };
        let around =
            Circumstances { thresholds: &of_language, policy: &Policy::default(), ..around };
        let wish = second_wish(&signals(("fr", 1.0), 0.1), &linear, &around);
        assert_eq!((wish.reason, wish.decided_by.as_str()), (Reason::Confident, "escalate_below"));
    });
}

#[test]
fn a_transformer_without_room_gets_the_most_doubtful_tickets() {
    let quantiles = (0..=10).map(|step| step as f32 / 10.0).collect();
    let thresholds = Thresholds { quantiles, ..Thresholds::default() };
    let ask = |confidence: f32, limit| {
        let linear = LinearSignals { confidence, ..LinearSignals::of(&[0.5, 0.5], 0.0) };
        with(|around| {
            let around = Circumstances { thresholds: &thresholds, share: (0.5, limit), ..*around };
            second_wish(&signals(("fr", 1.0), 0.1), &linear, &around).reason
        })
    };
    assert_eq!(ask(0.3, Limit::Latency), Reason::LowConfidence);
    assert_eq!(ask(0.6, Limit::Latency), Reason::BrownOut);
    assert_eq!(ask(0.6, Limit::Share), Reason::Budget);
    assert_eq!(ask(0.8, Limit::Latency), Reason::Confident);
}

#[test]
fn rules_and_requests_come_first() {
    let policy = Policy::parse(
        "[[rules]]\nname = \"french\"\nwhen = { signal = \"language\", is = [\"fr\"] }\nthen = \"both\"\n\
         [[rules]]\nname = \"sure\"\nwhen = { signal = \"confidence\", above = 0.2 }\nthen = \"tfidf\"",
    )
    .unwrap();
    let linear = LinearSignals::of(&[0.4, 0.3, 0.3], 0.0);
    with(|around| {
        let mut around = Circumstances { policy: &policy, ..*around };
        let wish = first_wish(&signals(("fr", 1.0), 0.1), &around);
        assert_eq!((wish.ask, wish.decided_by.as_str()), (Ask::Transformer, "rules.french"));
        around.fuses = true;
        assert_eq!(first_wish(&signals(("fr", 1.0), 0.1), &around).ask, Ask::Both);
        let second = second_wish(&signals(("en", 1.0), 0.1), &linear, &around);
        assert_eq!((second.ask, second.reason), (Ask::Tfidf, Reason::Rule));
        around.requested = Some(Ask::Transformer);
        assert_eq!(first_wish(&signals(("fr", 1.0), 0.1), &around).reason, Reason::Requested);
    });
}
