//! The model card of a trained version: what it is, how good it is and where it is not, and how to make it again. It holds no ticket text.

use serde_json::Value;
use switchboard_artifact::Manifest;
use switchboard_evaluate::Report;

use crate::limits::limits;
use crate::markdown::{Markdown, escaped};
use crate::version::WEIGHTS_SHA256;

/// The file of a version that holds its model card.
pub const CARD_FILE: &str = "model-card.md";

/// Licences of encoders that versions are often built on, by the name a version records.
const BASE_LICENCES: [(&str, &str); 7] = [
    ("minilm", "all-MiniLM-L6-v2: Apache-2.0"),
    ("all-MiniLM-L6-v2", "Apache-2.0"),
    ("sentence-transformers/all-MiniLM-L6-v2", "Apache-2.0"),
    ("distilbert-base-uncased", "Apache-2.0"),
    ("distilbert/distilbert-base-uncased", "Apache-2.0"),
    ("distilbert-base-multilingual-cased", "Apache-2.0"),
    ("distilbert/distilbert-base-multilingual-cased", "Apache-2.0"),
];

/// What a card is made of.
pub(crate) struct Card<'c> {
    /// The version's manifest, before it is sealed.
    pub(crate) manifest: &'c Manifest,
    /// How it did on the rows it was judged on.
    pub(crate) report: &'c Report,
    /// Rows of the files without text or label.
    pub(crate) skipped: u64,
    /// The command that makes it again.
    pub(crate) command: &'c str,
}

impl Card<'_> {
    /// The card as Markdown.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut page = Markdown::titled(&self.manifest.name);
        self.what(&mut page);
        self.data(&mut page);
        self.measured(&mut page);
        self.calibration(&mut page);
        page.section("Limits");
        page.list(&limits(self.manifest, self.report));
        self.reproduction(&mut page);
        page.into_bytes()
    }

    fn what(&self, page: &mut Markdown) {
        let Manifest { family, task, labels, .. } = self.manifest;
        let kind = match family.as_str() {
            "tfidf" => "A linear model (TF-IDF over n-grams, a linear support vector machine)",
            "transformer" => "A DistilBERT encoder with a classifier on top, fine-tuned",
            _ => "A model",
        };
        page.paragraph(&format!(
            "{kind} that gives a support ticket one of {} labels of the task `{}`, with a calibrated probability for each. It reads texts from which personal data was cut out, as Switchboard's agent cuts it out.",
            labels.len(),
            task.replace('`', "'"),
        ));
        let base = self.setting("base").and_then(Value::as_str);
        let rows = [
            ("labels", labels.join(", ")),
            (
                "pretrained base",
                base.unwrap_or("none: all it knows is from the rows below").to_owned(),
            ),
            ("licence of the base", base.map_or("no base", licence).to_owned()),
            ("made at", self.manifest.created_at.clone()),
        ];
        page.table(["what", "value"], rows.map(|(name, value)| [name.to_owned(), value]));
    }

    fn data(&self, page: &mut Markdown) {
        page.section("Data");
        let Manifest { data, languages, .. } = self.manifest;
        let near = |key| self.setting("near_duplicates").and_then(|near| near[key].as_u64());
        let rows = [
            ("rows", data.rows.to_string()),
            ("rows left out, without text or label", self.skipped.to_string()),
            ("fingerprint of the rows", data.fingerprint.clone()),
            (
                "split",
                self.setting("split").and_then(Value::as_str).unwrap_or("unknown").to_owned(),
            ),
            (
                "near-duplicates",
                format!(
                    "{} rows in {} groups",
                    near("rows").unwrap_or_default(),
                    near("groups").unwrap_or_default()
                ),
            ),
        ];
        page.table(["what", "value"], rows.map(|(name, value)| [name.to_owned(), value]));
        page.part("Rows by language");
        let rows = languages.iter().map(|(code, facts)| {
            [code.clone(), facts.training_rows.to_string(), facts.heldout_rows.to_string()]
        });
        page.table(["language", "learned from", "judged on"], rows);
    }

    fn measured(&self, page: &mut Markdown) {
        page.section("Measured");
        let report = self.report;
        page.paragraph(&format!(
            "On {} rows, each judged by a model that had not learned from it.",
            report.n
        ));
        let all = [
            ("accuracy", report.accuracy),
            ("macro F1", report.macro_f1),
            ("weighted F1", report.weighted_f1),
            ("log loss", report.log_loss),
        ];
        page.table(["measure", "value"], all.map(|(name, value)| [name.to_owned(), number(value)]));
        page.part("By label");
        let rows = report.per_class.iter().map(|(label, of)| {
            let [precision, recall, f1] =
                [of.precision, of.recall, of.f1].map(|of| number(Some(of)));
            [label.clone(), of.support.to_string(), precision, recall, f1]
        });
        page.table(["label", "rows", "precision", "recall", "F1"], rows);
        page.part("By language");
        let rows = report.per_language.iter().map(|(code, of)| {
            [code.clone(), of.n.to_string(), number(Some(of.accuracy)), number(Some(of.macro_f1))]
        });
        page.table(["language", "rows", "accuracy", "macro F1"], rows);
    }

    fn calibration(&self, page: &mut Markdown) {
        page.section("Calibration");
        let method = match self.setting("calibration") {
            Some(Value::String(method)) => method.clone(),
            Some(other) => other.to_string(),
            None => "unknown".to_owned(),
        };
        page.paragraph(&format!(
            "Method: {}. Expected calibration error {}, the largest of a bin {}.",
            escaped(&method),
            number(self.report.ece),
            number(self.report.mce)
        ));
        let rows = self.report.reliability.iter().filter(|bin| bin.n > 0).map(|bin| {
            let between = format!("{:.2} to {:.2}", bin.lower, bin.upper);
            [between, bin.n.to_string(), number(bin.confidence), number(bin.accuracy)]
        });
        page.table(["confidence", "rows", "mean confidence", "right"], rows);
    }

    fn reproduction(&self, page: &mut Markdown) {
        page.section("How to make it again");
        let Manifest { seed, code_revision, data, .. } = self.manifest;
        page.paragraph(&format!(
            "At revision `{code_revision}` of the code, with rows of fingerprint `{}` and seed {seed}; flags that only say where it is published are left out, and so is where files lay:",
            data.fingerprint
        ));
        page.code(self.command);
        let hash = self.setting(WEIGHTS_SHA256).and_then(Value::as_str).unwrap_or("unknown");
        page.paragraph(&format!(
            "`{WEIGHTS_SHA256}` is then `{hash}`, on a machine of the same kind."
        ));
    }

    fn setting(&self, name: &str) -> Option<&Value> {
        self.manifest.settings.get(name)
    }
}

fn licence(base: &str) -> &'static str {
    let name = base.split('@').next().unwrap_or(base);
    let known = BASE_LICENCES.iter().find(|(known, _)| *known == name);
    known.map_or("not known to the trainer: see the base's own page", |(_, licence)| licence)
}

/// Three digits behind the point, or a dash.
fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use switchboard_artifact::{DataFacts, LanguageFacts};
    use switchboard_evaluate::{Outcome, evaluate};

    use super::*;

    /// Forty rows of label `A|x`, ten of them right in French, and two of `B`.
    fn card(base: Option<&str>) -> String {
        let labels = ["A|x".to_owned(), "B".to_owned()];
        let outcome = |row: usize| Outcome {
            truth: labels[usize::from(row >= 40)].clone(),
            probabilities: if row < 20 { vec![0.9, 0.1] } else { vec![0.2, 0.8] },
            language: Some(if row < 10 { "fr" } else { "en" }.to_owned()),
        };
        let report = evaluate(&labels, &(0..42).map(outcome).collect::<Vec<_>>());
        let settings = [
            ("split", json!("grouped")),
            ("near_duplicates", json!({"groups": 3, "rows": 7})),
            ("calibration", json!("sigmoid")),
            (WEIGHTS_SHA256, json!("abc123")),
        ];
        let mut settings: std::collections::BTreeMap<_, _> =
            settings.map(|(name, value)| (name.to_owned(), value)).into();
        if let Some(base) = base {
            settings.insert("base".to_owned(), json!(base));
        }
        let facts = |training_rows, heldout_rows| LanguageFacts {
            training_rows,
            heldout_rows,
            heldout_accuracy: None,
        };
        let manifest = Manifest {
            name: "category-tfidf".to_owned(),
            task: "category".to_owned(),
            family: "tfidf".to_owned(),
            labels: labels.to_vec(),
            languages: [("en".to_owned(), facts(900, 32)), ("fr".to_owned(), facts(12, 10))].into(),
            seed: 7,
            data: DataFacts { rows: 912, fingerprint: "f00".to_owned() },
            code_revision: "r1".to_owned(),
            created_at: "2026-01-01T00:00:00Z".to_owned(),
            settings,
            ..Manifest::default()
        };
        let card = Card {
            manifest: &manifest,
            report: &report,
            skipped: 4,
            command: "train-tfidf --tune",
        };
        String::from_utf8(card.to_bytes()).unwrap()
    }

    #[test]
    fn it_says_what_the_version_is_and_what_it_was_made_of() {
        let card = card(None);
        for line in [
            "# category-tfidf",
            "| labels | A\\|x, B |",
            "| rows | 912 |",
            "| rows left out, without text or label | 4 |",
            "| fingerprint of the rows | f00 |",
            "| split | grouped |",
            "| near-duplicates | 7 rows in 3 groups |",
            "| fr | 12 | 10 |",
            "| licence of the base | no base |",
        ] {
            assert!(card.lines().any(|of| of == line), "{line}: {card}");
        }
    }

    #[test]
    fn it_measures_overall_by_label_and_by_language() {
        let card = card(None);
        for line in [
            "| accuracy | 0.524 |",
            "| A\\|x | 40 | 1.000 | 0.500 | 0.667 |",
            "| B | 2 | 0.091 | 1.000 | 0.167 |",
            "| fr | 10 | 1.000 | 1.000 |",
            "Method: sigmoid. Expected calibration error 0.419, the largest of a bin 0.709.",
        ] {
            assert!(card.lines().any(|of| of == line), "{line}: {card}");
        }
    }

    #[test]
    fn it_names_what_it_is_not_good_for() {
        let card = card(None);
        assert!(card.contains("Judged on few rows (under 50): fr (10), en (32)"), "{card}");
        assert!(card.contains("Learned from few rows (under 50): fr (12)"), "{card}");
        assert!(card.contains("Often missed (recall under 0.70): A\\|x (0.50)"), "{card}");
        assert!(card.contains("Labels judged on few rows (under 20): B (2)"), "{card}");
        assert!(card.contains("only for tickets like the rows"), "{card}");
    }

    #[test]
    fn it_says_how_to_make_the_version_again() {
        let card = card(None);
        assert!(
            card.contains(
                "At revision `r1` of the code, with rows of fingerprint `f00` and seed 7"
            )
        );
        assert!(card.contains("```sh\ntrain-tfidf --tune\n```"), "{card}");
        assert!(card.contains("`weights_sha256` is then `abc123`"), "{card}");
    }

    #[test]
    fn the_licence_of_a_base_is_told_where_it_is_known() {
        let known = card(Some("distilbert/distilbert-base-multilingual-cased@0a1b"));
        assert!(known.contains("| licence of the base | Apache-2.0 |"), "{known}");
        let unknown = card(Some("somebody/something"));
        assert!(unknown.contains("| licence of the base | not known to the trainer"), "{unknown}");
    }
}
