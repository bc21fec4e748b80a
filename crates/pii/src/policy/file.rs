//! A policy as its TOML file writes it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use switchboard_text::placeholder::MASK_SIGNS;
use toml::Spanned;

use crate::Kind;
use crate::operators::Mask;

/// More characters than this nobody needs to recognise a value by.
const MOST_KEPT: usize = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyFile {
    #[serde(default)]
    pub(super) allow: Vec<String>,
    #[serde(default)]
    pub(super) keys: KeyFiles,
    #[serde(default)]
    pub(super) default: RuleFile,
    #[serde(default)]
    pub(super) kinds: BTreeMap<KindName, RuleFile>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyFiles {
    pub(super) hash: Option<Spanned<PathBuf>>,
    pub(super) pseudonymise: Option<Spanned<PathBuf>>,
    pub(super) encrypt: Option<Spanned<PathBuf>>,
}

/// One table of rules; what it leaves out is as in `[default]`.
#[derive(Default, Deserialize)]
#[serde(try_from = "Fields")]
pub(super) struct RuleFile {
    pub(super) scrub: Option<bool>,
    pub(super) min_score: Option<f32>,
    pub(super) operator: Option<Spanned<OperatorName>>,
    pub(super) mask: Mask,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OperatorName {
    Replace,
    Redact,
    Mask,
    Hash,
    Pseudonymise,
    Encrypt,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    scrub: Option<bool>,
    min_score: Option<Share>,
    operator: Option<Spanned<OperatorName>>,
    keep_first: Option<Kept>,
    keep_last: Option<Kept>,
    sign: Option<Sign>,
}

impl TryFrom<Fields> for RuleFile {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let Fields { scrub, min_score, operator, keep_first, keep_last, sign } = fields;
        let masks = operator.as_ref().is_some_and(|name| *name.get_ref() == OperatorName::Mask);
        if !masks && (keep_first.is_some() || keep_last.is_some() || sign.is_some()) {
            return Err("keep_first, keep_last and sign belong to a mask; \
                        add operator = \"mask\" to this table, or leave them out");
        }
        let default = Mask::default();
        let mask = Mask {
            keep_first: keep_first.map_or(default.keep_first, |kept| kept.0),
            keep_last: keep_last.map_or(default.keep_last, |kept| kept.0),
            sign: sign.map_or(default.sign, |sign| sign.0),
        };
        Ok(Self { scrub, min_score: min_score.map(|share| share.0), operator, mask })
    }
}

/// The name of a kind.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KindName(pub(super) Kind);

impl<'de> Deserialize<'de> for KindName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map(Self).map_err(|_| {
            let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
            D::Error::custom(format!(
                "no kind of personal data has the name {name}; the kinds are {}",
                names.join(", ")
            ))
        })
    }
}

struct Share(f32);

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let share = f32::deserialize(deserializer)?;
        let known = (0.0..=1.0).contains(&share);
        known.then_some(Self(share)).ok_or_else(|| D::Error::custom("a score is from 0 to 1"))
    }
}

struct Kept(usize);

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = usize::deserialize(deserializer)?;
        (kept <= MOST_KEPT).then_some(Self(kept)).ok_or_else(|| {
            D::Error::custom(format!("at most {MOST_KEPT} characters of a value can stay"))
        })
    }
}

struct Sign(char);

impl<'de> Deserialize<'de> for Sign {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sign = char::deserialize(deserializer)?;
        MASK_SIGNS.contains(&sign).then_some(Self(sign)).ok_or_else(|| {
            let signs: Vec<String> = MASK_SIGNS.iter().map(char::to_string).collect();
            D::Error::custom(format!("the signs of a mask are {}", signs.join(" ")))
        })
    }
}
