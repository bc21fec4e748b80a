//! One ticket: greeting, request, closing, signature, typed in more or less of a hurry.

use crate::cast::Cast;
use crate::draft::Draft;
use crate::grammar::{Part, Template};
use crate::haste::hurry;
use crate::manners::{Ending, ending, greets};
use crate::random::Random;
use crate::voice::Voice;

// How many tickets in a hundred have each part.
const GREETING: usize = 55;
const NOISE: usize = 8;
const CLOSING: usize = 45;
const SIGNATURE: usize = 35;

/// Writes one ticket that says what `phrasing` says.
pub(crate) fn compose(voice: &Voice, phrasing: &Template, random: &mut Random) -> String {
    let lists = &voice.lists;
    let mut cast = Cast::new(voice, random);
    let mut sections = Vec::new();
    if random.chance(GREETING) && !greets(phrasing, lists) {
        sections.push(fill(random.pick(&lists.greetings), true, &mut cast, random));
    }
    sections.push(fill(phrasing, true, &mut cast, random));
    let ending = ending(phrasing, lists);
    if random.chance(CLOSING) && ending == Ending::Open {
        sections.push(fill(random.pick(&lists.closings), true, &mut cast, random));
    }
    if random.chance(SIGNATURE) && ending != Ending::Signed {
        cast.sign();
        sections.push(fill(random.pick(&lists.signatures), false, &mut cast, random));
    }
    let mut ticket = join(sections, random);
    if random.chance(NOISE) {
        cast.quote();
        let noise = fill(random.pick(&lists.noise), false, &mut cast, random);
        ticket = with_noise(ticket, noise, random);
    }
    hurry(&mut ticket, voice.language, random);
    ticket.text()
}

/// A forwarding header stands above the text, everything else mostly below it; either on lines of its own.
fn with_noise(ticket: Draft, noise: Draft, random: &mut Random) -> Draft {
    let leads = noise.has_lines() || random.chance(10);
    let (mut whole, below) = if leads { (noise, ticket) } else { (ticket, noise) };
    whole.push("\n", false);
    whole.append(below);
    whole
}

fn fill(template: &Template, typed: bool, cast: &mut Cast<'_>, random: &mut Random) -> Draft {
    let mut draft = Draft::default();
    for part in &template.parts {
        match part {
            Part::Text(text) => draft.push(text, typed),
            Part::Choice(alternatives) => draft.push(random.pick::<String>(alternatives), typed),
            Part::Slot(slot) => draft.push(&cast.value(*slot, random), false),
        }
    }
    draft.tidy();
    draft
}

/// Most people start a new line for each section, some leave a line empty, some just go on.
fn join(sections: Vec<Draft>, random: &mut Random) -> Draft {
    let separator = match random.below(100) {
        0..60 => "\n",
        60..80 => "\n\n",
        _ => " ",
    };
    let mut ticket = Draft::default();
    for section in sections {
        if !ticket.letters.is_empty() {
            let separator = if section.has_lines() && separator == " " { "\n" } else { separator };
            ticket.push(separator, true);
        }
        ticket.append(section);
    }
    ticket
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{FORMATS, Language};

    const LISTS: &str = "
        greetings = ['Hi {first},']
        closings = ['Thanks']
        signatures = ['{name}, {email}']
        noise = ['Sent from my phone']
        software = ['Visio']
        app = ['SAP']
        device = ['laptop']
        site = ['Leeds']
        department = ['Sales']
        folder = ['Reports']
        supplier = ['Norvane']
        job = ['buyer']
        list = ['all-staff']
        first_names = ['Ann', 'Bob', 'Cy', 'Dee', 'Eve', 'Fay']
        last_names = ['Gray', 'Hill', 'Innes', 'Jones', 'Kent', 'Lowe']
    ";

    fn tickets(phrasing: &str, count: u64) -> Vec<String> {
        let voice =
            Voice::parse(Language::English, LISTS, &toml::from_str(FORMATS).unwrap()).unwrap();
        let phrasing = Template::parse(phrasing).unwrap();
        (0..count)
            .map(|number| compose(&voice, &phrasing, &mut Random::named(&[&number.to_le_bytes()])))
            .collect()
    }

    #[test]
    fn tickets_are_the_same_on_every_machine() {
        let shown = tickets("{name} needs {app} by {date}, {email}", 6).join("\n---\n");
        let expected = "\
Hi Ann,
Dee Kent neeeds SAP by January 1, 2026, dee.kent@norvane.example
Eve Lowe, eve.lowe@example.net
---
Hi Bob,
Dee Lowe needs SAP by 12/07/2026, dlowe@valmont.example
Thanks
---
eve jones needs sap by march 28, 2026, eve_jones@valmont.example thanks bob gray, bob.gray@noor-holding.example
---
Hi Fay,
Dee Jones needs SAP by 2023-03-01, jones.dee@norvane.example
Thanks
---
Cy Hill needs SAP by July 10, cy.hill@calder-group.example
---
Eve Hill needs SAP by 02/03/2023, hill.eve@example.com Thanks";
        assert_eq!(shown, expected);
    }

    #[test]
    fn people_of_a_ticket_are_different_people() {
        for text in tickets("swap {first} and {first} and {first}", 300) {
            let lower = text.to_lowercase();
            let Some(request) = lower.split("swap ").nth(1) else { continue };
            let names: Vec<&str> = request.split_whitespace().step_by(2).take(3).collect();
            assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2], "{text}");
        }
    }

    #[test]
    fn the_parts_of_a_ticket_are_as_frequent_as_they_should_be() {
        let tickets = tickets("zzz", 4000);
        let share = |part: &str| {
            let with = tickets.iter().filter(|text| text.to_lowercase().contains(part)).count();
            with * 100 / tickets.len()
        };
        for (part, expected) in [("hi ", 53..58), ("@", 33..38), ("sent from", 7..10)] {
            assert!(expected.contains(&share(part)), "{part} {}", share(part));
        }
    }
}
