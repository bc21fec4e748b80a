//! A page of Markdown, whatever labels and names hold.

use std::fmt::Write;

/// A page that grows from its title down.
#[derive(Debug)]
pub struct Markdown(String);

impl Markdown {
    /// Begins a page.
    pub fn titled(title: &str) -> Self {
        Self(format!("# {}\n", escaped(title)))
    }

    /// Begins a section.
    pub fn section(&mut self, heading: &str) {
        self.add(format_args!("\n## {}\n", escaped(heading)));
    }

    /// Begins a part of a section.
    pub fn part(&mut self, heading: &str) {
        self.add(format_args!("\n### {}\n", escaped(heading)));
    }

    /// Adds a paragraph, which is Markdown already.
    pub fn paragraph(&mut self, text: &str) {
        self.add(format_args!("\n{text}\n"));
    }

    /// Adds a list; each item is Markdown already.
    pub fn list(&mut self, items: &[String]) {
        self.0.push('\n');
        for item in items {
            self.add(format_args!("- {item}\n"));
        }
    }

    /// Adds a table; each cell is plain text.
    pub fn table<const COLUMNS: usize>(
        &mut self,
        head: [&str; COLUMNS],
        rows: impl IntoIterator<Item = [String; COLUMNS]>,
    ) {
        self.0.push('\n');
        self.row(&head.map(str::to_owned));
        self.add(format_args!("{}|\n", "|---".repeat(COLUMNS)));
        for row in rows {
            self.row(&row);
        }
    }

    /// Adds what is to be copied as it is.
    pub fn code(&mut self, text: &str) {
        // A fence ends at a line of as many backticks; no line of the text has so many.
        let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        self.add(format_args!("\n{fence}sh\n{text}\n{fence}\n"));
    }

    /// The page.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }

    fn row(&mut self, cells: &[String]) {
        for cell in cells {
            self.add(format_args!("| {} ", escaped(cell)));
        }
        self.0.push_str("|\n");
    }

    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        self.0.write_fmt(text).expect("a string takes everything");
    }
}

/// Plain text as Markdown that shows it: on one line, with nothing in it that would be a link, a mark or another cell.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                safe.push('\\');
                safe.push(letter);
            }
            letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => {
                safe.push(' ');
            }
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(page: Markdown) -> String {
        String::from_utf8(page.into_bytes()).unwrap()
    }

    #[test]
    fn a_page_is_its_parts_in_order() {
        let mut page = Markdown::titled("a_model");
        page.paragraph("It **is**.");
        page.section("Data");
        page.list(&["one".to_owned(), "two".to_owned()]);
        page.part("By label");
        page.table(["label", "rows"], [["A".to_owned(), "1".to_owned()]]);
        page.code("train --c 1");
        let expected = "# a\\_model\n\nIt **is**.\n\n## Data\n\n- one\n- two\n\n### By label\n\n| label | rows |\n|---|---|\n| A | 1 |\n\n```sh\ntrain --c 1\n```\n";
        assert_eq!(text(page), expected);
    }

    #[test]
    fn a_label_stays_in_its_cell_whatever_it_holds() {
        let mut page = Markdown::titled("t");
        let label = "a|b\n| <script> [x](y) `c` *d* & \\";
        page.table(["label", "rows"], [[label.to_owned(), "1".to_owned()]]);
        let page = text(page);
        let row = page.lines().last().unwrap();
        let expected = "| a\\|b \\| &lt;script&gt; \\[x\\](y) \\`c\\` \\*d\\* &amp; \\\\ | 1 |";
        assert_eq!(row, expected);
    }

    #[test]
    fn code_cannot_end_its_own_fence() {
        let mut page = Markdown::titled("t");
        page.code("echo '\n```\n````\n'");
        assert!(text(page).ends_with("`````sh\necho '\n```\n````\n'\n`````\n"));
    }
}
