//! A challenger beside the present champion.

use std::collections::{BTreeMap, BTreeSet};

use crate::candidate::Candidate;
use crate::check::{Check, Comparison, Verdict};
use crate::limits::Limits;
use crate::pairs::{Pair, distinct, join};
use crate::quality;
use crate::recorded::Latency;
use crate::significance::lower_tail;

/// Labels named in a sentence, at most.
const NAMED: usize = 5;

/// What a version must be to serve at all, whatever serves now.
pub fn admit(challenger: &Candidate, limits: &Limits) -> Comparison {
    Comparison { rows: 0, checks: own(challenger, limits) }
}

/// Holds a challenger against the champion, on the rows both have.
pub fn compare(champion: &Candidate, challenger: &Candidate, limits: &Limits) -> Comparison {
    let mut checks = own(challenger, limits);
    if !challenger.labels_texts {
        return Comparison { rows: 0, checks };
    }
    let pairs = join(&champion.rows, &challenger.rows);
    let rows = rows(champion, challenger, &pairs, limits);
    let enough = rows.verdict == Verdict::Passed;
    checks.extend([labels(champion, challenger), rows, coverage(champion, &pairs, limits)]);
    checks.extend(if enough {
        quality::checks([champion, challenger], &pairs, limits)
    } else {
        quality::unknown()
    });
    checks.extend([size(champion, challenger, limits), latency(champion, challenger, limits)]);
    Comparison { rows: pairs.len() as u64, checks }
}

/// What is looked at without a champion.
fn own(challenger: &Candidate, limits: &Limits) -> Vec<Check> {
    let verified = "every file has the length and the SHA-256 of its manifest".to_owned();
    let mut checks = vec![Check::new("integrity", Verdict::Passed, verified)];
    if challenger.labels_texts {
        checks.extend([golden(challenger), placeholders(challenger, limits)]);
    }
    checks
}

fn golden(challenger: &Candidate) -> Check {
    let Candidate { golden, unsound_golden, labels, .. } = challenger;
    let sentence = match (golden, unsound_golden) {
        (0, _) => "it carries no golden example, so no service can tell whether it answers as it did when it was made: train it on more rows".to_owned(),
        (_, 0) => format!("it carries {golden} golden examples, each with one finite score a label"),
        _ => format!("{unsound_golden} of {golden} golden examples do not hold {} scores: train it again", labels.len()),
    };
    Check::new("golden_examples", Verdict::of(*golden > 0 && *unsound_golden == 0), sentence)
        .challenger(golden.saturating_sub(*unsound_golden) as f64)
        .limit(1.0)
}

fn placeholders(challenger: &Candidate, limits: &Limits) -> Check {
    const NAME: &str = "placeholder_changes";
    let Some(recorded) = &challenger.recorded else {
        return Check::not_measured(NAME, "its trainer recorded no measurement");
    };
    let (found, limit) = (recorded.placeholders, limits.max_placeholder_changes);
    let sentence = format!(
        "a placeholder changes the label of {} of {} texts; {limit} are tolerated",
        found.changed, found.texts
    );
    Check::new(NAME, Verdict::of(found.changed <= limit), sentence)
        .challenger(found.changed as f64)
        .limit(limit as f64)
}

fn labels(champion: &Candidate, challenger: &Candidate) -> Check {
    let [before, now] =
        [champion, challenger].map(|side| side.labels.iter().collect::<BTreeSet<_>>());
    let [gone, new] =
        [before.difference(&now), now.difference(&before)].map(Iterator::collect::<Vec<_>>);
    let sentence = if before == now {
        "both answer the same labels".to_owned()
    } else {
        let changes = [("no longer", gone), ("newly", new)];
        let changes = changes.iter().filter(|(_, labels)| !labels.is_empty());
        let changes: Vec<String> =
            changes.map(|(how, labels)| format!("{how} {}", named(labels))).collect();
        format!(
            "the challenger answers {}: another label set is another task (--task), unless --force says otherwise",
            changes.join(", and ")
        )
    };
    Check::new("labels", Verdict::of(before == now), sentence)
        .sides(before.len() as f64, now.len() as f64)
}

fn named(labels: &[&&String]) -> String {
    let mut named: Vec<String> =
        labels.iter().take(NAMED).map(|label| format!("{label:?}")).collect();
    if labels.len() > NAMED {
        named.push(format!("{} more", labels.len() - NAMED));
    }
    named.join(", ")
}

fn rows(
    champion: &Candidate,
    challenger: &Candidate,
    pairs: &[Pair<'_>],
    limits: &Limits,
) -> Check {
    let (common, least) = (pairs.len() as u64, limits.min_rows);
    let [ours, theirs] = [champion, challenger].map(|side| side.rows.len());
    let enough = common >= least;
    let advice = if enough {
        ""
    } else {
        ": `switchboard models promote` with --data, --text-column and --label-column compares on rows you give"
    };
    let sentence = format!(
        "{common} rows, by text and label, are among the champion's {ours} and the challenger's {theirs}; {least} are needed{advice}"
    );
    Check::new("rows", Verdict::of(enough), sentence).challenger(common as f64).limit(least as f64)
}

/// A label whose rows are missing among the common ones far more than others' was named otherwise, or left out. Because a row's hash covers its label, none
/// of the checks on common rows can see that.
fn coverage(champion: &Candidate, pairs: &[Pair<'_>], limits: &Limits) -> Check {
    const NAME: &str = "label_coverage";
    let all = distinct(&champion.rows);
    let kept = pairs.len() as f64 / all.len().max(1) as f64;
    let mut rows: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for row in &all {
        rows.entry(&row.label).or_default()[0] += 1;
    }
    for pair in pairs {
        rows.entry(pair.truth()).or_default()[1] += 1;
    }
    rows.retain(|_, [all, _]| *all >= limits.min_class_rows);
    let labels = rows.len() as f64;
    let share = |[all, common]: [u64; 2]| common as f64 / all as f64;
    let Some((label, counts)) = rows.into_iter().min_by(|a, b| share(a.1).total_cmp(&share(b.1)))
    else {
        return Check::not_measured(NAME, "no label has rows enough");
    };
    let [all, common] = counts;
    // The label was chosen among many for having the least.
    let chance = labels * lower_tail(common, all, kept);
    let limit = limits.min_label_coverage * kept;
    let verdict = Verdict::of(share(counts) >= limit || chance >= limits.significance);
    let sentence = format!(
        "of the champion's {all} rows of {label:?} the challenger has {common}, of all its rows {:.0} %: fewer than {:.0} %, beyond chance, means that it was learnt under other names",
        100.0 * kept,
        100.0 * limit
    );
    Check::new(NAME, verdict, sentence).sides(kept, share(counts)).limit(limit)
}

fn size(champion: &Candidate, challenger: &Candidate, limits: &Limits) -> Check {
    let [before, now] = [champion, challenger].map(|side| side.size_bytes as f64);
    let limit = (before * limits.max_size_ratio).max(limits.size_floor_mb * 1e6);
    let sentence = format!(
        "{:.2} MB where the champion has {:.2} MB; up to {:.2} MB is tolerated",
        now / 1e6,
        before / 1e6,
        limit / 1e6
    );
    Check::new("size_bytes", Verdict::of(now <= limit), sentence).sides(before, now).limit(limit)
}

fn latency(champion: &Candidate, challenger: &Candidate, limits: &Limits) -> Check {
    const NAME: &str = "latency_ms";
    let recorded = [champion, challenger].map(|side| side.recorded.as_ref());
    let [Some(before), Some(now)] = recorded.map(|recorded| Some(&recorded?.latency)) else {
        return Check::not_measured(NAME, "it was not recorded for both");
    };
    if before.processor != now.processor {
        return Check::not_measured(NAME, "they were measured on different processors");
    }
    let limit = (before.median_ms * limits.max_latency_ratio).max(limits.latency_floor_ms);
    let sentence = format!(
        "{} where the champion has {}; a median of up to {limit:.3} ms is tolerated",
        times(now),
        times(before)
    );
    Check::new(NAME, Verdict::of(now.median_ms <= limit), sentence)
        .sides(before.median_ms, now.median_ms)
        .limit(limit)
}

fn times(latency: &Latency) -> String {
    format!("a median of {:.3} ms (p99 {:.3} ms)", latency.median_ms, latency.p99_ms)
}
