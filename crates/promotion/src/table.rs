//! A comparison as a table for people.

use std::fmt;

use crate::check::{Check, Comparison, Verdict};

const HEADER: [&str; 5] = ["check", "champion", "challenger", "limit", "verdict"];

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = vec![HEADER.map(str::to_owned)];
        rows.extend(self.checks.iter().map(cells));
        let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
        let widths = [0, 1, 2, 3].map(width);
        for [name, champion, challenger, limit, verdict] in &rows {
            let [first, second, third, fourth] = widths;
            writeln!(
                formatter,
                "{name:<first$}  {champion:>second$}  {challenger:>third$}  {limit:>fourth$}  {verdict}"
            )?;
        }
        let mut telling = self.checks.iter().filter(|check| check.verdict != Verdict::Passed);
        telling.try_for_each(|check| writeln!(formatter, "{}: {}", check.name, check.sentence))
    }
}

fn cells(check: &Check) -> [String; 5] {
    let [champion, challenger, limit] = [check.champion, check.challenger, check.limit].map(figure);
    [check.name.to_owned(), champion, challenger, limit, check.verdict.words().to_owned()]
}

fn figure(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if value.fract() == 0.0 && value.abs() >= 2.0 => format!("{value:.0}"),
        Some(value) if value.abs() >= 1_000.0 => format!("{value:.0}"),
        Some(value) => format!("{value:.4}"),
    }
}
