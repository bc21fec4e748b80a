//! From phrasings to tickets, evenly spread.

use std::collections::HashSet;

use crate::corpus::{Category, Corpus, Phrasing};
use crate::random::Random;
use crate::ticket::compose;
use crate::voice::Voice;

/// How often another ticket is tried when a phrasing gives the same text again.
const ATTEMPTS: u32 = 20;

/// One made-up ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// What the requester wrote.
    pub text: String,
    /// Its category.
    pub label: &'static str,
    /// Its language's code.
    pub language: &'static str,
    /// The `id` of the phrasing it was made from.
    pub phrasing: String,
}

impl Corpus {
    /// Makes `count` tickets, spread evenly over languages and categories, and within them over phrasings.
    ///
    /// A ticket depends on the seed, its phrasing, its number within the phrasing and the language's `slots.toml`, on
    /// nothing else: editing a phrasing leaves the tickets of all others alone.
    pub fn tickets(&self, count: usize, seed: u64) -> Vec<Ticket> {
        let cells: Vec<(&Voice, &Category)> = self
            .languages
            .iter()
            .flat_map(|language| {
                language.categories.iter().map(|category| (&language.voice, category))
            })
            .collect();
        let mut tickets = Vec::with_capacity(count);
        for (index, (voice, category)) in cells.iter().enumerate() {
            let share = share(count, cells.len(), index);
            for (index, phrasing) in category.phrasings.iter().enumerate() {
                let texts = texts(voice, phrasing, share_of(share, category, index), seed);
                tickets.extend(texts.into_iter().map(|text| Ticket {
                    text,
                    label: category.label,
                    language: voice.language.code(),
                    phrasing: phrasing.id.clone(),
                }));
            }
        }
        tickets
    }
}

fn share_of(count: usize, category: &Category, index: usize) -> usize {
    share(count, category.phrasings.len(), index)
}

/// The share of the `index`th of `parts` when `whole` is dealt so that no two shares differ by more than one.
fn share(whole: usize, parts: usize, index: usize) -> usize {
    whole * (index + 1) / parts - whole * index / parts
}

/// Tickets of one phrasing. A short phrasing without slots runs out of variety: then a text comes again.
fn texts(voice: &Voice, phrasing: &Phrasing, count: usize, seed: u64) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut texts = Vec::with_capacity(count);
    for number in 0..count {
        let mut text = String::new();
        for attempt in 0..ATTEMPTS {
            let number = (number as u64).to_le_bytes();
            let name: [&[u8]; 4] =
                [&seed.to_le_bytes(), phrasing.id.as_bytes(), &number, &attempt.to_le_bytes()];
            text = compose(voice, &phrasing.template, &mut Random::named(&name));
            if seen.insert(text.clone()) {
                break;
            }
        }
        texts.push(text);
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Template;

    #[test]
    fn shares_differ_by_at_most_one_and_sum_to_the_whole() {
        for (whole, parts) in [(8000, 40), (7, 3), (2, 5), (0, 4), (200, 53)] {
            let shares: Vec<usize> = (0..parts).map(|index| share(whole, parts, index)).collect();
            assert_eq!(shares.iter().sum::<usize>(), whole);
            assert!(shares.iter().max().unwrap() - shares.iter().min().unwrap() <= 1, "{shares:?}");
        }
    }

    #[test]
    fn editing_a_phrasing_leaves_the_tickets_of_others_alone() {
        let before = Corpus::bundled().unwrap();
        let mut after = Corpus::bundled().unwrap();
        let edited = &mut after.languages[0].categories[0].phrasings[3];
        edited.template = Template::parse("something else altogether").unwrap();
        let old_name = std::mem::replace(&mut edited.id, "en/access/edited".to_owned());
        let others = |corpus: &Corpus| -> Vec<Ticket> {
            let mut tickets = corpus.tickets(8000, 1);
            tickets.retain(|ticket| {
                ticket.phrasing != old_name && ticket.phrasing != "en/access/edited"
            });
            tickets
        };
        assert!(others(&before) == others(&after));
    }

    #[test]
    fn phrasings_do_not_share_their_luck() {
        let corpus = Corpus::bundled().unwrap();
        let voice = &corpus.languages[0].voice;
        let tickets_of = |id: &str| {
            let template = Template::parse("{name} needs {app} by {date}").unwrap();
            texts(voice, &Phrasing { id: id.to_owned(), template }, 5, 1)
        };
        assert_ne!(tickets_of("en/access/1"), tickets_of("en/access/2"));
    }
}
