//! E-mail, web and postal addresses, as far as their form shows them.

pub(crate) mod arabic_street;
pub(crate) mod domain;
pub(crate) mod email;
pub(crate) mod hamlet;
mod house;
pub(crate) mod labelled;
pub(crate) mod lane;
pub(crate) mod postcode;
pub(crate) mod road;
mod sign_words;
pub(crate) mod spelled;
pub(crate) mod town;
pub(crate) mod unsigned;
pub(crate) mod url;
pub(crate) mod worded;
pub(crate) mod zip;
