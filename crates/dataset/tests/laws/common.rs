//! Rows to try the laws on.

use switchboard_dataset::Row;

pub(crate) fn row(text: &str) -> Row {
    Row {
        text: text.to_owned(),
        label: "Access".to_owned(),
        language: None,
        group: None,
        source: 0,
        number: 1,
    }
}

pub(crate) fn grouped(text: &str, group: &str) -> Row {
    Row { group: Some(group.to_owned()), ..row(text) }
}

/// A word for each number, made of letters.
pub(crate) fn word(number: u32) -> String {
    number.to_string().bytes().map(|digit| char::from(b'a' + digit - b'0')).chain(['z']).collect()
}

/// The words of some numbers.
pub(crate) fn words(numbers: impl IntoIterator<Item = u32>) -> String {
    numbers.into_iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The rows in an order that `seed` decides.
pub(crate) fn shuffled(rows: &[Row], seed: u64) -> Vec<Row> {
    let mut shuffled = rows.to_vec();
    let mut random = seed;
    for place in (1..shuffled.len()).rev() {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        shuffled.swap(place, (random >> 33) as usize % (place + 1));
    }
    shuffled
}
