//! What dashboards and rules ask of Prometheus, and whether there is any such thing.

use std::collections::BTreeMap;
use std::path::Path;

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{Expr, LabelModifier, VectorSelector, parse};
use promql_parser::util::{ExprVisitor, walk_expr};
use serde_json::Value;

/// What Grafana fills in.
const VARIABLES: [(&str, &str); 7] = [
    ("$__rate_interval", "1m"),
    ("$__range", "1h"),
    ("$__interval", "15s"),
    ("$instance", ".*"),
    ("$model", ".*"),
    ("$task", ".*"),
    ("$runbooks", ""),
];

/// Names that Prometheus makes by itself, when there is an alert.
const OF_ALERTS: [&str; 2] = ["ALERTS", "ALERTS_FOR_STATE"];

/// An expression and who asks.
pub(crate) struct Expression {
    pub(crate) place: String,
    pub(crate) text: String,
}

/// The label sets of every series, by metric.
pub(crate) type Series = BTreeMap<String, Vec<BTreeMap<String, String>>>;

/// Every expression of the dashboards in `folder`.
pub(crate) fn of_dashboards(folder: &Path) -> Vec<Expression> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let dashboard: Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        collect(&dashboard, &file, &mut found);
    }
    found
}

/// Every `expr` and every variable's query below `value`; the nearest title says where.
fn collect(value: &Value, place: &str, found: &mut Vec<Expression>) {
    match value {
        Value::Object(fields) => {
            let title = fields.get("title").or(fields.get("name")).and_then(Value::as_str);
            let place =
                title.map_or_else(|| place.to_owned(), |title| format!("{place}, {title:?}"));
            for (key, value) in fields {
                match value.as_str() {
                    Some(text) if key == "expr" => found.push(Expression::new(&place, text)),
                    Some(text) if key == "query" && text.starts_with("label_values(") => {
                        found.push(Expression::new(&place, &of_variable(text)));
                    }
                    _ => collect(value, &place, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, place, found)),
        _ => {}
    }
}

/// The query behind `label_values(selector, label)`.
fn of_variable(query: &str) -> String {
    let inside = query.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')'));
    let (selector, label) = inside.and_then(|inside| inside.rsplit_once(',')).unwrap();
    format!("count by ({}) ({selector})", label.trim())
}

impl Expression {
    pub(crate) fn new(place: &str, text: &str) -> Self {
        let fill = |text: String, (name, value): &(&str, &str)| text.replace(name, value);
        let text = VARIABLES.iter().fold(text.to_owned(), fill);
        Self { place: place.to_owned(), text }
    }

    /// What it asks for that is not among `series`, a sentence each. Of what the rules make, `recorded` are the names.
    pub(crate) fn missing(&self, series: &Series, recorded: &[String]) -> Vec<String> {
        let expr = match parse(&self.text) {
            Ok(expr) => expr,
            Err(error) => return vec![format!("{}: {error}: {}", self.place, self.text)],
        };
        let mut reader = Reader { series, recorded, faults: Vec::new() };
        // The reader refuses nothing.
        let _ = walk_expr(&mut reader, &expr);
        reader.faults.into_iter().map(|fault| format!("{}: {fault}", self.place)).collect()
    }
}

struct Reader<'r> {
    series: &'r Series,
    recorded: &'r [String],
    faults: Vec<String>,
}

impl ExprVisitor for Reader<'_> {
    type Error = std::convert::Infallible;

    fn pre_visit(&mut self, expr: &Expr) -> Result<bool, Self::Error> {
        match expr {
            Expr::VectorSelector(selector) => self.check(selector),
            Expr::MatrixSelector(range) => self.check(&range.vs),
            Expr::Aggregate(aggregate) => {
                let labels = aggregate.modifier.as_ref().map(LabelModifier::labels);
                self.check_labels(labels.iter().flat_map(|labels| &labels.labels));
            }
            _ => {}
        }
        Ok(true)
    }
}

impl Reader<'_> {
    fn check(&mut self, selector: &VectorSelector) {
        let Some(name) = &selector.name else { return };
        if OF_ALERTS.contains(&name.as_str()) || self.recorded.contains(name) {
            return;
        }
        let Some(all) = self.series.get(name) else {
            self.faults.push(format!("there is no {name}"));
            return;
        };
        for matcher in &selector.matchers.matchers {
            if matches!(matcher.op, MatchOp::NotEqual | MatchOp::NotRe(_)) {
                if !all.iter().any(|labels| labels.contains_key(&matcher.name)) {
                    self.faults.push(format!("{name} has no label {}", matcher.name));
                }
            } else if !all.iter().any(|labels| chosen(labels, matcher)) {
                self.faults.push(format!(
                    "no {name} has {}{}{:?}",
                    matcher.name, matcher.op, matcher.value
                ));
            }
        }
    }

    /// A label that no series has at all is a name that was mistyped or renamed.
    fn check_labels<'l>(&mut self, labels: impl Iterator<Item = &'l String>) {
        for label in labels {
            let known = self.series.values().flatten().any(|labels| labels.contains_key(label));
            if !known {
                self.faults.push(format!("nothing has a label {label}"));
            }
        }
    }
}

fn chosen(labels: &BTreeMap<String, String>, matcher: &Matcher) -> bool {
    labels.get(&matcher.name).is_some_and(|value| matcher.is_match(value))
}

#[test]
fn what_does_not_exist_is_named_with_its_place() {
    let labels = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let series = [("a_total".to_owned(), vec![labels(&[("route", "tfidf")])])].into();
    let faults = |text: &str| {
        Expression::new("board, \"panel\"", text).missing(&series, &["r:a".to_owned()])
    };
    for fine in [
        "a_total",
        "sum by (route) (rate(a_total{route=\"tfidf\"}[$__rate_interval])) / r:a",
        "a_total{route!~\"other\"} and ALERTS{alertname=\"x\"}",
        "max_over_time(sum(a_total)[10m:1m])",
    ] {
        assert_eq!(faults(fine), [] as [String; 0], "{fine}");
    }
    for (wrong, fault) in [
        ("rate(b_total[1m])", "there is no b_total"),
        ("a_total{route=\"linear\"}", "no a_total has route=\"linear\""),
        ("a_total{model=~\".*\"}", "no a_total has model=~\".*\""),
        ("a_total{model!=\"x\"}", "a_total has no label model"),
        ("sum by (model) (a_total)", "nothing has a label model"),
    ] {
        assert_eq!(faults(wrong), [format!("board, \"panel\": {fault}")], "{wrong}");
    }
    assert!(!faults("sum(a_total").is_empty());
}
