//! The command that makes a version again, as it may be shown to anyone.

use std::path::Path;

/// Flags with a value that say where a version is published, by whom, or what is private; the version is the same without them.
const LEFT_OUT: [&str; 9] = [
    "--registry",
    "--by",
    "--reason",
    "--params",
    "--signing-key",
    "--resume",
    "--hf-home",
    "--hf-endpoint",
    "--hf-token",
];
/// The same, without a value.
const LEFT_OUT_ALONE: [&str; 3] = ["--promote", "--force", "--stop-with-stdin"];
/// Flags whose value is a path of the machine it was made on.
const PATHS: [&str; 2] = ["--data", "--base"];
const HUB: &str = "hf:";

/// The command line of this program: what decided about the version, files by name alone, no secret.
pub fn reproducing() -> String {
    shown(std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()))
}

fn shown(arguments: impl IntoIterator<Item = String>) -> String {
    let mut arguments = arguments.into_iter();
    let program = arguments.next().unwrap_or_default();
    let mut words = vec![quoted(&file_name(&program))];
    while let Some(argument) = arguments.next() {
        let (flag, value) = match argument.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag, Some(value.to_owned())),
            _ => (argument.as_str(), None),
        };
        if LEFT_OUT_ALONE.contains(&flag) {
            continue;
        }
        let takes_value = LEFT_OUT.contains(&flag) || PATHS.contains(&flag);
        let apart = value.is_none();
        let value = value.or_else(|| takes_value.then(|| arguments.next()).flatten());
        if LEFT_OUT.contains(&flag) {
            continue;
        }
        words.extend(flag_words(flag, value, apart));
    }
    words.join(" ")
}

fn flag_words(flag: &str, value: Option<String>, apart: bool) -> Vec<String> {
    let Some(value) = value else { return vec![quoted(flag)] };
    let is_path = PATHS.contains(&flag) && !value.starts_with(HUB);
    let value = if is_path { file_name(&value) } else { value };
    if apart {
        return vec![quoted(flag), quoted(&value)];
    }
    vec![quoted(&format!("{flag}={value}"))]
}

fn file_name(path: &str) -> String {
    let name = Path::new(path).file_name();
    name.map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,@%+".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    let visible: String =
        word.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("'{}'", visible.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &[&str]) -> String {
        shown(line.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn what_decides_about_a_version_is_shown_and_files_by_name() {
        let line = [
            "/opt/bin/train-tfidf",
            "--data",
            "/home/maya/tickets.csv",
            "--data=more/rows.jsonl",
            "--text-column",
            "Ticket text",
            "--tune",
            "--c=1",
            "--class-weight",
            "It's=2",
        ];
        let expected = "train-tfidf --data tickets.csv --data=rows.jsonl --text-column 'Ticket text' --tune --c=1 --class-weight 'It'\\''s=2'";
        assert_eq!(of(&line), expected);
    }

    #[test]
    fn where_it_is_published_and_what_is_private_is_not() {
        let line = [
            "train-transformer",
            "--registry",
            "https://me:secret@mlflow",
            "--registry=https://me:secret@mlflow",
            "--promote",
            "--by",
            "maya",
            "--signing-key",
            "/run/secrets/release.key",
            "--hf-token=secret",
            "--hf-token",
            "secret",
            "--resume",
            "/tmp/maya",
            "--stop-with-stdin",
            "--base",
            "hf:owner/name@main",
            "--epochs",
            "3",
        ];
        assert_eq!(of(&line), "train-transformer --base hf:owner/name@main --epochs 3");
        assert_eq!(
            of(&["train-transformer", "--base", "/home/maya/minilm"]),
            "train-transformer --base minilm"
        );
    }

    #[test]
    fn a_line_that_ends_too_early_is_shown_as_far_as_it_goes() {
        assert_eq!(of(&[]), "''");
        assert_eq!(of(&["t", "--data"]), "t --data");
        assert_eq!(of(&["t", "--registry"]), "t");
    }
}
