//! About how long a look at a text takes, in what one byte takes: the same for a text whenever it is looked at.

/// What it takes to read a group of digits, to get ready for the words before one, and to read such a word.
pub(crate) const GROUP: usize = 3;
pub(crate) const WORDS: usize = 10;
pub(crate) const WORD: usize = 3;

/// What it takes to tell whether a telephone number or one with letters begins somewhere.
pub(crate) const NUMBER: usize = 14;

/// What a word that may name a value takes, and each row of the tables that it stands in.
pub(crate) const MENTION: usize = 16;
pub(crate) const ROW: usize = 16;

/// What a word or sign takes that may be part of a name.
pub(crate) const TOKEN: usize = 3;

/// What a number takes that is weighed by what stands around it.
pub(crate) const WEIGHED: usize = 60;

/// What something found takes.
pub(crate) const FOUND: usize = 10;

/// Once looks would take more with another one like the last, whatever is found next in a long text takes all of the text but its
/// beginning along. A megabyte of mail, of a table or of a log stays below.
pub(crate) const MOST: usize = 7_800_000;
