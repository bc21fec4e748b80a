//! `switchboard policy`, as a whole program.

use serde_json::json;

use crate::support::{Ran, switchboard};

const NIGHT: &str = "\
name = \"night\"
escalate_below = 0.7

[[rules]]
name = \"logs\"
when = { signal = \"code\", above = 0.3 }
then = \"transformer\"
";

/// Runs `switchboard policy` on files of that content, in order.
fn policy(command: &str, files: &[&str], stdin: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<String> = (0..files.len())
        .map(|number| folder.path().join(format!("{number}.toml")).display().to_string())
        .collect();
    for (path, text) in paths.iter().zip(files) {
        std::fs::write(path, text).unwrap();
    }
    let paths = paths.iter().map(String::as_str);
    let args: Vec<&str> = ["policy", command].into_iter().chain(paths).collect();
    switchboard(&args, stdin)
}

#[test]
fn a_policy_is_shown_with_its_defaults() {
    let ran = policy("check", &[NIGHT], "");
    let checked = ran.json();
    assert_eq!(checked["policy"]["name"], "night");
    assert_eq!(checked["policy"]["min_heldout_rows"], 30);
    assert_eq!(checked["version"].as_str().unwrap().len(), 12);
    assert_eq!(ran.code, Some(0));
}

#[test]
fn an_error_names_the_file_the_line_and_the_fix() {
    let ran = policy("check", &["escalate_below = 0.7\nreview_below = 7\n"], "");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    for part in ["0.toml", "line 2", "from 0 to 1"] {
        assert!(ran.stderr.contains(part), "{ran:?}");
    }
    let gone = switchboard(&["policy", "check", "/nowhere/night.toml"], "");
    assert!(gone.code == Some(1) && gone.stderr.contains("/nowhere/night.toml"), "{gone:?}");
}

#[test]
fn what_a_policy_would_do_is_explained_line_by_line() {
    let stdin = "{\"text\": \"printer {status=0} down\"}\n\
        {\"text\": \"my printer is broken\", \"confidence\": 0.4}\n\
        {\"text\": \"my printer is broken, write to maya@example.com\"}\n\
        {\"words\": 1}\n";
    let ran = policy("explain", &[NIGHT], stdin);
    let lines = ran.json_lines();
    assert_eq!(
        (&lines[0]["ask"], &lines[0]["decided_by"]),
        (&json!("transformer"), &json!("rules.logs"))
    );
    assert_eq!(lines[0]["rules"], json!(["logs"]));
    assert_eq!((&lines[1]["ask"], &lines[1]["reason"]), (&json!("both"), &json!("low_confidence")));
    assert_eq!(
        lines[1]["otherwise"],
        "a confidence of 0.70 or more would have kept the linear model's answer"
    );
    assert_eq!(lines[2]["ask"], "tfidf");
    assert!(lines[2]["signals"]["placeholder"].as_f64().unwrap() > 0.2);
    assert_eq!((&lines[3]["error"]["type"], ran.code), (&json!("invalid_argument"), Some(1)));
    assert!(!ran.stdout.contains("maya"), "{ran:?}");
}

#[test]
fn it_is_told_which_canaries_a_ticket_is_in() {
    let canary = "[[canary]]\ntask = \"category\"\nfamily = \"tfidf\"\nshare = 100\nmode = \"answer\"\n\
        [[canary]]\ntask = \"category\"\nfamily = \"transformer\"\nshare = 0\nmode = \"shadow\"\n\
        [[canary]]\ntask = \"priority\"\nfamily = \"tfidf\"\nshare = 1\nmode = \"shadow\"\n";
    let stdin = "{\"text\": \"printer\", \"id\": \"T-1\"}\n{\"text\": \"printer\"}\n";
    let lines = policy("explain", &[canary], stdin).json_lines();
    let canary = |family: &str, mode: &str, share: f64, takes: Option<bool>| json!({"family": family, "mode": mode, "share": share, "takes": takes});
    let expected = json!([
        canary("tfidf", "answer", 100.0, Some(true)),
        canary("transformer", "shadow", 0.0, Some(false))
    ]);
    assert_eq!(lines[0]["canaries"], expected);
    assert_eq!(lines[1]["canaries"][0]["takes"], json!(null));
    let ran = policy(
        "check",
        &["[[canary]]\ntask = \"category\"\nfamily = \"tfidf\"\nshare = 101\nmode = \"answer\"\n"],
        "",
    );
    assert!(ran.code == Some(1) && ran.stderr.contains("from 0 to 100"), "{ran:?}");
}

#[test]
fn two_policies_are_compared_setting_by_setting() {
    let day = NIGHT.replace("0.7", "0.8").replace("night", "day");
    let ran = policy("diff", &[NIGHT, &day], "");
    let found = ran.json();
    assert_eq!((&found["old"]["name"], &found["new"]["name"]), (&json!("night"), &json!("day")));
    let settings: Vec<&str> = found["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["setting"].as_str().unwrap())
        .collect();
    assert_eq!(settings, ["escalate_below", "name"]);
}
