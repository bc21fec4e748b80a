//! Looks for texts that are slow to scrub: every pair of fragments that recognisers start from, repeated.
//!
//! `cargo bench -p switchboard-pii --bench worst` prints the ten slowest pairs; `-- triples` tries one of 61 triples too, and
//! `-- climb` changes one fragment of up to nine at a time, as long as that makes scrubbing slower.
#![expect(clippy::print_stdout, reason = "it is a report")]

use std::env;
use std::hint::black_box;
use std::time::{Duration, Instant};

use switchboard_pii::{RawText, Scrubber};

const FRAGMENTS: &[&str] = &[
    "4111 llll ",
    "4111 ",
    "llll ",
    "O6 12 34 ",
    "1l",
    "0O",
    "-",
    "/",
    ".",
    "_",
    ",",
    ":",
    "::",
    "(",
    ")",
    "+",
    "@",
    " dot ",
    " at ",
    "http://",
    "www.",
    "a.b",
    "password ",
    "password is ",
    "card ",
    "account ",
    "tel ",
    "iban ",
    "born ",
    "\n",
    "\u{200b}",
    "٤",
    "٠٥٠ ",
    "１",
    "3J98t1WpEZ73CNm",
    "deadbeef01",
    "a",
    "b ",
    "A",
    "DE89",
    "1",
    "12 ",
    "12/03/",
    "john ",
    "Jane ",
    "the ",
    "#",
    "é",
    "а",
    "ж",
    "[",
    "{",
    "<",
    "=",
    "\"",
    "eyJ",
    "AKIA",
    "-----BEGIN ",
    "e",
    "  ",
    "0x",
    "fe80:",
    "192.168.",
    "AA:",
    "SW1A ",
    "rue ",
    "é ",
    "🙂",
    "four ",
    "one ",
    "j a n e ",
    "street ",
    "Herr ",
    "12 345 678 ",
    "ж ",
    "x@",
    "jane.doe",
    "agent: pin?\n",
    "[10:02] ",
    "date ",
    "is ",
    "رقم ",
    "كلمة السر ",
    "Hauptstr. ",
    "[PERSON_1]",
    "llll",
    "1-",
    "ab:",
    "achtundvierzig ",
    "صفر ",
    "zip?\n",
];

/// Pairs are tried at this length, a little over what a ticket has, and the slowest at a megabyte.
const SHORT: usize = 144 * 1024;
const LONG: usize = 1024 * 1024;

const SLOWEST: usize = 10;

/// One of so many triples is tried: no divisor of the number of fragments, so that each has every place.
const EACH_TRIPLE: usize = 61;

fn main() {
    let scrubber = Scrubber::new();
    if env::args().any(|argument| argument == "climb") {
        (1..=CLIMBS).for_each(|seed| climb(&scrubber, Random(seed)));
        return;
    }
    let with_each = |pieces: &[String]| -> Vec<String> {
        let longer = |piece: &String| -> Vec<String> {
            FRAGMENTS.iter().map(|fragment| format!("{piece}{fragment}")).collect()
        };
        pieces.iter().flat_map(longer).collect()
    };
    let mut pieces: Vec<String> = FRAGMENTS.iter().map(ToString::to_string).collect();
    let pairs = with_each(&pieces);
    if env::args().any(|argument| argument == "triples") {
        pieces.extend(with_each(&pairs).into_iter().step_by(EACH_TRIPLE));
    }
    pieces.extend(pairs);
    let mut timed: Vec<(Duration, String)> =
        pieces.into_iter().map(|piece| (time(&scrubber, &piece, SHORT), piece)).collect();
    timed.sort_by(|(one, _), (other, _)| other.cmp(one));
    for (short, piece) in timed.into_iter().take(SLOWEST) {
        let long = (0..3).map(|_| time(&scrubber, &piece, LONG)).min().unwrap_or_default();
        println!("{short:>10.1?} for 144 KiB, {long:>10.1?} for 1 MiB: {piece:?}");
    }
}

/// So many climbs, each from the slowest of so many pieces, until so many changes made nothing slower.
const CLIMBS: u64 = 24;
const BEGINNINGS: usize = 30;
const PATIENCE: usize = 60;

/// Climbs time texts of so many bytes: long ones, of which half have a name and a number at their end.
const CLIMBED: usize = 256 * 1024;
const END: &str = "\nMy name is John Smith, call 06 12 34 56 78\n";
const MOST_FRAGMENTS: usize = 9;

/// Prints the slowest piece that is found from one seed.
fn climb(scrubber: &Scrubber, mut random: Random) {
    let timed = |(pieces, has_end): &(Vec<&str>, bool), bytes: usize| {
        let piece = pieces.concat();
        let end = if *has_end { END } else { "" };
        let text = piece.repeat((bytes / piece.len()).max(1)) + end;
        time_text(scrubber, &text).min(time_text(scrubber, &text))
    };
    let beginnings = (0..BEGINNINGS).map(|_| {
        let pieces = (0..2 + random.below(4)).map(|_| random.fragment()).collect();
        let beginning = (pieces, random.below(2) == 0);
        (timed(&beginning, CLIMBED), beginning)
    });
    let Some((mut slowest, mut top)) = beginnings.max_by_key(|(time, _)| *time) else { return };
    let mut failures = 0;
    while failures < PATIENCE {
        let mut other = top.clone();
        random.change(&mut other.0);
        let time = timed(&other, CLIMBED);
        if time > slowest + slowest / 100 {
            (slowest, top, failures) = (time, other, 0);
        } else {
            failures += 1;
        }
    }
    let long = timed(&top, LONG - END.len());
    println!(
        "{slowest:>10.1?} for 256 KiB, {long:>10.1?} for 1 MiB: {:?}, {}",
        top.0.concat(),
        top.1
    );
}

/// Numbers without a pattern, the same for a seed (Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    fn fragment(&mut self) -> &'static str {
        FRAGMENTS[self.below(FRAGMENTS.len())]
    }

    /// Takes a fragment away, puts one in, puts one in place of another, or lets two change places.
    fn change(&mut self, pieces: &mut Vec<&'static str>) {
        let (one, other) = (self.below(pieces.len()), self.below(pieces.len()));
        match self.below(4) {
            0 if pieces.len() > 1 => _ = pieces.remove(one),
            1 if pieces.len() < MOST_FRAGMENTS => pieces.insert(one, self.fragment()),
            2 => pieces.swap(one, other),
            _ => pieces[one] = self.fragment(),
        }
    }
}

/// How long it takes to scrub `piece`, repeated to so many bytes.
fn time(scrubber: &Scrubber, piece: &str, bytes: usize) -> Duration {
    time_text(scrubber, &piece.repeat((bytes / piece.len()).max(1)))
}

fn time_text(scrubber: &Scrubber, text: &str) -> Duration {
    let started = Instant::now();
    black_box(scrubber.scrub(RawText::new(text)));
    started.elapsed()
}
