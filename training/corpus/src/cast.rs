//! Who and what one ticket speaks of.

use crate::latin::latin;
use crate::random::Random;
use crate::slot::Slot;
use crate::values;
use crate::voice::Voice;

/// How often another value is drawn when a ticket has used one already.
const ATTEMPTS: usize = 20;

#[derive(Debug, Clone)]
struct Person {
    first: String,
    last: String,
    email: String,
}

/// The people of one ticket and the values it has used.
///
/// Every `{name}` and `{first}` of a request is somebody else: "{name} takes over from {name}". An `{email}` is that of the
/// person named last, or of the writer when nobody was named. In the signature all three are the writer's.
pub(crate) struct Cast<'v> {
    voice: &'v Voice,
    writer: Person,
    named: Option<Person>,
    signing: bool,
    used: Vec<String>,
}

impl<'v> Cast<'v> {
    pub(crate) fn new(voice: &'v Voice, random: &mut Random) -> Self {
        let writer = person(voice, random);
        let used = vec![writer.first.clone()];
        Self { voice, writer, named: None, signing: false, used }
    }

    /// From here on the writer speaks of himself or herself.
    pub(crate) fn sign(&mut self) {
        self.signing = true;
    }

    /// From here on other people speak, and of others.
    pub(crate) fn quote(&mut self) {
        self.signing = false;
        self.named = None;
    }

    /// A value for `slot` that the ticket has not used yet, unless it is the same person's.
    pub(crate) fn value(&mut self, slot: Slot, random: &mut Random) -> String {
        match slot {
            Slot::Name => {
                let person = self.introduce(random);
                format!("{} {}", person.first, person.last)
            }
            Slot::First => self.introduce(random).first,
            Slot::Email => self.email(random),
            _ => self.unused(slot, random),
        }
    }

    fn introduce(&mut self, random: &mut Random) -> Person {
        if self.signing {
            return self.writer.clone();
        }
        let mut someone = person(self.voice, random);
        for _ in 0..ATTEMPTS {
            if !self.used.contains(&someone.first) {
                break;
            }
            someone = person(self.voice, random);
        }
        self.used.push(someone.first.clone());
        self.named = Some(someone.clone());
        someone
    }

    fn email(&mut self, random: &mut Random) -> String {
        let person =
            if self.signing { &self.writer } else { self.named.as_ref().unwrap_or(&self.writer) };
        let email = person.email.clone();
        if !self.signing && self.used.contains(&email) {
            return self.unused(Slot::Email, random);
        }
        self.used.push(email.clone());
        email
    }

    fn unused(&mut self, slot: Slot, random: &mut Random) -> String {
        let mut value = draw(self.voice, slot, random);
        for _ in 0..ATTEMPTS {
            if !self.used.contains(&value) {
                break;
            }
            value = draw(self.voice, slot, random);
        }
        self.used.push(value.clone());
        value
    }
}

fn person(voice: &Voice, random: &mut Random) -> Person {
    let first = random.pick(&voice.lists.first_names).clone();
    let last = random.pick(&voice.lists.last_names).clone();
    let email = values::email(&latin(&first), &latin(&last), &voice.common, random);
    Person { first, last, email }
}

fn draw(voice: &Voice, slot: Slot, random: &mut Random) -> String {
    let (lists, common, formats) = (&voice.lists, &voice.common, &voice.formats);
    let mut listed = |list: &[String]| random.pick(list).clone();
    match slot {
        Slot::Software => listed(&lists.software),
        Slot::App => listed(&lists.app),
        Slot::Device => listed(&lists.device),
        Slot::Site => listed(&lists.site),
        Slot::Department => listed(&lists.department),
        Slot::Folder => listed(&lists.folder),
        Slot::Supplier => listed(&lists.supplier),
        Slot::Job => listed(&lists.job),
        Slot::List => listed(&lists.list),
        Slot::Name | Slot::First => listed(&lists.first_names),
        Slot::Email => person(voice, random).email,
        Slot::Phone => values::phone(formats, random),
        Slot::Iban => values::iban(formats, random),
        Slot::Price => values::price(formats, random),
        Slot::Date => values::date(formats, random),
        Slot::Time => values::time(formats, random),
        Slot::Card => values::card(common, random),
        Slot::Ip => values::ip(common, random),
        Slot::Url => values::url(common, random),
        Slot::Ticket => values::one_of(&common.tickets, random),
        Slot::Po => values::one_of(&common.purchase_orders, random),
        Slot::Project => values::one_of(&common.projects, random),
        Slot::Error => values::one_of(&common.errors, random),
        Slot::Version => values::one_of(&common.versions, random),
        Slot::Room => values::one_of(&common.rooms, random),
        Slot::Asset => values::one_of(&common.assets, random),
    }
}
