//! The model of numbers that neither a form nor a name tells.

mod cases;
mod fit;

use std::ops::Range;
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};
use switchboard_pii::Kind;
use switchboard_pii::numbers::{CLASSES, Numbers, Reader, THRESHOLD};

use crate::example::{Example, group};
use crate::marked::{Ticket, tickets};
use crate::random::Random;
use crate::sources;
use fit::{Number, fit};

/// Of the numbers in texts without personal data one in so many is learnt from.
const ONE_IN: usize = 2;

/// What the product is tested with counts so many times.
const CASE_WEIGHT: usize = 3;

/// A model, and how well one does that has not seen a fifth of the tickets.
pub(crate) struct Learnt {
    pub(crate) model: Numbers,
    pub(crate) summary: Value,
}

/// Learns from the tickets that this program carries and from texts without personal data below `data` and in `tables`.
pub(crate) fn learn(
    (data, tables): (&Path, &Path),
    rows: usize,
    held_out_only: bool,
    random: &mut Random,
    show: &dyn Fn(&str, usize, usize),
) -> anyhow::Result<Learnt> {
    let tickets = tickets()?;
    let harmless = sources::harmless(data, random)?;
    let reader = Reader::default();
    let none = |example: &Example| none_outside(&reader, &example.text, &[]);
    let harmless: Vec<Number> = harmless.iter().flat_map(none).step_by(ONE_IN).collect();
    let cases = cases::cases(tables)?;
    let cases: Vec<Number> = cases.iter().flat_map(|case| numbers(&reader, case)).collect();
    let (kept, seen): (Vec<&Ticket>, Vec<&Ticket>) = tickets.iter().partition(|ticket| {
        let group = group(&[&ticket.text]);
        Example { group, ..Example::default() }.is_held_out()
    });
    let fitted = |tickets: &[&Ticket], random: &mut Random| {
        let own = tickets.iter().flat_map(|ticket| numbers(&reader, ticket));
        let cases = (0..CASE_WEIGHT).flat_map(|_| &cases).cloned();
        let all: Vec<Number> = own.chain(harmless.iter().cloned()).chain(cases).collect();
        let fitted = fit(&all, rows, random, show);
        let model = Numbers::new(fitted.weights, fitted.unit).context("put the model together");
        model.map(|model| (model, fitted.counts, all.len()))
    };
    let (judged, counts, learnt) = fitted(&seen, random)?;
    let held_out = judge(&judged, &reader, &kept);
    let all: Vec<&Ticket> = tickets.iter().collect();
    let (model, counts, learnt) =
        if held_out_only { (judged, counts, learnt) } else { fitted(&all, random)? };
    let summary = json!({
        "tickets": tickets.len(),
        "numbers": learnt,
        "features": {"seen": counts[0], "kept": counts[1], "without_room": counts[2]},
        "held_out": held_out,
    });
    Ok(Learnt { model, summary })
}

/// The place of the class of what is marked as `kind`; nothing for what is found by its form alone.
fn class(kind: &str) -> Option<usize> {
    let kind = match kind {
        "IBAN_CODE" | "BIC" => Kind::BankAccount,
        "CRYPTO" => Kind::Secret,
        "CREDIT_CARD" => Kind::CreditCard,
        other => {
            let kind: Kind = other.parse().ok()?;
            let is_of_somebody = kind > Kind::DriverLicense;
            if is_of_somebody { Kind::NationalId } else { kind }
        }
    };
    CLASSES.iter().position(|class| *class == Some(kind))
}

/// The numbers of `ticket`: each that is personal as it stands once all else is found, and the others once all is.
fn numbers(reader: &Reader, ticket: &Ticket) -> Vec<Number> {
    let blanks = |without: Option<usize>| {
        let others = ticket.marks.iter().enumerate().filter(move |(at, _)| Some(*at) != without);
        others.map(|(_, (_, range))| range.clone()).collect::<Vec<_>>()
    };
    let mut all = none_outside(reader, &ticket.text, &blanks(None));
    for (at, (kind, wanted)) in ticket.marks.iter().enumerate() {
        let Some(class) = class(kind) else { continue };
        reader.for_each(&ticket.text, &blanks(Some(at)), |range, features| {
            if range.start < wanted.end && wanted.start < range.end {
                let class = of_card(class, &ticket.text[wanted.clone()]);
                let text = ticket.text[range].to_owned();
                all.push(Number { text, features: features.to_vec(), class });
            }
        });
    }
    all
}

/// A card's code and its date are marked as the card.
fn of_card(class: usize, value: &str) -> usize {
    let is_card = CLASSES[class] == Some(Kind::CreditCard);
    let figures = value.chars().filter(|c| c.is_numeric()).count();
    let kind = match figures {
        3 | 4 if value.chars().all(char::is_numeric) => Kind::CardCvv,
        3..=6 if value.contains(['/', '-', '.']) => Kind::CardExpiry,
        _ => Kind::CreditCard,
    };
    let place = || CLASSES.iter().position(|class| *class == Some(kind));
    if is_card { place().unwrap_or(class) } else { class }
}

fn none_outside(reader: &Reader, text: &str, blanks: &[Range<usize>]) -> Vec<Number> {
    let mut all = Vec::new();
    reader.for_each(text, blanks, |range, features| {
        all.push(Number { text: text[range].to_owned(), features: features.to_vec(), class: 0 });
    });
    all
}

/// How many of the personal numbers of `tickets` are found, of which the kind is right, and how many of the others are taken for some.
fn judge(model: &Numbers, reader: &Reader, tickets: &[&Ticket]) -> Value {
    let (mut wanted, mut hit, mut right, mut others, mut wrong) = (0, 0, 0, 0, 0);
    for number in tickets.iter().flat_map(|ticket| numbers(reader, ticket)) {
        let (kind, probability) = model.judge(&number.text, &number.features);
        let is_found = probability >= THRESHOLD;
        if number.class == 0 {
            others += 1;
            wrong += usize::from(is_found);
        } else {
            wanted += 1;
            hit += usize::from(is_found);
            right += usize::from(is_found && kind == CLASSES[number.class]);
        }
    }
    let share = |part: usize, whole: usize| (part as f64 / whole.max(1) as f64 * 1e4).round() / 1e4;
    json!({
        "tickets": tickets.len(),
        "wanted": wanted, "recall": share(hit, wanted), "of_the_right_kind": share(right, wanted),
        "others": others, "taken": share(wrong, others),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_have_classes_by_what_they_are() {
        let kind = |name: &str| class(name).and_then(|class| CLASSES[class]);
        assert_eq!(kind("PHONE_NUMBER"), Some(Kind::PhoneNumber));
        assert_eq!(kind("IBAN_CODE"), Some(Kind::BankAccount));
        assert_eq!(kind("US_SSN"), Some(Kind::NationalId));
        assert_eq!(kind("PERSON").or(kind("IP_ADDRESS")).or(kind("NONE")), None);
        let card = class("CREDIT_CARD").unwrap();
        assert_eq!(CLASSES[of_card(card, "418")], Some(Kind::CardCvv));
        assert_eq!(CLASSES[of_card(card, "09/27")], Some(Kind::CardExpiry));
        assert_eq!(CLASSES[of_card(card, "4111 1111 1111 1111")], Some(Kind::CreditCard));
    }
}
