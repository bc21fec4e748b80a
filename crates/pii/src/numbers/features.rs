//! What is known of a number: hashes of how it is written and of what stands around it.

use std::ops::Range;

use smallvec::SmallVec;

use super::around::{Around, Things};
use crate::names::mix;
use crate::shadow::FILLER;

/// The hashes of one number's features.
pub type Features = SmallVec<[u64; 64]>;

/// Tells the templates apart.
const TEMPLATE: u64 = 0xA076_1D64_78BD_642F;

/// No more of a number's form is told than this.
const LONGEST_SHAPE: usize = 24;
const MOST_GROUPS: usize = 6;
const MOST_LETTERS: usize = 4;

/// Something known is near a number if it is so many bytes before it.
const NEAR: usize = 40;

/// Texts are told apart in so many steps of so many bytes.
const STEPS: usize = 5;
const STEP: usize = 100;

/// The features of the number at `range` of `text`.
pub(super) fn features(text: &str, range: &Range<usize>, around: Around) -> Features {
    let mut writer = Writer(Features::new());
    let form = writer.form(&text[range.clone()]);
    writer.before(&around.before, form);
    writer.behind(&around.behind);
    writer.names(&around, form);
    writer.place(text, range, form);
    writer.0
}

struct Writer(Features);

impl Writer {
    fn add(&mut self, template: u64, value: u64) {
        let value = value.wrapping_add(template.wrapping_mul(TEMPLATE));
        self.0.push(mix(value));
    }

    /// How `number` is written. Returns how many digits and what letters it has.
    fn form(&mut self, number: &str) -> u64 {
        let (mut shape, mut groups, mut signs) = (0_u64, 0_u64, 0_u64);
        let (mut digits, mut group, mut lead) = (0_u64, 0_u64, 0_u64);
        let (mut letters, mut cases) = (0_u64, 0_u64);
        for (place, c) in number.chars().enumerate() {
            let class = match c {
                '0'..='9' => '0',
                'A'..='Z' => 'A',
                c if c.is_alphabetic() => 'a',
                c => c,
            };
            if place < LONGEST_SHAPE {
                shape = join(shape, u64::from(class));
            }
            match class {
                '0' => {
                    (digits, group) = (digits + 1, group + 1);
                    if digits <= 2 {
                        lead = lead * 11 + u64::from(c) - u64::from('0') + 1;
                    }
                    continue;
                }
                'A' => cases |= 1,
                'a' => cases |= 2,
                sign => signs |= 1 << (u32::from(sign) % 64),
            }
            groups = groups.wrapping_mul(32) + group;
            group = 0;
            if digits == 0 && place < MOST_LETTERS {
                letters = letters << 8 | u64::from(u32::from(c.to_ascii_uppercase()) % 256);
            }
        }
        let form = digits.min(24) << 2 | cases;
        self.add(1, shape);
        self.add(2, (groups.wrapping_mul(32) + group) % (1 << (5 * MOST_GROUPS)));
        self.add(3, digits.min(24));
        self.add(4, signs);
        self.add(5, cases);
        self.add(6, lead);
        self.add(7, form);
        if letters > 0 {
            self.add(8, letters);
        }
        form
    }

    fn before(&mut self, things: &Things, form: u64) {
        for (place, thing) in things.iter().enumerate() {
            let bucket = match place {
                0 => 10,
                1 => 11,
                2..=4 => 12,
                _ => 13,
            };
            self.add(bucket, thing.word.value());
            if place > 4 {
                continue;
            }
            self.add(14, thing.word.value());
            if let Some([head, tail]) = thing.ends {
                self.add(15, head.value());
                self.add(16, tail.value());
            }
        }
        let word = |place: usize| things.get(place).map_or(0, |thing| thing.word.value());
        self.add(17, join(word(0), form));
        self.add(18, join(word(0), word(1)));
    }

    fn behind(&mut self, things: &Things) {
        for (place, thing) in things.iter().enumerate() {
            self.add(if place == 0 { 20 } else { 21 }, thing.word.value());
        }
    }

    /// How near names of numbers stand before it.
    fn names(&mut self, around: &Around, form: u64) {
        let (other, phone) = (around.other as u64, around.phone as u64);
        self.add(40, other);
        self.add(41, phone);
        self.add(42, join(other, phone));
        self.add(43, join(other, form));
    }

    /// Where in its line and its text the number stands.
    fn place(&mut self, text: &str, range: &Range<usize>, form: u64) {
        let from = text.ceil_char_boundary(range.start.saturating_sub(NEAR));
        let head = text[from..range.start].rsplit('\n').next().unwrap_or_default();
        let to = text.floor_char_boundary((range.end + NEAR).min(text.len()));
        let tail = text[range.end..to].split('\n').next().unwrap_or_default();
        let begins = head.trim().is_empty();
        let ends = tail.trim_matches([' ', '.', '\r']).is_empty();
        let is_near = text[from..range.start].contains(FILLER);
        let place = u64::from(begins) | u64::from(ends) << 1 | u64::from(is_near) << 2;
        self.add(30, u64::from(begins));
        self.add(31, u64::from(ends));
        self.add(32, u64::from(is_near));
        self.add(33, (text.len() / STEP).min(STEPS) as u64);
        self.add(34, join(place, form));
    }
}

fn join(one: u64, other: u64) -> u64 {
    (one.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ other).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}
