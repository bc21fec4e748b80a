use serde::Deserialize;

use super::*;
use crate::row::Row;

#[derive(Deserialize)]
struct Case {
    why: String,
    file: String,
    content: String,
    columns: Vec<Option<String>>,
    #[serde(default)]
    rows: Vec<(String, String, Option<String>, Option<String>)>,
    #[serde(default)]
    skipped: u64,
    error: Option<String>,
}

fn columns(names: &[Option<String>]) -> Columns {
    let name = |place: usize| names.get(place).cloned().flatten();
    Columns {
        text: name(0).unwrap_or_default(),
        label: name(1).unwrap_or_default(),
        language: name(2),
        group: name(3),
    }
}

fn text_and_label() -> Columns {
    columns(&[Some("text".to_owned()), Some("label".to_owned())])
}

/// Reads a file of the given name and content; an error's message comes without the folder.
fn read_content(
    name: &str,
    content: &[u8],
    columns: &Columns,
    limits: Limits,
) -> Result<Dataset, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    read_within(&[path], columns, limits)
        .map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

#[test]
fn every_case_of_the_table_reads_as_it_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/dataset/read.json");
    let cases: Vec<Case> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for case in cases {
        let found = read_content(
            &case.file,
            case.content.as_bytes(),
            &columns(&case.columns),
            Limits::STANDARD,
        );
        let fields = |row: Row| (row.text, row.label, row.language, row.group);
        let found = found.map(|dataset| {
            (dataset.rows.into_iter().map(fields).collect::<Vec<_>>(), dataset.skipped)
        });
        let expected = match case.error {
            Some(error) => Err(error),
            None => Ok((case.rows, case.skipped)),
        };
        assert_eq!(found, expected, "{}", case.why);
    }
}

#[test]
fn what_is_not_utf8_is_named() {
    for (name, content, place) in [
        ("a.csv", b"text,label\na,b\nc\xff,d\n".as_slice(), "a.csv, row 2 (line 3)"),
        ("a.csv", b"\xff\xfet\0e\0".as_slice(), "a.csv, header (line 1)"),
        ("a.jsonl", b"{\"text\":\"\xe9\",\"label\":\"b\"}\n".as_slice(), "a.jsonl, row 1 (line 1)"),
    ] {
        let error = read_content(name, content, &text_and_label(), Limits::STANDARD).unwrap_err();
        assert_eq!(error, format!("{place} is not UTF-8: save the file as UTF-8"));
    }
}

#[test]
fn fields_rows_and_files_are_bounded() {
    let limits = Limits { field_bytes: 8, row_bytes: 40, rows: 2 };
    let endless = format!("text,label\na,b\n\"{}", "x".repeat(100));
    let endless_json = format!("{{\"text\":\"{}\"}}", "x".repeat(100));
    let too_long =
        "is longer than 40 bytes: check that every quotation mark and every line is closed";
    for (name, content, expected) in [
        (
            "a.csv",
            "text,label\n123456789,b\n",
            "a.csv, row 1 (line 2): column `text` holds 9 bytes, the limit is 8: shorten it, or leave the row out",
        ),
        (
            "a.jsonl",
            "{\"text\":\"123456789\",\"label\":\"b\"}\n",
            "a.jsonl, row 1 (line 1): column `text` holds 9 bytes, the limit is 8: shorten it, or leave the row out",
        ),
        ("a.csv", &endless, &format!("a.csv, row 2 (line 3) {too_long}")),
        ("a.jsonl", &endless_json, &format!("a.jsonl, row 1 (line 1) {too_long}")),
        (
            "a.csv",
            "text,label\na,b\nc,\nd,b\n",
            "a.csv brings the data set over 2 rows: give fewer files, or a sample",
        ),
    ] {
        let error = read_content(name, content.as_bytes(), &text_and_label(), limits).unwrap_err();
        assert_eq!(error, expected);
    }
}

#[test]
fn many_rows_fit_where_one_long_row_does_not() {
    let limits = Limits { field_bytes: 8, row_bytes: 40, rows: 1000 };
    let content = format!("text,label\n{}", "some,row\n".repeat(500));
    assert_eq!(
        read_content("a.csv", content.as_bytes(), &text_and_label(), limits).unwrap().rows.len(),
        500
    );
}

#[test]
fn files_are_read_in_the_order_they_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let paths = [folder.path().join("b.csv"), folder.path().join("a.jsonl")];
    std::fs::write(&paths[0], "text,label\nfirst,x\n").unwrap();
    std::fs::write(&paths[1], "{\"text\":\"second\",\"label\":\"x\"}\n").unwrap();
    let rows = read(&paths, &text_and_label()).unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.text.as_str()).collect::<Vec<_>>(), ["first", "second"]);
}

#[test]
fn rows_know_their_file_and_number_and_skipped_rows_count() {
    let folder = tempfile::tempdir().unwrap();
    let paths = [folder.path().join("b.csv"), folder.path().join("a.jsonl")];
    std::fs::write(&paths[0], "text,label\n,x\n\"of two\nlines\",x\n\nlast,x\n").unwrap();
    let jsonl = "{\"text\":\"one\",\"label\":\"\"}\n\n{\"text\":\"two\",\"label\":\"x\"}\n";
    std::fs::write(&paths[1], jsonl).unwrap();
    let dataset = read(&paths, &text_and_label()).unwrap();
    assert_eq!(dataset.files, ["b.csv", "a.jsonl"]);
    let places: Vec<_> = dataset.rows.iter().map(|row| (row.source, row.number)).collect();
    assert_eq!(places, [(0, 2), (0, 3), (1, 2)]);
}

#[test]
fn files_that_are_not_there_are_named() {
    assert!(matches!(read(&[], &text_and_label()), Err(DatasetError::NoFiles)));
    let error = read(&[PathBuf::from("/nowhere/a.csv")], &text_and_label()).unwrap_err();
    assert_eq!(error.to_string(), "read /nowhere/a.csv");
    assert!(std::error::Error::source(&error).is_some());
}
