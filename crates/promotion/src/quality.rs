//! How good both versions are on the rows they share.

use std::collections::HashMap;

use switchboard_artifact::HeldoutRow;
use switchboard_evaluate::{Outcome, Report, evaluate};

use crate::candidate::Candidate;
use crate::check::{Check, Verdict};
use crate::limits::Limits;
use crate::pairs::{Pair, answered};
use crate::significance::{Answers, exchange_test, sign_test};

/// Figures that are equal but for rounding are equal.
const ROUNDING: f64 = 1e-9;

/// The names of these checks.
const NAMES: [&str; 7] = [
    "accuracy",
    "accuracy_significance",
    "macro_f1",
    "macro_f1_significance",
    "worst_class_f1",
    "ece",
    "log_loss",
];

/// The checks when there are not enough rows for them.
pub(crate) fn unknown() -> Vec<Check> {
    NAMES.map(|name| Check::not_measured(name, "too few rows were answered by both")).to_vec()
}

/// The checks.
pub(crate) fn checks(
    [champion, challenger]: [&Candidate; 2],
    pairs: &[Pair<'_>],
    limits: &Limits,
) -> Vec<Check> {
    let reports = [
        report(&champion.labels, pairs, |pair| pair.champion),
        report(&challenger.labels, pairs, |pair| pair.challenger),
    ];
    let places = Places::of([champion, challenger], pairs);
    let rows: Vec<Answers> = pairs.iter().map(|pair| places.answers(pair)).collect();
    let [accuracies, macro_f1s] =
        [|report: &Report| report.accuracy, |report: &Report| report.macro_f1]
            .map(|of| reports.each_ref().map(|report| of(report).unwrap_or_default()));
    vec![
        least(NAMES[0], accuracies, limits.max_accuracy_loss),
        right_more_often(NAMES[1], &rows, limits.significance),
        least(NAMES[2], macro_f1s, limits.max_macro_f1_loss),
        improbable(NAMES[3], exchange_test(&rows, places.known.len()), limits.significance),
        worst_class(NAMES[4], &reports, limits),
        ece(NAMES[5], &reports, limits),
        log_loss(NAMES[6], &reports, limits),
    ]
}

fn report<'r>(
    labels: &[String],
    pairs: &[Pair<'r>],
    side: impl Fn(&Pair<'r>) -> &'r HeldoutRow,
) -> Report {
    let outcome = |pair: &Pair<'r>| Outcome {
        truth: pair.truth().to_owned(),
        probabilities: side(pair).probabilities.clone(),
        language: None,
    };
    evaluate(labels, &pairs.iter().map(outcome).collect::<Vec<_>>())
}

/// A number a label, the same for both versions.
struct Places<'p> {
    sides: [&'p [String]; 2],
    known: HashMap<&'p str, usize>,
}

impl<'p> Places<'p> {
    fn of(sides: [&'p Candidate; 2], pairs: &'p [Pair<'_>]) -> Self {
        let sides = sides.map(|side| side.labels.as_slice());
        let mut known = HashMap::new();
        let labels = sides.into_iter().flatten().map(String::as_str);
        for label in labels.chain(pairs.iter().map(Pair::truth)) {
            let place = known.len();
            known.entry(label).or_insert(place);
        }
        Self { sides, known }
    }

    fn answers(&self, pair: &Pair<'_>) -> Answers {
        let [champion, challenger] = self.sides;
        Answers {
            truth: self.known[pair.truth()],
            champion: self.answer(champion, pair.champion),
            challenger: self.answer(challenger, pair.challenger),
        }
    }

    fn answer(&self, labels: &[String], row: &HeldoutRow) -> Option<usize> {
        answered(&row.probabilities, labels.len()).map(|place| self.known[labels[place].as_str()])
    }
}

/// A figure of which the challenger may lose so much.
fn least(name: &'static str, [champion, challenger]: [f64; 2], loss: f64) -> Check {
    let limit = (champion - loss).max(0.0);
    let sentence = format!(
        "{challenger:.4} where the champion has {champion:.4}; a loss of {loss} is tolerated"
    );
    Check::new(name, Verdict::of(challenger >= limit - ROUNDING), sentence)
        .sides(champion, challenger)
        .limit(limit)
}

fn right_more_often(name: &'static str, rows: &[Answers], significance: f64) -> Check {
    let right = |answer: Option<usize>, row: &Answers| answer == Some(row.truth);
    let only = |champion: bool, challenger: bool| {
        let is = |row: &&Answers| {
            right(row.champion, row) == champion && right(row.challenger, row) == challenger
        };
        rows.iter().filter(is).count() as u64
    };
    let [worse, better] = [only(true, false), only(false, true)];
    let check = improbable(name, sign_test(worse, better), significance);
    let sentence = format!(
        "only the champion is right on {worse} rows, only the challenger on {better}; {}",
        check.sentence
    );
    Check { sentence, ..check }
}

/// A loss so improbable between equally good versions is real.
fn improbable(name: &'static str, probability: f64, significance: f64) -> Check {
    let sentence = format!(
        "equally good versions would differ so much against the challenger with a probability of {probability:.4}; below {significance} the loss counts as real"
    );
    Check::new(name, Verdict::of(probability >= significance), sentence)
        .challenger(probability)
        .limit(significance)
}

fn worst_class(name: &'static str, reports: &[Report; 2], limits: &Limits) -> Check {
    let worst = |report: &Report| {
        let enough =
            report.per_class.iter().filter(|(_, class)| class.support >= limits.min_class_rows);
        let worst = enough.min_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
        worst.map(|(label, class)| (label.clone(), class.f1))
    };
    let [Some((_, before)), Some((label, now))] = reports.each_ref().map(worst) else {
        let why = format!("no label has {} rows", limits.min_class_rows);
        return Check::not_measured(name, &why);
    };
    let check = least(name, [before, now], limits.max_worst_class_loss);
    let sentence = format!("{label:?} is the challenger's worst label: {}", check.sentence);
    Check { sentence, ..check }
}

/// A figure that is better when it is smaller.
fn most(name: &'static str, [champion, challenger]: [f64; 2], limit: f64) -> Check {
    let sentence = format!(
        "{challenger:.4} where the champion has {champion:.4}; up to {limit:.4} is tolerated"
    );
    Check::new(name, Verdict::of(challenger <= limit + ROUNDING), sentence)
        .sides(champion, challenger)
        .limit(limit)
}

fn ece(name: &'static str, reports: &[Report; 2], limits: &Limits) -> Check {
    let [champion, challenger] = reports.each_ref().map(|report| report.ece.unwrap_or_default());
    // A champion beyond the limit may be followed by one that is no worse.
    let limit = limits.max_ece.max(champion).min(champion + limits.max_ece_increase);
    most(name, [champion, challenger], limit)
}

fn log_loss(name: &'static str, reports: &[Report; 2], limits: &Limits) -> Check {
    let losses = reports.each_ref().map(|report| report.log_loss.unwrap_or_default());
    most(name, losses, losses[0] + limits.max_log_loss_increase)
}
