//! Payment cards and bank accounts.

pub(crate) mod card;
pub(crate) mod iban;
mod iban_table;
