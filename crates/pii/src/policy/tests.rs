use super::*;

fn parse(text: &str) -> Result<Policy, PolicyError> {
    Policy::parse(text, |path| match path.to_str() {
        Some("good") => Ok(Zeroizing::new("0f".repeat(32))),
        Some("bad") => Ok(Zeroizing::new("secret-sauce".to_owned())),
        _ => Err(io::ErrorKind::NotFound.into()),
    })
}

/// The whole of an error, with its causes.
fn refusal(text: &str) -> String {
    let error = parse(text).unwrap_err();
    let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
    format!("{error}{}", source.unwrap_or_default())
}

#[test]
fn an_empty_policy_is_the_default() {
    assert!(parse("").unwrap().is_default() && Policy::default().is_default());
    for other in [
        "allow = ['a']",
        "[default]\nscrub = false",
        "[kinds.URL]\nmin_score = 0.5",
        "[kinds.URL]\noperator = 'redact'",
    ] {
        assert!(!parse(other).unwrap().is_default(), "{other}");
    }
}

#[test]
fn kinds_inherit_what_they_leave_out() {
    let policy = parse(
        "[default]\nscrub = false\nmin_score = 0.5\noperator = 'redact'\n[kinds.URL]\nscrub = true",
    )
    .unwrap();
    let found = |kind, score| Candidate { kind, range: 0..1, score };
    assert!(policy.scrubs("a", &found(Kind::Url, 0.5)));
    assert!(!policy.scrubs("a", &found(Kind::Url, 0.4)));
    assert!(!policy.scrubs("a", &found(Kind::Person, 1.0)));
    assert_eq!(policy.replacement(Kind::Url, "a").as_deref(), Some("[REDACTED]"));
}

#[test]
fn errors_name_the_line_and_the_fix() {
    for (text, line, fix) in [
        ("[default]\nmode = 1", "line 2", "expected one of `scrub`, `min_score`, `operator`"),
        ("\nscrubs = 1", "line 2", "expected one of `allow`, `keys`, `default`, `kinds`"),
        ("\n\n[kinds.PHONE]\nscrub = true", "line 3", "the kinds are EMAIL_ADDRESS, PHONE_NUMBER"),
        ("[kinds.URL]\nmin_score = 40", "line 2", "a score is from 0 to 1"),
        ("[kinds.URL]\noperator = 'hide'", "line 2", "expected one of `replace`, `redact`, `mask`"),
        ("[kinds.URL]\noperator = 'mask'\nkeep_last = 40", "line 3", "at most 12 characters"),
        ("[kinds.URL]\noperator = 'mask'\nsign = 'x'", "line 3", "the signs of a mask are * # •"),
        ("\n[kinds.URL]\nkeep_last = 4", "line 2", "add operator = \"mask\""),
        ("[kinds.URL]\noperator = 'hash'", "line 2", "add hash = \"FILE\" under [keys]"),
        ("[kinds.URL]\noperator = 'encrypt'", "line 2", "openssl rand -hex 32"),
        ("[default]\noperator = 'pseudonymise'", "line 2", "add pseudonymise = \"FILE\""),
        ("[keys]\nhash = 'gone'", "line 2: read the key file gone", "not found"),
        ("[keys]\nencrypt = 'bad'", "line 2: the key file bad", "64 hexadecimal digits"),
        ("allow = [1]", "line 1", "expected a string"),
        ("[kinds.URL", "line 1", "]"),
    ] {
        let refusal = refusal(text);
        assert!(refusal.contains(line) && refusal.contains(fix), "{text}\n{refusal}");
        assert!(!refusal.contains("sauce"), "{refusal}");
    }
}

#[test]
fn no_debug_shows_a_key() {
    let policy = parse(
        "[keys]\nhash = 'good'\nencrypt = 'good'\npseudonymise = 'good'\n[default]\noperator = 'hash'\n[kinds.URL]\noperator = 'encrypt'\n[kinds.PERSON]\noperator = 'pseudonymise'",
    );
    let shown = format!("{:?}", policy.unwrap());
    assert!(shown.contains("Key(secret)") && shown.contains("Encryption(secret)"), "{shown}");
    assert!(!shown.contains("15") && !shown.contains("0f"), "{shown}");
}
