//! What every picture is made of: a white page, its texts, numbers and colours.

use svg::Document;
use svg::node::element::{Description, Rectangle, Text, Title};
use unicode_width::UnicodeWidthChar;

/// Width of every picture, in pixels.
pub(crate) const WIDTH: f64 = 800.0;
/// What stays empty along the edges, in pixels.
pub(crate) const MARGIN: f64 = 24.0;
/// Where the contents begin, under the headline and the summary, in pixels.
pub(crate) const TOP: f64 = 88.0;

// Okabe and Ito's palette for colour-blind readers, <https://jfly.uni-koeln.de/color/>.
pub(crate) const BLUE: &str = "#0072b2";
pub(crate) const SKY: &str = "#56b4e9";
pub(crate) const VERMILION: &str = "#d55e00";
pub(crate) const GREEN: &str = "#009e73";
pub(crate) const PURPLE: &str = "#cc79a7";
pub(crate) const ORANGE: &str = "#e69f00";
pub(crate) const INK: &str = "#202124";
pub(crate) const GREY: &str = "#5f6368";
pub(crate) const PALE: &str = "#e3e6ea";

/// Columns of the headline.
const TITLE_COLUMNS: usize = 66;

/// A page with a headline and, below it, a line of figures. Screen readers are told both, and what `kind` of picture it is.
pub(crate) fn page(height: f64, (title, kind): (&str, &str), summary: &str) -> Document {
    let title = cut(title, TITLE_COLUMNS);
    Document::new()
        .set("width", WIDTH)
        .set("height", height)
        .set("viewBox", (0, 0, WIDTH, height))
        .set("role", "img")
        .set("font-family", "sans-serif")
        .set("font-size", 13)
        .add(Title::new(format!("{title}: {kind}")))
        .add(Description::new().add(svg::node::Text::new(summary)))
        .add(rectangle(0.0, 0.0, WIDTH, height).set("fill", "#ffffff"))
        .add(text(title, MARGIN, 38.0).set("font-size", 20).set("font-weight", "bold"))
        .add(text(summary, MARGIN, 62.0).set("fill", GREY))
}

/// A text that begins at `x` and stands on `y`.
pub(crate) fn text(content: impl Into<String>, x: f64, y: f64) -> Text {
    Text::new(content).set("x", pixels(x)).set("y", pixels(y)).set("fill", INK)
}

/// A rectangle by its upper left corner.
pub(crate) fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
    Rectangle::new()
        .set("x", pixels(x))
        .set("y", pixels(y))
        .set("width", pixels(width))
        .set("height", pixels(height))
}

/// A coordinate to a hundredth of a pixel: nobody sees more, and the file stays small.
pub(crate) fn pixels(length: f64) -> f64 {
    (length * 100.0).round() / 100.0
}

/// A metric to three places; a dash when there was nothing to judge.
pub(crate) fn metric(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

/// The beginning of a name, at most `columns` wide (a Chinese character takes two), and an ellipsis when that is not all of it. What XML
/// cannot hold, and what would break the line, becomes visible.
pub(crate) fn cut(name: &str, columns: usize) -> String {
    let mut kept = String::new();
    let mut left = columns;
    for character in name.chars() {
        // Marks that take no room of their own are counted, too: a name may consist of them.
        let width = character.width().unwrap_or(1).max(1);
        if width > left {
            while left == 0 {
                left = kept.pop().and_then(UnicodeWidthChar::width).unwrap_or(1).max(1);
            }
            kept.push('…');
            break;
        }
        left -= width;
        kept.push(if is_drawable(character) { character } else { '\u{fffd}' });
    }
    kept
}

/// XML 1.0 has no control characters and neither of the two noncharacters (<https://www.w3.org/TR/xml/#charsets>).
fn is_drawable(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_to_their_columns() {
        for (name, columns, expected) in [
            ("Access", 6, "Access"),
            ("Access", 5, "Acce…"),
            ("支払い方法", 10, "支払い方法"),
            ("支払い方法", 7, "支払い…"),
            ("支払い方法", 6, "支払…"),
            ("a\u{0}b\nc", 9, "a\u{fffd}b\u{fffd}c"),
            ("", 3, ""),
        ] {
            assert_eq!(cut(name, columns), expected, "{name:?} in {columns}");
        }
    }

    #[test]
    fn a_name_of_marks_ends_too() {
        assert_eq!(cut(&"\u{301}".repeat(9000), 10).chars().count(), 10);
    }
}
