//! Looks for texts that are slow to scrub: every pair of fragments that recognisers start from, repeated.
//!
//! `cargo bench -p switchboard-pii --bench worst` prints the ten slowest pairs; `-- triples` tries one of 61 triples too.
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
];

/// Pairs are tried at this length, and the slowest at a megabyte.
const SHORT: usize = 16 * 1024;
const LONG: usize = 1024 * 1024;

const SLOWEST: usize = 10;

/// One of so many triples is tried: no divisor of the number of fragments, so that each has every place.
const EACH_TRIPLE: usize = 61;

fn main() {
    let scrubber = Scrubber::new();
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
        let long = time(&scrubber, &piece, LONG);
        println!("{short:>10.1?} for 16 KiB, {long:>10.1?} for 1 MiB: {piece:?}");
    }
}

/// How long it takes to scrub `piece`, repeated to so many bytes.
fn time(scrubber: &Scrubber, piece: &str, bytes: usize) -> Duration {
    let text = piece.repeat((bytes / piece.len()).max(1));
    let started = Instant::now();
    black_box(scrubber.scrub(RawText::new(&text)));
    started.elapsed()
}
