//! A text with places replaced, and what was done where.

use switchboard_server::ApiError;

use super::operators::Operators;
use super::overlaps::Found;
use super::{EngineReply, Item, invalid};

/// How often a character may be covered, on average: the whole of every place is worked on.
const MOST_COVERED: usize = 4;

/// The characters of a text and their places.
pub(super) struct Characters<'t> {
    text: &'t str,
    /// Where each code point begins, and the end of the text.
    bytes: Vec<usize>,
}

impl<'t> Characters<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let starts = text.char_indices().map(|(at, _)| at);
        Self { text, bytes: starts.chain([text.len()]).collect() }
    }

    /// Refuses places that are not in the text.
    pub(super) fn check(&self, field: &str, found: &[Found]) -> Result<(), ApiError> {
        let length = self.bytes.len() - 1;
        for (at, one) in found.iter().enumerate() {
            if one.start > one.end || one.end > length {
                return Err(invalid(format!(
                    "{field}[{at}] is no place in the text of {length} characters; send start <= end <= {length}"
                )));
            }
            if one.entity_type.is_empty() {
                return Err(invalid(format!("{field}[{at}] has an empty entity_type; name it")));
            }
        }
        Ok(())
    }

    pub(super) fn get(&self, start: usize, end: usize) -> &'t str {
        &self.text[self.bytes[start]..self.bytes[end]]
    }

    /// The text with every one of `found` (sorted, none inside another) replaced. Where two overlap, the second begins where the first
    /// ends.
    pub(super) fn replace(
        &self,
        found: Vec<Found>,
        operators: &Operators,
    ) -> Result<EngineReply, ApiError> {
        let covered: usize = found.iter().map(|one| one.end - one.start).sum();
        if covered > MOST_COVERED * self.bytes.len() {
            return Err(invalid("the places overlap too much; send those that do not"));
        }
        let mut text = String::with_capacity(self.text.len());
        let (mut written, mut items) = (0, Vec::with_capacity(found.len()));
        let starts: Vec<usize> = found.iter().map(|one| one.start).collect();
        let mut from = 0;
        for (at, Found { entity_type, start, end, score }) in found.into_iter().enumerate() {
            text.push_str(self.get(from, start));
            written += start - from;
            let operator = operators.of_type(&entity_type);
            let new = operator.apply(&entity_type, self.get(start, end))?;
            let length = new.chars().count();
            text.push_str(&new);
            let (start, operator) = (written, operator.name());
            written += length;
            items.push(Item { start, end: written, entity_type, text: new, operator, score });
            from = starts.get(at + 1).map_or(end, |&next| end.min(next));
        }
        text.push_str(self.get(from, self.bytes.len() - 1));
        items.reverse();
        Ok(EngineReply { text, items })
    }
}
