//! Payment cards, bank accounts and wallets.

pub(crate) mod beside;
pub(crate) mod branch;
pub(crate) mod card;
pub(crate) mod countries;
pub(crate) mod crypto;
pub(crate) mod domestic;
pub(crate) mod iban;
mod iban_table;
pub(crate) mod rib;
pub(crate) mod sort_code;
