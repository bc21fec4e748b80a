//! Policies as operators write them.

use super::*;

fn signals(language: &str, text: &str) -> Signals {
    Signals::of(text, (language, 1.0), 0.0)
}

const NIGHT: &str = r#"
name = "night"
escalate_below = 0.7
review_below = 0.4
coverage = 0.95

[transformer]
max_share = 0.2
max_latency_ms = 400

[tasks.category]
escalate_below = 0.8
[tasks.category.languages.fr]
escalate_below = 0.9

[[rules]]
name = "logs"
when = { signal = "code", above = 0.3 }
then = "transformer"

[[rules]]
name = "short arabic"
priority = 5
task = "category"
when = { and = [{ signal = "language", is = ["ar"] }, { signal = "tokens", below = 4 }] }
then = "tfidf"

[[rules]]
name = "doubt"
when = { signal = "margin", below = 0.1 }
then = "review"
"#;

#[test]
fn the_most_specific_threshold_counts() {
    let policy = Policy::parse(NIGHT).unwrap();
    let below = |task, language| policy.escalate_below(task, language);
    assert_eq!(below("category", "fr"), Some(0.9));
    assert_eq!(below("category", "en"), Some(0.8));
    assert_eq!(below("sentiment", "fr"), Some(0.7));
    assert_eq!(policy.review_below("category", "fr"), Some(0.4));
    assert_eq!(Policy::default().escalate_below("category", "fr"), None);
}

#[test]
fn rules_hold_by_priority_task_and_what_is_known() {
    let policy = Policy::parse(NIGHT).unwrap();
    let names = |task, signals: &Signals, linear: Option<&LinearSignals>| -> Vec<String> {
        policy.holding(task, signals, linear).map(|rule| rule.name.to_string()).collect()
    };
    let ticket = signals("ar", "{طابعة}");
    assert_eq!(names("category", &ticket, None), ["short arabic", "logs"]);
    assert_eq!(names("sentiment", &ticket, None), ["logs"]);
    let unsure = LinearSignals::of(&[0.5, 0.5], 0.0);
    assert_eq!(names("sentiment", &ticket, Some(&unsure)), ["logs", "doubt"]);
}

#[test]
fn a_version_follows_from_the_file() {
    let version = |text| Policy::parse(text).unwrap().version;
    assert_eq!(version(NIGHT), version(NIGHT));
    assert_ne!(version(NIGHT), version(""));
    assert_eq!(version("").len(), 12);
    assert_eq!(Policy::default().version, "built-in");
    assert_eq!(
        Policy { version: "built-in".into(), ..Policy::parse("").unwrap() },
        Policy::default()
    );
}

#[test]
fn errors_name_the_line_and_the_fix() {
    let cases = [
        ("name = \"night\"\nescalate = 0.5\n", "line 2", "escalate_below"),
        ("\n\nreview_below = 40", "line 3", "from 0 to 1"),
        ("name = \"\"", "line 1", "1 to 64"),
        ("[transformer]\nmax_share = \"a lot\"", "line 2", "from 0 to 1"),
        ("fallback = \"none\"", "line 1", "`other` or `fail`"),
        (
            "[[rules]]\nname = \"a\"\nwhen = { signal = \"tokens\", above = 3 }\nthen = \"bert\"",
            "line 4",
            "transformer",
        ),
        (
            "[[rules]]\nname = \"a\"\nwhen = { signal = \"tokens\" }\nthen = \"both\"",
            "line 3",
            "above = N",
        ),
    ];
    for (text, line, fix) in cases {
        let error = Policy::parse(text).unwrap_err().to_string();
        assert!(error.contains(line) && error.contains(fix), "{text}: {error}");
    }
    let rule = |name: &str| {
        format!(
            "[[rules]]\nname = \"{name}\"\nwhen = {{ signal = \"tokens\", above = 3 }}\nthen = \"both\"\n"
        )
    };
    let twice = Policy::parse(&(rule("a") + &rule("a"))).unwrap_err().to_string();
    assert_eq!(twice, "two rules are called \"a\": give each a name of its own");
    let many: String = (0..257).map(|number| rule(&number.to_string())).collect();
    assert!(Policy::parse(&many).unwrap_err().to_string().contains("at most 256"));
    assert!(matches!(Policy::parse(&"#".repeat(2 << 20)), Err(PolicyError::TooLong(_))));
}

const TRIAL: &str = r#"
[[canary]]
task = "category"
family = "tfidf"
share = 5
mode = "answer"
"#;

#[test]
fn a_challenger_on_trial_has_defaults_and_every_limit_can_be_set() {
    let policy = Policy::parse(TRIAL).unwrap();
    let trial = policy.trial("category", Family::Tfidf).unwrap();
    assert!(policy.trial("category", Family::Transformer).is_none());
    assert_eq!((trial.mode, trial.min_requests, trial.max_wait_ms), (TrialMode::Answer, 50, 1_000));
    assert!((trial.max_error_rate.get() - 0.02).abs() < 1e-6);
    assert!((trial.max_latency_ratio.get() - 2.0).abs() < 1e-9);
    let set =
        "max_error_rate = 0.1\nmax_latency_ratio = 1.5\nmin_requests = 200\nmax_wait_ms = 300";
    let policy = Policy::parse(&format!("{TRIAL}{set}")).unwrap();
    let written = serde_json::to_value(&policy).unwrap();
    assert_eq!(written["canary"][0]["max_wait_ms"], 300);
    assert_eq!(written["canary"][0]["share"], 5.0);
}

#[test]
fn errors_of_a_trial_name_the_key_and_the_fix() {
    let with = |line: &str| format!("{TRIAL}{line}");
    let instead = |of: &str, line: &str| TRIAL.replace(of, line);
    let cases = [
        (instead("share = 5", "share = 500"), "share", "from 0 to 100"),
        (instead("share = 5", "share = \"some\""), "share", "from 0 to 100"),
        (instead("mode = \"answer\"", "mode = \"both\""), "mode", "`answer` or `shadow`"),
        (instead("mode = \"answer\"", ""), "canary", "missing field `mode`"),
        (instead("\"tfidf\"", "\"svm\""), "family", "`tfidf` or `transformer`"),
        (instead("\"category\"", "\"\""), "task", "1 to 64"),
        (with("max_error_rate = 2"), "max_error_rate", "from 0 to 1"),
        (with("max_latency_ratio = 0.5"), "max_latency_ratio", "from 1 to 1000"),
        (with("max_latency_ratio = nan"), "max_latency_ratio", "from 1 to 1000"),
        (with("min_requests = 0"), "min_requests", "from 1 to 500"),
        (with("min_requests = 501"), "min_requests", "from 1 to 500"),
        (with("min_requests = 1.5"), "min_requests", "from 1 to 500"),
        (with("max_wait_ms = -1"), "max_wait_ms", "from 1 to 600000"),
        (with("percent = 5"), "percent", "max_wait_ms"),
        (TRIAL.repeat(2), "family = \"tfidf\"", "keep one of them"),
        (
            instead("share = 5", "share = 60")
                + &instead("\"tfidf\"", "\"transformer\"").replace("share = 5", "share = 60"),
            "share",
            "at most 100",
        ),
    ];
    for (text, key, fix) in cases {
        let error = Policy::parse(&text).unwrap_err().to_string();
        assert!(error.contains(key) && error.contains(fix), "{text}: {error}");
    }
    let apart = TRIAL.to_owned() + &TRIAL.replace("\"tfidf\"", "\"transformer\"");
    assert_eq!(Policy::parse(&apart).unwrap().trials.len(), 2);
    let many: String =
        (0..65).map(|number| TRIAL.replace("category", &format!("task {number}"))).collect();
    assert!(Policy::parse(&many).unwrap_err().to_string().contains("at most 64"));
}
