//! Labelled rows, scrubbed and cut as serving does.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use anyhow::{Context, ensure};
use rayon::prelude::*;
use switchboard_dataset::{
    NearDuplicates, Row, Split, fingerprint, folds, groups, labels, read, row_hash,
};
use switchboard_pii::{RawText, Scrubber};
use switchboard_text::{for_each_word, identify};

use crate::TrainingOptions;

/// Everything fitting and publishing need of the data, a row at each index.
pub struct Rows {
    /// The texts as a model sees them: personal data cut out.
    pub texts: Vec<String>,
    /// An index into `labels` a row.
    pub targets: Vec<usize>,
    /// A fold a row, 0 to 9.
    pub folds: Vec<u8>,
    /// The labels, sorted.
    pub labels: Vec<String>,
    /// The language of each row: as the data says, else as identified.
    pub languages: Vec<Option<String>>,
    /// Where each row stands.
    pub places: Vec<RowPlace>,
    pub(crate) split: Split,
    pub(crate) near_duplicates: NearDuplicates,
    pub(crate) hashes: Vec<String>,
    pub(crate) fingerprint: String,
    pub(crate) skipped: u64,
}

/// Where a row stands, to tell a person without telling its text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RowPlace {
    /// The name of its file, without the folder.
    #[serde(serialize_with = "plain")]
    pub file: Arc<str>,
    /// Its number in the file, from 1; a CSV file's header is not counted, rows without text or label are.
    pub number: u64,
}

fn plain<S: serde::Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

impl Rows {
    /// Reads and prepares the rows.
    pub(crate) fn load(options: &TrainingOptions) -> anyhow::Result<Self> {
        let dataset = read(&options.data, &options.columns()).context("read the data")?;
        let rows = dataset.rows;
        let labels = labels(&rows);
        ensure!(labels.len() > 1, "every row has the same label; at least two labels are needed");
        let scrubber = Scrubber::new();
        let texts: Vec<String> = rows
            .par_iter()
            .map(|row| scrubber.scrub(RawText::new(&row.text)).for_models().to_owned())
            .collect();
        let target = |row: &Row| {
            labels.binary_search(&row.label).ok().context("a label is among the labels")
        };
        let told = options.language_column.is_some();
        let language = |(row, text): (&Row, &String)| {
            if told { row.language.clone() } else { Some(identify(text).code.to_owned()) }
        };
        let groups = groups(&rows);
        let split = options.split.into();
        Ok(Self {
            targets: rows.iter().map(target).collect::<Result<_, _>>()?,
            folds: folds(&rows, &groups, split),
            languages: rows.iter().zip(&texts).map(language).collect(),
            places: places(&rows, dataset.files),
            split,
            near_duplicates: groups.near_duplicates(),
            hashes: rows.iter().map(|row| row_hash(&row.text, &row.label)).collect(),
            fingerprint: fingerprint(&rows),
            skipped: dataset.skipped,
            texts,
            labels,
        })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The words that at least `min_rows` rows hold.
    pub(crate) fn shared_words(&self, min_rows: usize) -> HashSet<String> {
        let mut holders: HashMap<String, usize> = HashMap::new();
        for text in &self.texts {
            let mut words = HashSet::new();
            for_each_word(text, |word| {
                words.insert(word.text.to_owned());
            });
            for word in words {
                *holders.entry(word).or_default() += 1;
            }
        }
        holders.into_iter().filter(|(_, held)| *held >= min_rows).map(|(word, _)| word).collect()
    }
}

fn places(rows: &[Row], files: Vec<String>) -> Vec<RowPlace> {
    let files: Vec<Arc<str>> = files.into_iter().map(Arc::from).collect();
    let place =
        |row: &Row| RowPlace { file: files[row.source as usize].clone(), number: row.number };
    rows.iter().map(place).collect()
}
