//! Which names are safe to use as file and folder names.

use crate::manifest::MANIFEST_FILE;
use crate::signature::SIGNATURE_FILE;

const MAX_NAME_BYTES: usize = 128;

/// Whether `name` can name a model: `[a-z0-9][a-z0-9_.-]{0,127}`, so that it is also a safe folder name.
pub fn is_model_name(name: &str) -> bool {
    is_plain(name) && !name.contains(|letter: char| letter.is_ascii_uppercase())
}

/// Says why `name` cannot be a file of a model directory, or nothing when it can: `[A-Za-z0-9][A-Za-z0-9_.-]{0,127}`.
pub(crate) fn file_name_fault(name: &str) -> Option<&'static str> {
    // A case-insensitive file system would take `Manifest.json` for the manifest.
    if name.eq_ignore_ascii_case(MANIFEST_FILE) {
        return Some("the manifest is written by sealing");
    }
    if name.eq_ignore_ascii_case(SIGNATURE_FILE) {
        return Some("the signature is written by sealing");
    }
    (!is_plain(name)).then_some(
        "a name is up to 128 letters, digits, dots, dashes and underscores, and starts with a letter or a digit",
    )
}

fn is_plain(name: &str) -> bool {
    name.len() <= MAX_NAME_BYTES
        && name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_names_are_safe_folder_names() {
        for name in ["a", "category-tfidf", "0", "a..b", "v1.2_x", &"a".repeat(128)] {
            assert!(is_model_name(name), "{name}");
        }
        for name in [
            "",
            ".",
            "..",
            "-a",
            "_a",
            ".a",
            "A",
            "a/b",
            "a\\b",
            "a b",
            "a\0",
            "é",
            "a\n",
            &"a".repeat(129),
        ] {
            assert!(!is_model_name(name), "{name:?}");
        }
    }

    #[test]
    fn file_names_stay_in_their_folder_and_leave_manifest_and_signature_alone() {
        for name in ["model.bin", "Vocabulary.txt", "heldout.jsonl", "a..b"] {
            assert_eq!(file_name_fault(name), None, "{name}");
        }
        for name in [
            "",
            "..",
            "../x",
            "a/b",
            "/etc/passwd",
            "a\\b",
            ".hidden",
            "manifest.json",
            "MANIFEST.JSON",
            "manifest.sig",
        ] {
            assert!(file_name_fault(name).is_some(), "{name}");
        }
    }
}
