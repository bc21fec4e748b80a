//! Reading JSON lines, one at a time and of bounded length.

use std::io::{self, BufRead, BufReader, IsTerminal, Read, StdinLock};

use crate::output::say;
use crate::reply::LineError;

/// The longest line that is read, in bytes.
pub(crate) const MAX_LINE_BYTES: usize = 1024 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The lines of `R`. Longer ones are read past, never held.
pub(crate) struct Lines<R> {
    reader: BufReader<R>,
    is_first: bool,
}

/// The lines of stdin, with a hint for a person who did not mean to type them.
pub(crate) fn of_stdin() -> Lines<StdinLock<'static>> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        say("reading from the terminal: type one JSON object a line, then Ctrl-D");
    }
    Lines::new(stdin.lock())
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader: BufReader::with_capacity(64 * 1024, reader), is_first: true }
    }

    /// Whether the next line may have to be waited for.
    pub(crate) fn may_wait(&self) -> bool {
        !self.reader.buffer().contains(&b'\n')
    }

    /// The next line without its end, what is wrong with it, or nothing at the end of the input.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<Result<String, LineError>>> {
        let mut line = Vec::new();
        let limit = MAX_LINE_BYTES as u64 + 1;
        if self.reader.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let is_whole = line.ends_with(b"\n");
        if !is_whole && line.len() > MAX_LINE_BYTES {
            self.reader.skip_until(b'\n')?;
            self.is_first = false;
            return Ok(Some(Err(LineError::too_long())));
        }
        let mut body = line.as_slice();
        if std::mem::take(&mut self.is_first) {
            body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        }
        let body = body.strip_suffix(b"\n").unwrap_or(body);
        let text = str::from_utf8(body).map(str::to_owned).map_err(|_| LineError::not_utf8());
        Ok(Some(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines, and the kinds of error in angle brackets.
    fn read(bytes: &[u8]) -> Vec<String> {
        let mut lines = Lines::new(bytes);
        let mut found = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            found.push(line.unwrap_or_else(|error| format!("<{}>", error.kind())));
        }
        found
    }

    #[test]
    fn lines_come_without_their_ends() {
        assert_eq!(read(b"{}\n[]\n"), ["{}", "[]"]);
        assert_eq!(read(b"\xef\xbb\xbf{}\n\n[]"), ["{}", "", "[]"]);
        assert!(read(b"").is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_read_past() {
        for length in [MAX_LINE_BYTES + 1, 3 * MAX_LINE_BYTES] {
            let input = [vec![b'x'; length], b"\n{}\n".to_vec()].concat();
            assert_eq!(read(&input), ["<too_long>", "{}"]);
        }
        let longest = vec![b'x'; MAX_LINE_BYTES];
        let two = [longest, b"\n{}".to_vec()].concat();
        assert!(
            matches!(&read(&two)[..], [whole, last] if whole.len() == MAX_LINE_BYTES && last == "{}")
        );
    }

    #[test]
    fn bytes_that_are_not_text_are_one_bad_line() {
        assert_eq!(read(b"\xff\n{}\n"), ["<invalid_utf8>", "{}"]);
    }
}
