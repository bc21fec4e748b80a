//! Any bytes as a linear model, and a real model with bytes changed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use switchboard_classify::Options;
use switchboard_tfidf_svm::{FeatureSet, FitOptions, TfidfSvm, TrainingRows, fit};

const ROWS: [(&str, usize); 4] =
    [("printer jam", 0), ("printer broken", 0), ("password reset", 1), ("password forgotten", 1)];

static REAL: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let options = FitOptions {
        features: Some(FeatureSet::WordsAndCharacters),
        c: Some(1.0),
        min_rows: 1,
        ..FitOptions::default()
    };
    let (texts, targets): (Vec<&str>, Vec<usize>) = ROWS.into_iter().unzip();
    let rows =
        TrainingRows { texts: &texts, targets: &targets, labels: &labels(), folds: &[0, 1, 0, 1] };
    fit(rows, &options, &|_| ()).expect("the rows can be learnt").model.to_bytes()
});

fn labels() -> Vec<String> {
    vec!["Hardware".to_owned(), "Access".to_owned()]
}

// The first byte chooses: the rest are a model, or places (two bytes, little-endian) and what to write there (one byte).
fuzz_target!(|bytes: &[u8]| {
    let Some((&first, rest)) = bytes.split_first() else { return };
    if first % 2 == 0 {
        check(rest);
    } else {
        let mut changed = REAL.clone();
        for change in rest.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % changed.len();
            changed[place] = change[2];
        }
        check(&changed);
    }
});

fn check(bytes: &[u8]) {
    let Ok(model) = TfidfSvm::from_bytes(bytes, labels()) else { return };
    // The byte behind the magic says the format; an earlier one is written in the latest.
    if bytes[4] == 2 {
        assert_eq!(model.to_bytes(), bytes, "a model is written as it was read");
    }
    for text in
        ["the printer is broken, printer jam", "password [EMAIL_ADDRESS_1] réinitialisé", ""]
    {
        let prediction = model.predict(text, Options { explain: true });
        assert_eq!(prediction.probabilities.len(), 2);
        assert!(prediction.probabilities.iter().all(|share| (0.0..=1.0).contains(share)));
        assert!((prediction.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-3);
        assert!(prediction.top().0 < 2);
        assert!((0.0..=1.0).contains(&prediction.out_of_vocabulary));
        let characters = text.chars().count() as u32;
        assert!(
            prediction.terms.iter().all(|term| term.start < term.end && term.end <= characters)
        );
        let plain = model.predict(text, Options::default());
        let bits = |scores: &[f32]| scores.iter().map(|score| score.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&plain.logits), bits(&prediction.logits), "explaining changes the answer");
    }
}
