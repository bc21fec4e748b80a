#![doc = include_str!("../README.md")]

mod brown_out;
mod condition;
mod evidence;
mod family;
mod fusion;
mod policy;
mod reason;
mod signals;
mod thresholds;
mod trial;
mod trust;
mod values;
mod wish;

pub use brown_out::{BrownOut, Budget, Limit, Window};
pub use condition::{Condition, Signal};
pub use evidence::{Evidence, Said};
pub use family::{Ask, Family, Route};
pub use fusion::{Fusion, LEAST_PROBABILITY};
pub use policy::{
    Fallback, LanguagePolicy, MAX_TRIALS, Policy, PolicyError, Rule, TaskPolicy, Then,
    TransformerBudget, TrialMode, TrialPolicy, place_of,
};
pub use reason::Reason;
pub use signals::{LinearSignals, Signals};
pub use thresholds::{HeldOut, ReviewThresholds, Thresholds};
pub use trial::{Call, Pace, Side, Stopped, Trial, TrialState, Versions, WINDOW};
pub use trust::{Grounds, Trust};
pub use values::{Name, Percent, Ratio, Share};
pub use wish::{Circumstances, LanguageRecord, Record, Wish, first_wish, second_wish};
