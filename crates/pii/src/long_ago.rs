//! Days of long ago that no word names: `Nos dates : elle 12/05/1983, moi 30/09/1980`. A ticket is about what happens now; of the
//! whole days in it that lie decades back nearly all are birthdays.

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::groups::Group;
use crate::named;
use crate::neighbours;
use crate::word_set::WordSet;

/// Others that ask for less than a date are believed before.
const SCORE: f32 = 0.35;

/// Who was born by this year writes tickets; of later days more are of contracts and devices.
const LATEST: u32 = 2006;

/// Words that tell, somewhere before a day, what else happened on it.
static OTHERS: WordSet = WordSet::new(
    " since until till from to before after issued opened founded established signed purchased bought installed built made \
      version release released revision dated date updated modified created copyright file files log epoch \
      warranty contract invoice order joined \
      seit bis ab vom ausgestellt eröffnet gegründet unterschrieben gekauft baujahr erstzulassung fassung stand \
      vertrag rechnung kaufdatum datum \
      depuis jusqu dès délivré délivrée delivre delivree délivrance ouvert ouverte fondé fondée signé signée acheté achetée \
      construit construite version contrat facture commande \
      desde hasta expedido firmado comprado contrato factura fecha \
      منذ حتى بتاريخ تاريخ صادر صادرة صدر عقد فاتورة طلب اصدار إصدار نسخة ",
);

/// So many words before a day are looked at.
const WORDS: usize = 6;

/// And no more bytes than that.
const NEAR: usize = 64;

/// The first days that the clocks of computers know, and those that stand for none.
const ZEROS: [&str; 4] = ["1970", "1980", "2000", "1969"];

/// No date has more bytes.
const LONGEST: usize = 32;

/// Adds every day, month and year of long ago that nothing before it calls something else.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    for (place, group) in digits.groups.iter().enumerate() {
        let year = &text[group.range.clone()];
        let is_year = match group.len() {
            4 => named::is_of_birth(year, LATEST),
            2 => is_short_year(text, group),
            _ => false,
        };
        if !is_year {
            continue;
        }
        let starts = [place.checked_sub(2), place.checked_sub(1), Some(place)];
        let starts = starts.into_iter().flatten().map(|first| digits.groups[first].range.start);
        let month = month_before(
            text,
            place.checked_sub(1).map_or(0, |day| digits.groups[day].range.start),
        );
        let mut days = starts.chain(month).filter_map(|start| {
            let rest = &text[start..];
            let end = start + named::day(&rest[..rest.floor_char_boundary(LONGEST)])?;
            (start <= group.range.start && group.range.end <= end).then_some(start..end)
        });
        let Some(day) = days.next() else { continue };
        if is_whole(text, day.start, day.end)
            && !is_zero(&text[day.clone()])
            && !is_told(&text[..day.start])
        {
            found.push(Candidate { kind: Kind::DateOfBirth, range: day, score: SCORE });
        }
    }
}

/// Whether `group` may be a year of last century behind the name of a month, at the end of what is said: `22 fév 83`.
fn is_short_year(text: &str, group: &Group) -> bool {
    let (head, rest) = (&text[..group.range.start], &text[group.range.end..]);
    let head = head.strip_suffix(' ').unwrap_or_default().trim_end_matches('.');
    let month = neighbours::word_before(head, head.len());
    let mut behind = rest.chars();
    let ends = match behind.next() {
        Some('.' | ',' | ')' | ';') => !behind.next().is_some_and(char::is_alphanumeric),
        next => next.is_none_or(|c| c == '\n'),
    };
    ("30".."99").contains(&&text[group.range.clone()]) && ends && named::is_month(month)
}

/// Where the word begins right before byte `at`, behind which the day of a month stands: `March 12, 1985`.
fn month_before(text: &str, at: usize) -> Option<usize> {
    let head = text[..at].strip_suffix(' ')?.trim_end_matches('.');
    let word = neighbours::word_before(head, head.len());
    (!word.is_empty()).then(|| head.len() - word.len())
}

/// Whether nothing goes on with the day between `start` and `end`: no number, no name of a file, no hour.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let (head, rest) = (&text[..start], &text[end..]);
    let touches = |c: char| c.is_alphanumeric() || "_-/\\:=+.".contains(c);
    let goes_on = rest.starts_with(|c: char| touches(c) && c != '.' && c != ':')
        || rest
            .strip_prefix(['.', ':'])
            .is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    let hour = rest.trim_start_matches([',', ' ']);
    let figures = hour.bytes().take_while(u8::is_ascii_digit).count();
    let is_time = matches!(figures, 1 | 2) && hour[figures..].starts_with([':', 'h']);
    !head.ends_with(touches) && !goes_on && !is_time
}

/// Whether `day` is the first or the last one of a year that computers begin with.
pub(crate) fn is_zero(day: &str) -> bool {
    let numbers = || day.split(|c: char| !c.is_ascii_digit());
    let is_first_or_last =
        |number: &str| matches!(number.trim_start_matches('0'), "" | "1" | "31" | "12");
    numbers().any(|number| ZEROS.contains(&number))
        && numbers().all(|number| number.len() >= 4 || is_first_or_last(number))
}

/// Whether words at the end of `head`, in the same line, tell what happened on the day behind it.
fn is_told(head: &str) -> bool {
    let near = &head[head.ceil_char_boundary(head.len().saturating_sub(NEAR))..];
    let line = near.rsplit('\n').next().unwrap_or_default();
    let words =
        line.rsplit(|c: char| !neighbours::is_alphabetic(c)).filter(|word| !word.is_empty());
    words.take(WORDS).any(|word| OTHERS.holds(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn days(text: &str) -> Vec<&str> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn whole_days_of_long_ago_are_birthdays() {
        for (text, expected) in [
            ("Nos dates : elle 12/05/1983, moi 30/09/1980.", vec!["12/05/1983", "30/09/1980"]),
            ("Nele, 4. März 1991, fragt", vec!["4. März 1991"]),
            ("it is March 12, 1985.", vec!["March 12, 1985"]),
            ("Pardon ?\n22 fév 83\nMerci", vec!["22 fév 83"]),
            ("1979-12-30", vec!["1979-12-30"]),
            ("مزيود 02/05/1986 من وهران", vec!["02/05/1986"]),
            ("am 1.1.1970 um", vec![]),
            ("31/12/1969", vec![]),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }

    #[test]
    fn days_that_something_happened_on_are_none() {
        for text in [
            "customer since 12.03.1998",
            "Kundin seit dem 12.03.1998",
            "délivrée à Sousse le 14/02/2004",
            "on 1998-03-12 10:42",
            "backup_1998-03-12.zip",
            "on 12.03.2011",
            "in March 1985",
            "on 12 May 45 users",
            "le 12 mars 50 € ont",
            "v12.03.1985.4",
            "12.03.1985-4",
        ] {
            assert!(days(text).is_empty(), "{text}");
        }
    }
}
