//! About how long a look at a text takes, in what one byte takes: the same for a text whenever it is looked at.

/// What it takes to read a group of digits, and the words before one.
pub(crate) const GROUP: usize = 3;
pub(crate) const WORDS: usize = 16;

/// What a word that may name a value takes.
pub(crate) const MENTION: usize = 16;

/// What a word or sign takes that may be part of a name.
pub(crate) const TOKEN: usize = 2;

/// What something found takes.
pub(crate) const FOUND: usize = 10;

/// Once looks took more, whatever is found next in a long text takes all of the text but its beginning along. A megabyte of mail,
/// of a table or of a log stays below.
pub(crate) const MOST: usize = 3_000_000;

/// Once the last look took more, models see but the beginning of a long text.
pub(crate) const MOST_FOR_MODELS: usize = 1_700_000;
