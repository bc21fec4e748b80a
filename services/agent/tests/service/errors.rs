//! What HTTP callers are told when something is wrong with a request.

use serde_json::json;

use crate::common::agent::{linear, unsure};
use crate::common::{Agent, Behaviour, http};

/// Something no error may repeat.
const SECRET: &str = "jane.doe@example.com";
const JSON: &str = "content-type: application/json\r\n";

struct Case {
    what: &'static str,
    start: &'static str,
    head: &'static str,
    body: Vec<u8>,
    answer: (u16, &'static str),
}

fn case(
    what: &'static str,
    start: &'static str,
    body: impl Into<Vec<u8>>,
    answer: (u16, &'static str),
) -> Case {
    Case { what, start, head: JSON, body: body.into(), answer }
}

const ROUTE: &str = "POST /v1/tickets/route";
const SCRUB: &str = "POST /v1/pii/scrub";
const PREDICT: &str = "POST /predict";
const ANALYZE: &str = "POST /analyze";
const ANONYMIZE: &str = "POST /anonymize";

/// Errors that every path which takes a ticket's text has.
fn of_text(start: &'static str) -> Vec<Case> {
    let long = json!({"text": format!("{SECRET} {}", "x".repeat(70_000))}).to_string();
    vec![
        case("empty text", start, r#"{"text": ""}"#, (400, "empty_text")),
        case("white space", start, "{\"text\": \" \\n\\t \u{a0}\"}", (400, "empty_text")),
        case("long text", start, long, (413, "too_long")),
        case(
            "more than JSON",
            start,
            format!(r#"{{"text": "a"}} {SECRET}"#),
            (400, "malformed_json"),
        ),
    ]
}

/// Errors that every path which takes an object with a text has.
fn of_body(start: &'static str) -> Vec<Case> {
    let invalid = [br#"{"text": "jane.doe@example.com "#.as_slice(), b"\xff\xfe\"}"].concat();
    let huge = format!(r#"{{"text": "{SECRET}{}"}}"#, "x".repeat(2 << 20));
    vec![
        case("not UTF-8", start, invalid, (400, "invalid_utf8")),
        case("malformed", start, format!("{SECRET} {{"), (400, "malformed_json")),
        case("truncated", start, format!(r#"{{"text": "{SECRET}"#), (400, "malformed_json")),
        case("nothing", start, "", (400, "malformed_json")),
        case("a number", start, r#"{"text": 5}"#, (400, "invalid_argument")),
        case("null", start, r#"{"text": null}"#, (400, "invalid_argument")),
        case("a list", start, format!(r#"["{SECRET}"]"#), (400, "invalid_argument")),
        case("a string", start, format!(r#""{SECRET}""#), (400, "invalid_argument")),
        case("no text", start, "{}", (400, "invalid_argument")),
        case(
            "text twice",
            start,
            format!(r#"{{"text": "a", "text": "{SECRET}"}}"#),
            (400, "invalid_argument"),
        ),
        case("huge body", start, huge, (413, "too_long")),
        Case {
            head: "content-type: text/plain\r\n",
            ..case("plain", start, SECRET, (415, "wrong_content_type"))
        },
        Case {
            head: "content-type: jane.doe@example.com\r\n",
            ..case("odd type", start, SECRET, (415, "wrong_content_type"))
        },
        Case {
            head: "",
            ..case("no type", start, r#"{"text": "a"}"#, (415, "wrong_content_type"))
        },
    ]
}

/// Errors of fields that only tickets have, or of paths.
fn others() -> Vec<Case> {
    let ticket = |rest: &str| format!(r#"{{"text": "a printer", {rest}}}"#);
    let long_id = format!("{SECRET}{}", "x".repeat(300));
    let many: Vec<String> = (0..70).map(|key| format!(r#""{key}{SECRET}": "v""#)).collect();
    let value = "x".repeat(5_000);
    vec![
        case(
            "unknown field",
            ROUTE,
            ticket(r#""jane.doe@example.com": 1"#),
            (400, "unknown_field"),
        ),
        case(
            "field in scrub",
            SCRUB,
            ticket(r#""jane.doe@example.com": 1"#),
            (400, "unknown_field"),
        ),
        case(
            "a value that looks like the end of a message",
            ROUTE,
            ticket(&format!(r#""explain": "x, expected {SECRET} at line 1""#)),
            (400, "invalid_argument"),
        ),
        case(
            "a field that looks like the end of a message",
            ROUTE,
            ticket(&format!(r#""x`, expected {SECRET} at line 1": 1"#)),
            (400, "unknown_field"),
        ),
        case("unknown task", ROUTE, ticket(r#""task": "weather""#), (404, "unknown_task")),
        case(
            "task that is no name",
            ROUTE,
            ticket(r#""task": "jane.doe@example.com""#),
            (400, "invalid_argument"),
        ),
        case("long id", ROUTE, ticket(&format!(r#""id": "{long_id}""#)), (400, "invalid_argument")),
        case(
            "long conversation",
            ROUTE,
            ticket(&format!(r#""conversation_id": "{long_id}""#)),
            (400, "invalid_argument"),
        ),
        case(
            "much metadata",
            ROUTE,
            ticket(&format!(r#""metadata": {{{}}}"#, many.join(","))),
            (400, "invalid_argument"),
        ),
        case(
            "long metadata",
            ROUTE,
            ticket(&format!(r#""metadata": {{"{SECRET}": "{value}"}}"#)),
            (400, "invalid_argument"),
        ),
        case(
            "long metadata key",
            ROUTE,
            ticket(&format!(r#""metadata": {{"{long_id}": "v"}}"#)),
            (400, "invalid_argument"),
        ),
        case(
            "metadata of numbers",
            ROUTE,
            ticket(r#""metadata": {"jane.doe@example.com": 4111}"#),
            (400, "invalid_argument"),
        ),
        case(
            "unknown path",
            "POST /v1/jane.doe@example.com",
            r#"{"text": "a"}"#,
            (404, "not_found"),
        ),
        case("root", "GET /", "", (404, "not_found")),
        case(
            "reading a route",
            "GET /v1/tickets/route?q=jane.doe@example.com",
            "",
            (405, "method_not_allowed"),
        ),
        case(
            "putting a route",
            "PUT /v1/tickets/route",
            r#"{"text": "a"}"#,
            (405, "method_not_allowed"),
        ),
        case("deleting a scrub", "DELETE /v1/pii/scrub", "", (405, "method_not_allowed")),
        case("reading an analysis", "GET /analyze", "", (405, "method_not_allowed")),
        case("no operator", "POST /deanonymize", SECRET, (404, "not_found")),
        case("no operator", "POST /v1/pii/deanonymize", SECRET, (404, "not_found")),
        case("posting health", "POST /health", r#"{"text": "a"}"#, (405, "method_not_allowed")),
    ]
}

#[tokio::test]
async fn every_error_has_its_status_and_type_and_repeats_nothing() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let texts = [ROUTE, SCRUB, PREDICT].into_iter().flat_map(of_text);
    let bodies = [ROUTE, SCRUB, PREDICT, ANALYZE, ANONYMIZE].into_iter().flat_map(of_body);
    let cases = texts.chain(bodies).chain(others());
    for Case { what, start, head, body, answer } in cases {
        let reply = http::send(agent.api, start, head, &body).await;
        assert_eq!(
            (reply.status, reply.error_type().as_str()),
            answer,
            "{start}: {what}: {reply:?}"
        );
        // The id of a request is random digits, and may hold any.
        let told = format!("{}{}", reply.head, reply.body)
            .replace(reply.json()["error"]["request_id"].as_str().unwrap(), "");
        for part in [SECRET, "jane", "weather", "4111", "xxxx"] {
            assert!(!told.contains(part), "{start}: {what}: {reply:?}");
        }
    }
    assert_eq!(linear.asked(), 0);
}

#[tokio::test]
async fn what_is_odd_but_right_is_answered() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let text = "é".repeat(32_768);
    let escaped: String = text.chars().map(|_| "\\u00e9").collect();
    let odd: [(&str, String); 4] = [
        (
            "content-type: Application/JSON; charset=utf-8\r\n",
            r#"{"text": "a printer"}"#.to_owned(),
        ),
        (
            JSON,
            r#" {"explain": true, "metadata": {"k": "v"}, "text": "a printer", "id": ""} "#
                .to_owned(),
        ),
        (JSON, json!({"text": text}).to_string()),
        (JSON, format!(r#"{{"text": "{escaped}"}}"#)),
    ];
    for (head, body) in odd {
        let reply = http::send(agent.api, ROUTE, head, body.as_bytes()).await;
        assert_eq!(reply.status, 200, "{} bytes: {reply:?}", body.len());
    }
}

#[tokio::test]
async fn only_the_tasks_it_was_given_are_taken() {
    let linear = linear();
    let agent = Agent::before(&linear, &["--tasks", "sentiment"]).await;
    let reply = agent.try_route("a printer").await;
    assert_eq!((reply.status, reply.error_type().as_str()), (404, "unknown_task"));
    assert_eq!(linear.asked(), 0);
}

#[tokio::test]
async fn a_caller_in_a_hurry_is_answered_in_time_and_blames_nobody() {
    let linear = unsure();
    let agent = Agent::before(&linear, &[]).await;
    linear.now(Behaviour::Never);
    for _ in 0..5 {
        let head = "content-type: application/json\r\nx-request-timeout-ms: 60\r\n";
        let reply = http::send(agent.api, ROUTE, head, br#"{"text": "a printer"}"#).await;
        assert_eq!((reply.status, reply.error_type().as_str()), (504, "deadline_exceeded"));
    }
    linear.now(Behaviour::Answer);
    assert_eq!(agent.try_route("a printer").await.status, 200, "the breaker stayed closed");
}
