//! Which signs a text holds that recognisers start from.

/// The signs of one text, found in one pass over it.
#[derive(Clone, Copy)]
pub(crate) struct Signs(u8);

impl Signs {
    pub(crate) const DIGIT: u8 = 1;
    pub(crate) const AT: u8 = 1 << 1;
    pub(crate) const BRACKET: u8 = 1 << 2;
    pub(crate) const SLASH: u8 = 1 << 3;
    pub(crate) const DOT: u8 = 1 << 4;
    pub(crate) const W: u8 = 1 << 5;
    pub(crate) const DASH: u8 = 1 << 6;
    pub(crate) const COLON: u8 = 1 << 7;

    pub(crate) fn of(text: &str) -> Self {
        Self(text.bytes().fold(0, |signs, byte| signs | sign(byte)))
    }

    /// Whether one of `signs` is there.
    pub(crate) fn any(self, signs: u8) -> bool {
        self.0 & signs != 0
    }

    /// Whether all of `signs` are there.
    pub(crate) fn all(self, signs: u8) -> bool {
        self.0 & signs == signs
    }
}

/// The sign of a byte, without a branch, so that many are looked at with one instruction.
fn sign(byte: u8) -> u8 {
    let mark = |is_sign: bool, sign: u8| u8::from(is_sign) * sign;
    mark(byte.is_ascii_digit(), Signs::DIGIT)
        | mark(byte == b'@', Signs::AT)
        | mark(byte == b'(', Signs::BRACKET)
        | mark(byte == b'[', Signs::BRACKET)
        | mark(byte == b'{', Signs::BRACKET)
        | mark(byte == b'<', Signs::BRACKET)
        | mark(byte == b'/', Signs::SLASH)
        | mark(byte == b'.', Signs::DOT)
        | mark(byte | 0x20 == b'w', Signs::W)
        | mark(byte == b'-', Signs::DASH)
        | mark(byte == b':', Signs::COLON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_signs_of_a_text_are_seen() {
        let signs = Signs::of("Hey? 10.5");
        assert!(signs.all(Signs::DIGIT | Signs::DOT) && signs.any(Signs::AT | Signs::DOT));
        assert!(
            !signs.any(Signs::AT | Signs::BRACKET | Signs::SLASH | Signs::W)
                && !signs.all(Signs::AT | Signs::DOT)
        );
        assert!(
            Signs::of("www").all(Signs::W)
                && Signs::of("@(/").all(Signs::AT | Signs::BRACKET | Signs::SLASH)
        );
    }
}
