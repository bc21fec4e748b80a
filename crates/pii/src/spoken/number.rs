//! A number as it is said: `quatre cent dix-sept`, `ثلاثمية وواحد وعشرين`, `double seven`.

use smallvec::SmallVec;

use super::words::{AR, DE, FR, Languages, Part};

/// More digits are of no interest.
const MOST_DIGITS: usize = 64;

/// A number of one breath, and how many digits it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) value: u64,
    pub(crate) width: usize,
    /// It is written in figures, or its digit is said to be there more than once.
    pub(super) is_exact: bool,
}

/// Puts words together to numbers.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub(crate) groups: SmallVec<[Group; 24]>,
    /// The digits of all groups.
    pub(super) digits: SmallVec<[u8; MOST_DIGITS]>,
    open: Option<Open>,
    times: Option<u8>,
    is_and: bool,
    /// A word for `and` stands between two numbers.
    pub(super) is_listed: bool,
}

/// A group that may go on.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// Its thousands, and the rest.
    thousands: u32,
    value: u32,
    last: Last,
}

/// What a group ends with by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Digit,
    Ten,
    /// The French ten of `dix-sept`.
    FrenchTen,
    Hundred,
    Thousand,
    /// Nothing goes on with it.
    Whole,
}

impl Reader {
    /// Adds what a word stands for; whether it is one with the word before is told by the signs and letters in between.
    pub(crate) fn add(
        &mut self,
        part: Part,
        languages: Languages,
        is_tight: bool,
        is_linked: bool,
    ) {
        match part {
            Part::Times(times) => {
                self.close();
                self.times = Some(times);
            }
            Part::And => self.is_and = true,
            Part::Then => self.close(),
            part => self.add_value(part, languages, is_tight, is_linked),
        }
    }

    fn add_value(&mut self, part: Part, languages: Languages, is_tight: bool, is_linked: bool) {
        let is_and = std::mem::take(&mut self.is_and);
        if let (Some(times), Part::Digit(digit)) = (self.times.take(), part) {
            self.push_figures(&[b'0' + digit].repeat(usize::from(times)));
            return;
        }
        // A French telephone number begins with a zero and a digit: `zéro quatre vingt-deux`.
        let is_lead = self.groups.len() == 1 && self.digits[..] == [0] && part == Part::Below(20);
        let open = self.open.filter(|_| is_tight && !is_lead);
        let is_linked = is_linked || is_and && languages & (AR | DE) != 0;
        let joined = open.and_then(|open| open.with(part, languages, is_linked));
        if joined.is_none() {
            self.is_listed |= is_and && !self.is_empty();
            self.close();
        }
        self.open = joined.or_else(|| Open::of(part, languages));
    }

    /// Adds digits that are written as such.
    pub(super) fn add_figures(&mut self, figures: &str) {
        self.is_listed |= std::mem::take(&mut self.is_and) && !self.is_empty();
        self.close();
        let times = self.times.take().filter(|_| figures.len() == 1).unwrap_or(1);
        self.push_figures(&figures.as_bytes().repeat(usize::from(times)));
    }

    fn push_figures(&mut self, figures: &[u8]) {
        let value = figures.iter().fold(0_u64, |value, figure| {
            value.wrapping_mul(10).wrapping_add(u64::from(figure - b'0'))
        });
        self.push(Group { value, width: figures.len(), is_exact: true }, figures);
    }

    /// Ends the last number.
    pub(crate) fn close(&mut self) {
        let Some(Open { thousands, value, .. }) = self.open.take() else { return };
        let value = thousands + value;
        let figures = value.to_string();
        let group = Group { value: value.into(), width: figures.len(), is_exact: false };
        self.push(group, figures.as_bytes());
    }

    fn push(&mut self, group: Group, figures: &[u8]) {
        if self.digits.len() + figures.len() <= MOST_DIGITS {
            self.groups.push(group);
            self.digits.extend(figures.iter().map(|figure| figure - b'0'));
        }
    }

    /// How many numbers there are by now.
    pub(crate) fn len(&self) -> usize {
        self.groups.len() + usize::from(self.open.is_some())
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Open {
    fn of(part: Part, languages: Languages) -> Option<Self> {
        let (value, last) = match part {
            Part::Digit(digit) => (digit.into(), Last::Digit),
            Part::Below(value) | Part::More(value) => (value.into(), last_of(value, languages)),
            Part::Hundreds(value) if value.is_multiple_of(100) => (value, Last::Hundred),
            Part::Hundreds(value) => (value, Last::Whole),
            Part::Hundred => (100, Last::Hundred),
            Part::Thousand => {
                return Some(Self { thousands: 1000, value: 0, last: Last::Thousand });
            }
            Part::Times(_) | Part::And | Part::Then => return None,
        };
        Some(Self { thousands: 0, value, last })
    }

    /// The same number with `part` behind it.
    fn with(self, part: Part, languages: Languages, is_linked: bool) -> Option<Self> {
        let Self { thousands, value, last } = self;
        let is_french = languages & FR != 0;
        let (value, last) = match (last, part) {
            (Last::Thousand, Part::Thousand) => return None,
            (Last::Thousand, part) if part != Part::Digit(0) => {
                return Self::of(part, languages).map(|open| Self { thousands, ..open });
            }
            (_, Part::Thousand) if thousands == 0 && matches!(value, 2..100) => {
                return Some(Self { thousands: value * 1000, value: 0, last: Last::Thousand });
            }
            (Last::Digit | Last::Whole, Part::Hundred) if matches!(value, 2..20) => {
                (value * 100, Last::Hundred)
            }
            // `quatre-vingt`
            (Last::Digit, Part::Below(20)) if is_french && value % 100 == 4 => {
                (value + 76, Last::Ten)
            }
            (Last::Digit, Part::More(more)) if matches!(value % 100, 1..10) => {
                (value + u32::from(more), Last::Whole)
            }
            // `واحد وعشرين`
            (Last::Digit, Part::Below(ten))
                if is_linked
                    && ten.is_multiple_of(10)
                    && ten > 10
                    && matches!(value % 100, 1..10) =>
            {
                (value + u32::from(ten), Last::Whole)
            }
            (Last::Hundred, Part::Digit(digit)) if digit > 0 => {
                (value + u32::from(digit), Last::Digit)
            }
            (Last::Hundred, Part::Below(more)) => {
                (value + u32::from(more), last_of(more, languages))
            }
            (Last::Ten, Part::Digit(digit)) if digit > 0 => (value + u32::from(digit), Last::Whole),
            // `soixante-dix`, `quatre-vingt-douze`
            (Last::Ten, Part::Below(more @ 10..=16))
                if is_french && matches!(value % 100, 60 | 80) =>
            {
                (value + u32::from(more), last_of(more, languages))
            }
            (Last::FrenchTen, Part::Digit(digit @ 7..=9)) => {
                (value + u32::from(digit), Last::Whole)
            }
            _ => return None,
        };
        Some(Self { thousands, value, last })
    }
}

fn last_of(value: u8, languages: Languages) -> Last {
    match value {
        10 if languages & FR != 0 => Last::FrenchTen,
        20.. if value.is_multiple_of(10) => Last::Ten,
        _ => Last::Whole,
    }
}
