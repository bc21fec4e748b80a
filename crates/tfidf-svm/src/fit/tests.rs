use switchboard_classify::Options;

use super::*;

const TEXTS: [(&str, usize); 12] = [
    ("my printer is jammed", 0),
    ("the printer prints blank pages", 0),
    ("screen flickers on my laptop", 0),
    ("laptop screen is broken", 0),
    ("printer out of toner", 0),
    ("the laptop does not start", 0),
    ("please reset my password", 1),
    ("I forgot my password", 1),
    ("account locked after password change", 1),
    ("cannot log in to my account", 1),
    ("password expired, account locked", 1),
    ("new account for a colleague", 1),
];

fn fitted(options: &FitOptions) -> Fitted {
    let texts: Vec<&str> = TEXTS.iter().map(|(text, _)| *text).collect();
    let targets: Vec<usize> = TEXTS.iter().map(|(_, target)| *target).collect();
    let folds: Vec<u8> = (0..TEXTS.len() as u8).map(|row| row % 10).collect();
    let labels = ["Hardware".to_owned(), "Access".to_owned()];
    let rows = TrainingRows { texts: &texts, targets: &targets, labels: &labels, folds: &folds };
    fit(rows, options, &|_| ()).unwrap()
}

fn characters() -> FitOptions {
    FitOptions {
        features: Some(FeatureSet::WordsAndCharacters),
        c: Some(1.0),
        min_rows: 1,
        ..FitOptions::default()
    }
}

pub(crate) fn tiny_model() -> TfidfSvm {
    fitted(&characters()).model
}

#[test]
fn learns_what_it_was_shown() {
    let model = tiny_model();
    for (text, target) in TEXTS {
        assert_eq!(model.predict(text, Options::default()).top().0, target, "{text}");
    }
    assert_eq!(model.predict("printers", Options::default()).top().0, 0);
}

#[test]
fn one_seed_gives_one_model() {
    assert_eq!(tiny_model().to_bytes(), tiny_model().to_bytes());
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(single.install(tiny_model).to_bytes(), tiny_model().to_bytes());
}

#[test]
fn out_of_fold_scores_come_from_a_model_that_had_not_seen_the_row() {
    let fitted = fitted(&characters());
    let seen = fitted.model.predict(TEXTS[0].0, Options::default()).logits;
    assert_ne!(fitted.out_of_fold_logits.row(0).to_vec(), seen);
}

#[test]
fn the_choice_is_recorded() {
    let fitted = fitted(&FitOptions { min_rows: 1, ..FitOptions::default() });
    assert_eq!(fitted.trials.len(), 6);
    assert!(fitted.trials.iter().any(|trial| trial.features == fitted.features));
}

#[test]
fn a_placeholder_is_white_space() {
    let model = tiny_model();
    let plain = model.predict("reset password for please", Options::default());
    for with in
        ["reset password for [EMAIL_ADDRESS_1] please", "[PERSON_2]reset password for please[X_9]"]
    {
        assert_eq!(model.predict(with, Options::default()), plain, "{with}");
    }
}

#[test]
fn a_rare_label_is_named() {
    let labels = ["a".to_owned(), "b".to_owned()];
    let rows = TrainingRows {
        texts: &["x", "y", "z"],
        targets: &[0, 0, 1],
        labels: &labels,
        folds: &[0, 1, 2],
    };
    let error = fit(rows, &FitOptions::default(), &|_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "label \"b\" has 1 row(s); every label needs at least 2: add rows or drop the label"
    );
}
