//! The bundled corpus keeps its rules, and its tickets can be trained on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use switchboard_dataset::{Columns, Dataset, FOLDS, Split, describe, folds, groups};
use switchboard_train_corpus::{Corpus, MIN_PHRASINGS, write};

fn corpus() -> Corpus {
    Corpus::bundled().unwrap_or_else(|problems| panic!("the corpus breaks its rules:\n{problems}"))
}

fn read(path: &Path) -> Dataset {
    let columns = Columns {
        text: "text".to_owned(),
        label: "label".to_owned(),
        language: Some("language".to_owned()),
        group: Some("phrasing".to_owned()),
    };
    switchboard_dataset::read(&[path.to_owned()], &columns).expect("the file was just written")
}

#[test]
fn every_language_has_every_category_with_enough_phrasings() {
    let corpus = corpus();
    let mut sizes = BTreeMap::new();
    for (language, label, _) in corpus.phrasings() {
        *sizes.entry((language.code(), label)).or_insert(0) += 1;
    }
    assert_eq!(sizes.len(), 5 * 8, "{sizes:?}");
    assert!(sizes.values().all(|size| *size >= MIN_PHRASINGS), "{sizes:?}");
}

#[test]
fn phrasings_have_names_of_their_own() {
    let corpus = corpus();
    let names: BTreeSet<&str> =
        corpus.phrasings().map(|(_, _, phrasing)| phrasing.id.as_str()).collect();
    assert_eq!(names.len(), corpus.phrasings().count());
}

#[test]
fn tickets_are_spread_evenly_and_differ() {
    let tickets = corpus().tickets(4000, 7);
    let mut cells = BTreeMap::new();
    for ticket in &tickets {
        *cells.entry((ticket.language, ticket.label)).or_insert(0) += 1;
    }
    assert_eq!((cells.len(), tickets.len()), (40, 4000));
    assert!(cells.values().all(|size| *size == 100), "{cells:?}");
    let texts: BTreeSet<&str> = tickets.iter().map(|ticket| ticket.text.as_str()).collect();
    assert!(texts.len() > 3950, "{} different texts", texts.len());
}

#[test]
fn tickets_depend_on_the_seed_alone() {
    let corpus = corpus();
    assert_eq!(corpus.tickets(400, 1), corpus.tickets(400, 1));
    assert_ne!(corpus.tickets(400, 1), corpus.tickets(400, 2));
}

#[test]
fn tickets_are_clean_text() {
    for ticket in corpus().tickets(8000, 3) {
        let text = &ticket.text;
        let clean = !text.contains(['{', '}', '\t', '\r', '\u{fffd}'])
            && !text.contains("  ")
            && !text.contains(" \n")
            && text.trim() == text
            && !text.is_empty();
        assert!(clean, "{}: {text:?}", ticket.phrasing);
    }
}

#[test]
fn the_file_is_read_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.csv");
    let tickets = corpus().tickets(2000, 1);
    write(&path, &tickets).unwrap();
    let rows = read(&path).rows;
    assert_eq!(rows.len(), tickets.len());
    for (row, ticket) in rows.iter().zip(&tickets) {
        assert_eq!((&row.text, row.label.as_str()), (&ticket.text, ticket.label));
        assert_eq!(row.language.as_deref(), Some(ticket.language));
        assert_eq!(row.group.as_deref(), Some(ticket.phrasing.as_str()));
    }
}

#[test]
fn folds_by_phrasing_are_of_like_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.csv");
    write(&path, &corpus().tickets(4000, 1)).unwrap();
    let rows = read(&path).rows;
    let mut sizes = [0; FOLDS as usize];
    for fold in folds(&rows, &groups(&rows), Split::Grouped) {
        sizes[usize::from(fold)] += 1;
    }
    assert!(sizes.iter().all(|size| (250..550).contains(size)), "{sizes:?}");
}

#[test]
fn few_tickets_are_near_duplicates_by_their_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.csv");
    write(&path, &corpus().tickets(4000, 1)).unwrap();
    let mut rows = read(&path).rows;
    for row in &mut rows {
        row.group = None;
    }
    assert!(describe(&rows).near_duplicate_share < 0.08);
}

#[test]
fn a_file_is_replaced_whole_or_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.csv");
    std::fs::write(&path, "old").unwrap();
    write(&path, &corpus().tickets(40, 1)).unwrap();
    assert_eq!(read(&path).rows.len(), 40);
    assert!(write(&folder.path().join("nowhere/tickets.csv"), &[]).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_command_prints_one_object() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.csv");
    let run = Command::new(env!("CARGO_BIN_EXE_make-corpus"))
        .args(["--tickets", "80", "--seed", "5", "--out"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    let summary: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!((&summary["tickets"], &summary["per_language"]["ar"]), (&80.into(), &16.into()));
    assert_eq!(summary["per_label"]["HR Support"], 10);
    assert_eq!(summary["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(read(&path).rows.len(), 80);
}

#[test]
fn the_command_says_what_is_wrong() {
    let run = |arguments: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_make-corpus")).args(arguments).output().unwrap();
        (run.status.code(), String::from_utf8(run.stderr).unwrap())
    };
    assert_eq!(run(&[]).0, Some(2));
    assert_eq!(run(&["--out", "x.csv", "--tickets", "0"]).0, Some(2));
    let (code, message) = run(&["--out", "/nowhere/at/all.csv"]);
    assert_eq!(code, Some(1));
    assert!(message.contains("write /nowhere/at/all.csv"), "{message}");
}
