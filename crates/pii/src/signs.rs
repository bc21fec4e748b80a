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

    pub(crate) fn of(text: &str) -> Self {
        Self(text.bytes().fold(0, |signs, byte| signs | SIGN[usize::from(byte)]))
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

/// The sign of each byte.
const SIGN: [u8; 256] = {
    let mut signs = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        signs[byte] = match byte as u8 {
            b'0'..=b'9' => Signs::DIGIT,
            b'@' => Signs::AT,
            b'(' | b'[' | b'{' | b'<' => Signs::BRACKET,
            b'/' => Signs::SLASH,
            b'.' => Signs::DOT,
            b'w' | b'W' => Signs::W,
            _ => 0,
        };
        byte += 1;
    }
    signs
};

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
