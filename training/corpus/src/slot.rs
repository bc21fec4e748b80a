//! The slots a phrasing may have, by name.

/// What a `{slot}` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Name,
    First,
    Email,
    Phone,
    Card,
    Iban,
    Ip,
    Url,
    Ticket,
    Po,
    Project,
    Error,
    Version,
    Price,
    Date,
    Time,
    Room,
    Asset,
    Software,
    App,
    Device,
    Site,
    Department,
    Folder,
    Supplier,
    Job,
    List,
}

impl Slot {
    /// Finds the slot written `{name}`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "name" => Self::Name,
            "first" => Self::First,
            "email" => Self::Email,
            "phone" => Self::Phone,
            "card" => Self::Card,
            "iban" => Self::Iban,
            "ip" => Self::Ip,
            "url" => Self::Url,
            "ticket" => Self::Ticket,
            "po" => Self::Po,
            "project" => Self::Project,
            "error" => Self::Error,
            "version" => Self::Version,
            "price" => Self::Price,
            "date" => Self::Date,
            "time" => Self::Time,
            "room" => Self::Room,
            "asset" => Self::Asset,
            "software" => Self::Software,
            "app" => Self::App,
            "device" => Self::Device,
            "site" => Self::Site,
            "department" => Self::Department,
            "folder" => Self::Folder,
            "supplier" => Self::Supplier,
            "job" => Self::Job,
            "list" => Self::List,
            _ => return None,
        })
    }
}
