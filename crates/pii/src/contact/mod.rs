//! E-mail and web addresses.

pub(crate) mod domain;
pub(crate) mod email;
pub(crate) mod spelled;
pub(crate) mod unsigned;
pub(crate) mod url;
pub(crate) mod worded;
