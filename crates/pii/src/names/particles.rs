//! Small words inside names: `von der`, `de la`, `bin`, `بن`.

use crate::word_set::WordSet;

/// What stands between a given name and a family name.
static PARTICLES: WordSet = WordSet::new(
    "von vom van der den dem ter ten de del la las los le du des d da do dos das di della dello \
     el al ben bin ibn bint bou abu abou ould ait بن بنت ابن آل ولد",
);

/// Those that begin no name: they go on with `von`, `van` or `de`, and are articles elsewhere.
static ARTICLES: WordSet = WordSet::new("der den dem la las los le das");

/// Those that say where somebody is from, or whose something is, as often as what somebody is called.
static ORIGINS: WordSet = WordSet::new("de del du des d da do dos di");

/// Those that hardly ever stand anywhere but in a name, with capital letters or without.
static SURE: WordSet = WordSet::new("van bin ben ibn bint bou abu abou ould ait بن بنت ابن آل ولد");

/// Articles of Arabic that other languages have words like: only what is a name for sure goes on behind them.
static ARABIC_ARTICLES: WordSet = WordSet::new("al el");

/// At most so many in a row: `von und zu` is too rare to count.
pub(super) const MOST: usize = 3;

pub(super) fn is_particle(word: &str) -> bool {
    PARTICLES.holds(word)
}

/// Whether `words` can stand between two parts of a name.
pub(super) fn join(words: &[&str]) -> bool {
    words.first().is_some_and(|first| !ARTICLES.holds(first))
        && words.len() <= MOST
        && words.iter().all(|word| is_particle(word))
}

/// Whether `words` may say where somebody is from.
pub(super) fn tell_an_origin(words: &[&str]) -> bool {
    words.iter().all(|word| ORIGINS.holds(word))
}

/// Whether a name in small letters goes on behind `words`.
pub(super) fn are_sure(words: &[&str]) -> bool {
    let is_german = |pair: &[&str]| pair[0].eq_ignore_ascii_case("von") && ARTICLES.holds(pair[1]);
    words.iter().any(|word| SURE.holds(word)) || words.windows(2).any(is_german)
}

/// Whether `word` is the Arabic article as other scripts write it.
pub(super) fn is_arabic_article(word: &str) -> bool {
    ARABIC_ARTICLES.holds(word)
}

/// Whether `word` with a capital before a family name belongs to it wherever it stands in a line: `Van Dijk`, `El Amrani`.
pub(super) fn begins_a_name(word: &str) -> bool {
    SURE.holds(word) || is_arabic_article(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_alone_join_nothing() {
        assert!(join(&["von", "der"]) && join(&["DE", "LA"]) && join(&["بن"]));
        assert!(!join(&["der"]) && !join(&["la"]) && !join(&[]) && !join(&["von", "Rot"]));
    }

    #[test]
    fn some_are_words_of_every_day() {
        assert!(tell_an_origin(&["de"]) && !tell_an_origin(&["de", "la"]));
        assert!(are_sure(&["van", "der"]) && are_sure(&["von", "der"]) && are_sure(&["بن"]));
        assert!(!are_sure(&["von"]) && !are_sure(&["de", "la"]) && !are_sure(&["al"]));
    }
}
