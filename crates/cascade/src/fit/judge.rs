//! Judging what was fitted.

use std::collections::BTreeMap;

use switchboard_evaluate::{FrontierPoint, risk_coverage};

use super::automatic::Judged;
use super::mesh::{Mesh, accuracy, confidences};
use super::report::{Answers, Coverage, Escalation, Language, Report, Situated};
use super::{Fitting, Row};

/// Steps of the frontier, which has a point more.
const FRONTIER_STEPS: u32 = 20;
/// Coverages that are looked at.
const COVERAGES: [f32; 2] = [0.9, 0.95];

/// The cross-fitted answers of every kind.
pub(crate) struct Judge<'j> {
    fitting: &'j Fitting<'j>,
    mesh: &'j Mesh<'j>,
    below: f32,
    truths: Vec<usize>,
    answers: Answers<Vec<&'j [f32]>>,
}

impl<'j> Judge<'j> {
    pub(crate) fn of(fitting: &'j Fitting<'j>, mesh: &'j Mesh<'j>, below: f32) -> Self {
        let rows = fitting.rows;
        let answers = Answers {
            linear: rows.iter().map(|row| row.linear.probabilities).collect(),
            transformer: rows.iter().map(|row| Some(row.transformer?.probabilities)).collect(),
            fusion: mesh.fused.map(|fused| fused.probabilities.iter().map(Vec::as_slice).collect()),
            mesh: mesh.at(below),
        };
        Self { fitting, mesh, below, truths: mesh.truths(), answers }
    }

    fn judged<'s>(&'s self, answers: &'s [&'s [f32]]) -> Judged<'s> {
        Judged {
            answers,
            truths: &self.truths,
            folds: &self.fitting.folds,
            labels: self.fitting.labels.len(),
        }
    }

    pub(crate) fn mesh(&self) -> Judged<'_> {
        self.judged(&self.answers.mesh)
    }

    pub(crate) fn linear(&self) -> Judged<'_> {
        self.judged(&self.answers.linear)
    }

    pub(crate) fn transformer(&self) -> Option<Judged<'_>> {
        self.answers.transformer.as_ref().map(|answers| self.judged(answers))
    }

    pub(crate) fn report(&self) -> Report {
        let Fitting { fits, targets, gated, fused, .. } = self.fitting;
        let judged = self.answers.map(|answers| confidences(answers, &self.truths));
        let shares = (0..=FRONTIER_STEPS).map(|step| f64::from(step) / f64::from(FRONTIER_STEPS));
        // Without a transformer there is one point.
        let shares = shares.take(if fused.is_some() { usize::MAX } else { 1 });
        Report {
            fits: fits.clone(),
            targets: *targets,
            rows: self.truths.len() as u64,
            accuracy: judged.map(|judged| accuracy(judged)),
            point: self.at(&self.answers.mesh, self.mesh.share(self.below)),
            escalation: Escalation {
                by: if gated.gate.is_some() { "gate" } else { "confidence" },
                below: self.below,
            },
            automatic: self.situated(|judged| judged.automatic(targets.accuracy)),
            frontier: shares.map(|share| self.at(&self.mesh.with_share(share), share)).collect(),
            risk_coverage: judged.map(|judged| risk_coverage(judged)),
            fusion: fused.as_ref().map(|fused| fused.trials.clone()).unwrap_or_default(),
            gate: gated.trial.clone(),
            sets: COVERAGES.map(|asked| self.coverage(asked)).to_vec(),
            languages: self.languages(&judged),
        }
    }

    fn situated<T>(&self, of: impl Fn(&Judged<'_>) -> T) -> Situated<T> {
        Situated {
            mesh: of(&self.mesh()),
            linear: of(&self.linear()),
            transformer: self.transformer().as_ref().map(of),
        }
    }

    fn coverage(&self, asked: f32) -> Coverage {
        Coverage {
            asked,
            found: self.situated(|judged| judged.coverage(self.fitting.labels, asked)),
        }
    }

    fn at(&self, answers: &[&[f32]], share: f64) -> FrontierPoint {
        FrontierPoint {
            transformer_share: share,
            accuracy: accuracy(&confidences(answers, &self.truths)),
            automatic_share: self.judged(answers).automatic(self.fitting.targets.accuracy).share,
        }
    }

    fn languages(&self, judged: &Answers<Vec<(f32, bool)>>) -> BTreeMap<String, Language> {
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, row) in self.fitting.rows.iter().enumerate() {
            let row: &Row<'_> = row;
            if let Some(language) = row.language {
                places.entry(language).or_default().push(place);
            }
        }
        let language = |(code, places): (&str, Vec<usize>)| {
            let of = |judged: &Vec<(f32, bool)>| -> f64 {
                accuracy(&places.iter().map(|place| judged[*place]).collect::<Vec<_>>())
            };
            let escalates = self.mesh.fused.is_some() && !self.fitting.spoiled.contains(code);
            let rows = places.len() as u64;
            (code.to_owned(), Language { rows, escalates, accuracy: judged.map(of) })
        };
        places.into_iter().map(language).collect()
    }
}

impl<T> Answers<T> {
    fn map<U>(&self, of: impl Fn(&T) -> U) -> Answers<U> {
        Answers {
            linear: of(&self.linear),
            transformer: self.transformer.as_ref().map(&of),
            fusion: self.fusion.as_ref().map(&of),
            mesh: of(&self.mesh),
        }
    }
}
