//! Byte offsets as Unicode code-point offsets, the unit of every offset in a reply (as in Python and Presidio).

/// Converts ascending byte offsets of one text into code-point offsets, in one pass over the text.
#[derive(Debug)]
pub struct CodePoints<'t> {
    text: &'t str,
    byte: usize,
    count: usize,
}

impl<'t> CodePoints<'t> {
    /// Starts at the beginning of `text`.
    pub fn new(text: &'t str) -> Self {
        Self { text, byte: 0, count: 0 }
    }

    /// The number of code points before byte `offset`.
    ///
    /// An offset before the last one asked for starts over; one inside a character counts as that character's start,
    /// one past the end as the end.
    pub fn at(&mut self, offset: usize) -> usize {
        let offset = floor_char_boundary(self.text, offset);
        if offset < self.byte {
            *self = Self::new(self.text);
        }
        self.count += self.text[self.byte..offset].chars().count();
        self.byte = offset;
        self.count
    }
}

fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_code_points_not_bytes() {
        let text = "é🙂x";
        let mut points = CodePoints::new(text);
        assert_eq!([points.at(0), points.at(2), points.at(6), points.at(7)], [0, 1, 2, 3]);
        assert_eq!(points.at(2), 1);
        assert_eq!(points.at(4), 1);
        assert_eq!(points.at(99), 3);
    }
}
