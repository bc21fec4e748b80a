//! A text as a few hundred bytes, from which its likeness to another can be told.
//!
//! A text is the set of its shingles, its runs of [`SHINGLE_WORDS`] normalised words, and two texts are as alike as those
//! sets are: Jaccard's shared ÷ all. See Broder, "On the resemblance and containment of documents" (1997), and Leskovec,
//! Rajaraman & Ullman, "Mining of Massive Datasets", chapter 3. The hashes are FNV-1a and the finaliser of `SplitMix64`,
//! written out because folds must not change with the version of a library.

use switchboard_text::for_each_word;

/// Words of a shingle; a shorter text is one shingle.
const SHINGLE_WORDS: usize = 2;
/// A band is the smallest hash of the text under each of so many functions.
const BAND_ROWS: u64 = 4;
/// Two texts share a band with probability 1 - (1 - likeness^4)^16: 0.998 when they are 0.75 alike, 0.12 when 0.3.
pub(crate) const BANDS: usize = 16;
/// How many shingles a sketch keeps: those of the smallest hashes.
const KEPT: usize = 64;

/// What is kept of a text.
pub(crate) struct Sketch {
    /// Texts that share the key of any band may be near-duplicates.
    pub(crate) bands: [u32; BANDS],
    /// Ascending hashes of shingles: all of a short text, a fair sample of a long one.
    shingles: Box<[u32]>,
}

impl Sketch {
    /// `None` when the text has no words.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let shingles = shingles(text);
        if shingles.is_empty() {
            return None;
        }
        let bands = std::array::from_fn(|band| band_key(&shingles, band as u64));
        let mut kept: Vec<u32> = shingles.iter().map(|shingle| *shingle as u32).collect();
        kept.sort_unstable();
        kept.dedup();
        kept.truncate(KEPT);
        Some(Self { bands, shingles: kept.into() })
    }

    /// How alike two texts are, 0 to 1: exact up to 64 shingles in the two together, else the share of shared shingles among the
    /// 64 of smallest hash in either, whose standard error is at most 0.0625.
    pub(crate) fn likeness(&self, other: &Self) -> f64 {
        let (mut here, mut there) =
            (self.shingles.iter().peekable(), other.shingles.iter().peekable());
        let (mut shared, mut all) = (0_u32, 0_u32);
        while all < KEPT as u32 {
            let Some(smallest) = [here.peek(), there.peek()].into_iter().flatten().min().copied()
            else {
                break;
            };
            let both = [here.next_if_eq(&smallest), there.next_if_eq(&smallest)];
            shared += u32::from(both.iter().all(Option::is_some));
            all += 1;
        }
        f64::from(shared) / f64::from(all)
    }
}

/// The hashes of a text's shingles, each as often as it occurs.
fn shingles(text: &str) -> Vec<u64> {
    let mut words = Vec::with_capacity(text.len() / 5);
    for_each_word(text, |word| words.push(word.text.bytes().fold(FNV_BASIS, fnv_step)));
    let length = SHINGLE_WORDS.min(words.len().max(1));
    let of_words =
        |words: &[u64]| words.iter().fold(0, |hash: u64, word| stir(hash.rotate_left(23) ^ word));
    words.windows(length).map(of_words).collect()
}

/// One number for the smallest shingles under the functions of a band.
fn band_key(shingles: &[u64], band: u64) -> u32 {
    let functions = (band * BAND_ROWS..).take(BAND_ROWS as usize);
    let key = functions.fold(0, |key, function| {
        let seed = stir(function + 1);
        let smallest = shingles.iter().map(|shingle| stir(shingle ^ seed)).min();
        stir(key ^ smallest.unwrap_or_default())
    });
    key as u32
}

const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

fn fnv_step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME)
}

fn stir(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(words: impl IntoIterator<Item = usize>) -> Sketch {
        let word = |number: usize| {
            number.to_string().bytes().map(|digit| char::from(digit + 49)).collect()
        };
        let words: Vec<String> = words.into_iter().map(|number| word(number + 100)).collect();
        Sketch::of(&words.join(" ")).unwrap()
    }

    #[test]
    fn sketches_never_change() {
        // Groups, and with them folds, hang on these hashes.
        let sketch = Sketch::of("My laptop is broken!").unwrap();
        assert_eq!(sketch.shingles[..], [1_320_376_240, 2_075_816_470, 3_191_328_508]);
        assert_eq!(sketch.bands[..2], [1_984_701_425, 712_599_723]);
    }

    #[test]
    fn the_likeness_of_short_texts_is_shared_word_pairs_over_all() {
        let likeness = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|text| Sketch::of(text).unwrap());
            assert!((one.likeness(&other) - other.likeness(&one)).abs() < f64::EPSILON);
            one.likeness(&other)
        };
        for (one, other, expected) in [
            ("my disk is full", "My disk: is full!", 1.0),
            ("my disk is full", "my disk is full again", 0.75),
            ("my disk is full", "my disk is empty", 0.5),
            ("my disk is full", "full is disk my", 0.0),
            ("disk", "disk", 1.0),
            ("disk", "disk full", 0.0),
            ("no no no no", "no no", 1.0),
        ] {
            assert!((likeness(one, other) - expected).abs() < 1e-9, "{one} / {other}");
        }
    }

    #[test]
    fn the_likeness_of_long_texts_is_estimated() {
        for (shift, expected) in [(0, 1.0), (50, 0.9), (143, 0.75), (333, 0.5)] {
            let found = sketch(0..1000).likeness(&sketch(shift..1000 + shift));
            assert!((found - expected).abs() < 0.15, "{found} is not {expected}");
        }
    }

    #[test]
    fn a_text_without_words_has_no_sketch() {
        assert!(Sketch::of("12 ?!").is_none());
    }
}
