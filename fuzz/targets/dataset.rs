//! Any bytes as labelled tickets. The first byte says how the file is named.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use switchboard_dataset::{
    Columns, FOLDS, Split, describe, fingerprint, folds, groups, labels, read,
};

const NAMES: [&str; 3] = ["rows.csv", "rows.jsonl", "rows"];

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, content)) = bytes.split_first() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(NAMES[usize::from(first) % NAMES.len()]);
    fs::write(&file, content).expect("write the rows");
    let optional = |bit: u8, name: &str| (first & bit != 0).then(|| name.to_owned());
    let columns = Columns {
        text: "text".to_owned(),
        label: "label".to_owned(),
        language: optional(0x80, "language"),
        group: optional(0x40, "group"),
    };
    let dataset = match read(&[file], &columns) {
        Ok(dataset) => dataset,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };

    assert!(!dataset.rows.is_empty());
    for row in &dataset.rows {
        assert!(!row.text.trim().is_empty() && !row.label.is_empty());
        assert_eq!(row.label, row.label.trim());
        assert!(row.language.is_none() || columns.language.is_some());
        assert!(row.group.is_none() || columns.group.is_some());
        assert!(row.source == 0 && row.number > 0);
    }
    let groups = groups(&dataset.rows);
    for split in [Split::Random, Split::Grouped] {
        let folds = folds(&dataset.rows, &groups, split);
        assert_eq!(folds.len(), dataset.rows.len());
        assert!(folds.iter().all(|fold| *fold < FOLDS));
    }
    for (row, first) in groups.firsts().iter().enumerate() {
        assert!(*first as usize <= row && groups.firsts()[*first as usize] == *first);
    }
    let description = describe(&dataset.rows);
    assert_eq!(description.rows, dataset.rows.len() as u64);
    assert_eq!(description.labels.values().sum::<u64>(), description.rows);
    assert!(description.labels.keys().eq(labels(&dataset.rows).iter()));
    assert!((0.0..1.0).contains(&description.near_duplicate_share));
    assert_eq!(fingerprint(&dataset.rows).len(), 64);
});
