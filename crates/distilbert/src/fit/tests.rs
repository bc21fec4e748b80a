//! Fine-tuning the small random network of `testdata/distilbert` until it tells printers from passwords.

use std::cell::RefCell;
use std::path::Path;
use std::sync::OnceLock;

use switchboard_artifact::{Artifact, ArtifactWriter, Manifest};
use switchboard_classify::{Classifier, Options};

use super::*;
use crate::fidelity::folder;
use crate::load;
use crate::network::Pooling;

mod interruptions;

const OPENINGS: [&str; 6] = ["please", "the", "my", "not a", "please order the", "my my"];
const SUBJECTS: [[&str; 3]; 2] = [
    ["printer", "laptop screen", "screen"],
    ["password reset", "reset password", "invoice password"],
];

fn base() -> Base {
    Base::load(&folder("distilbert")).unwrap()
}

fn options() -> FitOptions {
    FitOptions {
        epochs: 8,
        batch_tokens: 24,
        learning_rate: 2e-3,
        head_factor: 2.0,
        max_tokens: 32,
        pooling: Pooling::Mean,
        dropout: 0.0,
        token_dropout: 0.0,
        label_smoothing: 0.0,
        patience: 8,
        // What is learnt must not depend on the processor that tests.
        mixed: false,
        threads: 1,
        ..FitOptions::default()
    }
}

/// Every opening with every subject of both labels: 36 texts, every tenth of which is held out.
fn rows<T>(with: impl FnOnce(TrainingRows<'_>) -> T) -> T {
    let mut texts = Vec::new();
    let mut targets = Vec::new();
    for (opening, (target, subjects)) in OPENINGS
        .iter()
        .flat_map(|opening| SUBJECTS.iter().enumerate().map(move |label| (opening, label)))
    {
        for subject in subjects {
            texts.push(format!("{opening} {subject}."));
            targets.push(target);
        }
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let folds: Vec<u8> = (0..texts.len()).map(|row| (row * 7 % 10) as u8).collect();
    let labels = ["Hardware".to_owned(), "Access".to_owned()];
    with(TrainingRows { texts: &texts, targets: &targets, labels: &labels, folds: &folds })
}

fn fitted(options: &FitOptions) -> Fitted {
    rows(|rows| fit(base(), rows, options, None, &|_| ())).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn tiny_model() -> &'static DistilBert {
    static MODEL: OnceLock<DistilBert> = OnceLock::new();
    MODEL.get_or_init(|| served(&fitted(&options()), Serving::default()))
}

/// The same model, served otherwise.
pub(crate) fn tiny_model_served(serving: Serving) -> DistilBert {
    served(&fitted(&options()), serving)
}

fn answers(model: &DistilBert) -> Vec<Vec<f32>> {
    rows(|rows| rows.texts.iter().map(|text| model.predict(text).unwrap().logits).collect())
}

#[test]
fn learns_what_it_was_shown() {
    let model = tiny_model();
    rows(|rows| {
        let answers = model.classify(rows.texts, Options::default());
        let right = answers
            .iter()
            .zip(rows.targets)
            .filter(|(answer, target)| answer.as_ref().unwrap().top().0 == **target);
        assert!(right.count() >= 33, "of {}", rows.texts.len());
    });
}

#[test]
fn one_seed_gives_one_model() {
    let short = FitOptions { epochs: 1, ..options() };
    assert_eq!(answers(&fitted(&short).model), answers(&fitted(&short).model));
    let other = FitOptions { seed: 2, ..short.clone() };
    let states = FitOptions { dropout: 0.3, threads: 2, ..short.clone() };
    let tokens = FitOptions { token_dropout: 0.3, threads: 2, ..short.clone() };
    for dropping in [states, tokens] {
        assert_eq!(answers(&fitted(&dropping).model), answers(&fitted(&dropping).model));
        assert_ne!(answers(&fitted(&dropping).model), answers(&fitted(&short).model));
    }
    assert_ne!(answers(&fitted(&short).model), answers(&fitted(&other).model));
}

#[test]
fn in_16_bits_it_learns_nearly_the_same_and_answers_in_32() {
    let [exact, mixed] = [false, true].map(|mixed| fitted(&FitOptions { mixed, ..options() }));
    let losses =
        |fitted: &Fitted| -> Vec<f64> { fitted.epochs.iter().map(|epoch| epoch.loss).collect() };
    let pairs = || losses(&exact).into_iter().zip(losses(&mixed));
    assert!(pairs().any(|(a, b)| (a - b).abs() > 1e-12), "the products are the same");
    assert!(
        pairs().all(|(a, b)| (a - b).abs() < 0.05),
        "{:?} {:?}",
        losses(&exact),
        losses(&mixed)
    );
    // What was judged while fitting is what the model answers when it serves.
    let model = served(&mixed, Serving::default());
    rows(|rows| {
        for row in &mixed.heldout {
            let answered = model.predict(rows.texts[row.row]).unwrap().logits;
            let close = answered.iter().zip(&row.logits).all(|(a, b)| (a - b).abs() < 1e-4);
            assert!(close, "{answered:?} {:?}", row.logits);
        }
    });
}

#[test]
fn heldout_rows_are_judged_by_the_model_that_is_returned() {
    let fitted = fitted(&options());
    let best = fitted.epochs.iter().filter_map(|epoch| epoch.macro_f1).fold(0.0, f64::max);
    rows(|rows| {
        let heldout: Vec<usize> =
            (0..rows.texts.len()).filter(|row| rows.folds[*row] < 2).collect();
        assert_eq!(fitted.heldout.iter().map(|judged| judged.row).collect::<Vec<_>>(), heldout);
        for judged in &fitted.heldout {
            let alone = fitted.model.predict(rows.texts[judged.row]).unwrap().logits;
            let close = alone
                .iter()
                .zip(&judged.logits)
                .all(|(alone, together)| (alone - together).abs() < 1e-4);
            assert!(close, "{alone:?} {:?}", judged.logits);
        }
        let again = evaluation::macro_f1(&fitted.heldout, rows.targets, rows.labels.len());
        assert!((again - best).abs() < 1e-9);
    });
}

#[test]
fn what_is_frozen_does_not_move_and_the_rest_does() {
    let before = base().weights;
    let after = fitted(&FitOptions { epochs: 1, frozen: Frozen::Layers(1), ..options() }).weights;
    for (name, weights) in &before {
        let moved = !bool::try_from(weights.eq_tensor(&after[name]).all()).unwrap();
        assert_eq!(moved, name.starts_with("transformer.layer.1."), "{name}");
    }
}

#[test]
fn training_stops_when_it_no_longer_gets_better() {
    // At this rate nothing changes, so no epoch is better than the first.
    let idle = FitOptions { learning_rate: 1e-12, epochs: 9, patience: 2, ..options() };
    assert_eq!(fitted(&idle).epochs.len(), 3);
}

#[test]
fn progress_counts_every_step_and_ends_at_the_last() {
    let seen = RefCell::new(Vec::new());
    let short = FitOptions { epochs: 2, ..options() };
    let note = |happened: Happened<'_>| {
        if let Happened::Step(progress) = happened {
            seen.borrow_mut().push(progress.clone());
        }
    };
    rows(|rows| fit(base(), rows, &short, None, &note)).map(|_| ()).unwrap();
    let seen = seen.into_inner();
    let steps: Vec<usize> = seen.iter().map(|progress| progress.step).collect();
    assert_eq!(steps, (1..=seen[0].steps).collect::<Vec<_>>());
    let last = seen.last().unwrap();
    assert!(last.seconds_left.abs() < 1e-9 && last.macro_f1.is_some() && last.loss.is_finite());
}

/// The model as a service loads it.
fn served(fitted: &Fitted, serving: Serving) -> DistilBert {
    let directory = tempfile::tempdir().unwrap();
    save(fitted, directory.path());
    load(&Artifact::open(directory.path()).unwrap(), serving).unwrap()
}

fn save(fitted: &Fitted, directory: &Path) {
    let mut writer = ArtifactWriter::create(directory).unwrap();
    fitted.save(&mut writer).unwrap();
    let manifest = Manifest {
        name: "category-transformer".to_owned(),
        task: "category".to_owned(),
        family: "transformer".to_owned(),
        labels: fitted.model.labels().to_vec(),
        ..Manifest::default()
    };
    writer.seal(manifest).unwrap();
}

#[test]
fn a_saved_model_answers_the_same() {
    let fitted = fitted(&options());
    let again = served(&fitted, Serving::default());
    for text in ["my printer", "reset [SEP] password 7", "", "ÉÀ 😀 漢字"] {
        assert_eq!(fitted.model.predict(text).unwrap(), again.predict(text).unwrap(), "{text}");
    }
    // And training can go on from it.
    let directory = tempfile::tempdir().unwrap();
    save(&fitted, directory.path());
    assert_eq!(Base::load(directory.path()).unwrap().parameters(), base().parameters());
}

#[test]
fn another_implementation_of_the_network_answers_the_same() {
    let fitted = fitted(&options());
    let reference = fitted.reference();
    for text in ["my printer", "reset [SEP] password 7", "", &"the laptop ".repeat(30)] {
        let (ours, theirs) = (fitted.model.predict(text).unwrap().logits, reference(text).unwrap());
        assert!(ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() < 1e-4), "{text}");
    }
}

#[test]
fn options_that_cannot_be_are_named() {
    let cases = [
        (FitOptions { epochs: 0, ..options() }, "epochs is 0; it must be 1 or more"),
        (
            FitOptions { held_out_folds: 6, ..options() },
            "held_out_folds is 6; it must be between 1 and 5",
        ),
        (
            FitOptions { learning_rate: f64::NAN, ..options() },
            "learning_rate is NaN; it must be between 0 and 1",
        ),
        (
            FitOptions { frozen: Frozen::Layers(3), ..options() },
            "frozen is 3; the encoder has fewer layers",
        ),
    ];
    for (options, sentence) in cases {
        let error =
            rows(|rows| fit(base(), rows, &options, None, &|_| ())).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), sentence);
    }
}

#[test]
fn a_label_that_cannot_be_learnt_or_judged_is_named() {
    let labels = ["a".to_owned(), "b".to_owned()];
    let rows = TrainingRows {
        texts: &["x", "y", "z"],
        targets: &[0, 0, 1],
        labels: &labels,
        folds: &[0, 5, 5],
    };
    let error = fit(base(), rows, &options(), None, &|_| ()).map(|_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "label \"b\" has 1 row(s) to train on and 0 held out; it needs one of each: add rows or drop the label"
    );
}

#[test]
fn label_weights_and_smoothing_change_what_is_learnt() {
    let short = FitOptions { epochs: 1, ..options() };
    let plain = answers(&fitted(&short).model);
    let even = FitOptions { label_weights: vec![2.0, 2.0], ..short.clone() };
    // The weights of a batch cancel out when all are alike.
    for (one, other) in plain.concat().iter().zip(answers(&fitted(&even).model).concat()) {
        assert!((one - other).abs() < 1e-3, "{one} {other}");
    }
    let mean_of_second = |answers: &[Vec<f32>]| {
        answers.iter().map(|row| row[1] - row[0]).sum::<f32>() / answers.len() as f32
    };
    let second = FitOptions { label_weights: vec![1.0, 20.0], ..short.clone() };
    assert!(mean_of_second(&answers(&fitted(&second).model)) > mean_of_second(&plain));
    let smooth = FitOptions { label_smoothing: 0.5, ..options() };
    // Half of the certainty spread over two labels leaves 3/4 and 1/4: no loss is below their entropy.
    let loss = |options: &FitOptions| fitted(options).epochs.pop().unwrap().loss;
    assert!(loss(&smooth) > 0.56 && loss(&options()) < 0.5);
}

#[test]
fn a_refit_learns_from_every_row_and_is_judged_as_the_first_network_was() {
    let short = FitOptions { epochs: 3, ..options() };
    let (first, refitted) = (fitted(&short), fitted(&FitOptions { refit: true, ..short.clone() }));
    assert_eq!((&first.heldout, first.epochs.len()), (&refitted.heldout, refitted.epochs.len()));
    assert_ne!(answers(&first.model), answers(&refitted.model));
    // It has been trained for as many epochs as were best, as if none of the rows were held out.
    let seen = RefCell::new(Vec::new());
    let note = |happened: Happened<'_>| {
        if let Happened::Epoch(2, number, epoch) = happened {
            seen.borrow_mut().push((number, epoch.macro_f1));
        }
    };
    let options = FitOptions { refit: true, ..short };
    rows(|rows| fit(base(), rows, &options, None, &note)).map(|_| ()).unwrap();
    let best = |fitted: &Fitted| {
        let scores = fitted.epochs.iter().map(|epoch| epoch.macro_f1);
        1 + scores
            .enumerate()
            .fold((0, None), |best, one| if one.1 > best.1 { one } else { best })
            .0
    };
    let expected: Vec<(usize, Option<f64>)> = (1..=best(&first)).map(|one| (one, None)).collect();
    assert_eq!(*seen.borrow(), expected);
}

#[test]
fn every_row_is_judged_once_by_a_network_that_did_not_learn_it() {
    let short = FitOptions { epochs: 1, ..options() };
    let all = fitted(&FitOptions { out_of_fold: true, ..short.clone() });
    let first = fitted(&short);
    rows(|rows| {
        let judged: Vec<usize> = all.heldout.iter().map(|one| one.row).collect();
        assert_eq!(judged, (0..rows.texts.len()).collect::<Vec<_>>());
        let held: Vec<HeldoutLogits> =
            all.heldout.iter().filter(|one| rows.folds[one.row] < 2).cloned().collect();
        assert_eq!(held, first.heldout);
        // The model that is returned has learnt the others, and answers them otherwise.
        let other = all.heldout.iter().find(|one| rows.folds[one.row] >= 2).unwrap();
        assert_ne!(all.model.predict(rows.texts[other.row]).unwrap().logits, other.logits);
    });
}
