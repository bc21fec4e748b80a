//! Bad usage, and help.

use crate::support::switchboard;

#[test]
fn bad_usage_has_its_own_exit_code() {
    let data = ["--data", "d", "--text-column", "t", "--label-column", "l"];
    let evaluate = |flags: &[&'static str]| [&["evaluate"], flags, &data[..]].concat();
    let route = |flags: &[&'static str]| [&["route", "--agent", "http://x:1"], flags].concat();
    for args in [
        vec![],
        vec!["nonsense"],
        vec!["models"],
        vec!["models", "show"],
        vec!["models", "show", "../x"],
        vec!["models", "promote", "category-tfidf"],
        vec!["models", "promote", "category-tfidf/1", "--alias", "No"],
        vec!["models", "rollback", "category-tfidf/1"],
        vec!["models", "promote", "category-tfidf/1", "--force"],
        vec!["models", "promote", "category-tfidf/1", "--force", "--reason", " "],
        vec!["models", "promote", "category-tfidf/1", "--force", "--reason", "x", "--dry-run"],
        vec!["models", "promote", "category-tfidf/1", "--data", "d"],
        vec!["models", "promote", "category-tfidf/1", "--text-column", "t"],
        vec!["models", "history", "category-tfidf/1"],
        vec!["models", "history", "category-tfidf", "--at", "yesterday"],
        vec!["models", "list", "--registry", "ftp://localhost:5000"],
        vec!["models", "list", "--registry", "data"],
        evaluate(&[]),
        evaluate(&["--registry", "file:x"]),
        evaluate(&["--model", "category-tfidf"]),
        evaluate(&["--registry", "file:x", "--model", "m", "--agent", "http://x:1"]),
        evaluate(&["--registry", "file:x", "--model", "m", "--task", "t"]),
        evaluate(&["--agent", "http://x:1", "--model", "m"]),
        vec!["evaluate", "--agent", "http://x:1", "--data", "d"],
        vec!["route"],
        vec!["route", "--agent", "localhost:8000"],
        route(&["--concurrency", "0"]),
        route(&["--timeout", "soon"]),
        vec!["up", "--agent-port", "0"],
        vec!["up", "--agent-port", "8001"],
        vec!["up", "--listen-host", "nowhere"],
        vec!["scrub", "file"],
        vec!["pii-evaluate"],
        vec!["pii-evaluate", "--data", "d", "--alias", "GPE"],
        vec!["deanonymize"],
        vec!["keys"],
        vec!["keys", "generate"],
        vec!["keys", "show"],
    ] {
        let ran = switchboard(&args, "");
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}: {ran:?}");
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn help_has_examples() {
    for command in
        ["up", "route", "scrub", "deanonymize", "pii-evaluate", "evaluate", "models", "keys"]
    {
        let ran = switchboard(&[command, "--help"], "");
        assert_eq!(ran.code, Some(0));
        let example = format!("switchboard {command}");
        assert!(ran.stdout.contains("Examples:") && ran.stdout.contains(&example), "{command}");
    }
}
