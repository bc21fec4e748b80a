//! What gRPC callers are told when something is wrong with a request.

use std::collections::HashMap;

use switchboard_proto::v1::{RouteTicketRequest, ScrubRequest};
use tonic::{Code, Status};

use crate::common::Agent;
use crate::common::agent::linear;
use crate::common::raw_grpc::{call, call_stream, field};

const SECRET: &str = "jane.doe@example.com";

fn ticket(text: &str) -> RouteTicketRequest {
    RouteTicketRequest { text: text.to_owned(), ..Default::default() }
}

fn error_type(status: &Status) -> &str {
    status.metadata().get("x-error-type").map_or("", |value| value.to_str().unwrap())
}

fn cases() -> Vec<(RouteTicketRequest, Code, &'static str)> {
    let long = format!("{SECRET}{}", "x".repeat(70_000));
    let named = || ticket("a printer");
    let long_id = format!("{SECRET}{}", "x".repeat(300));
    let metadata = |key: String, value: String| HashMap::from([(key, value)]);
    let many: HashMap<_, _> =
        (0..70).map(|key| (format!("{key}{SECRET}"), String::new())).collect();
    vec![
        (ticket(""), Code::InvalidArgument, "empty_text"),
        (ticket(" \n\t\u{2003}"), Code::InvalidArgument, "empty_text"),
        (ticket(&long), Code::InvalidArgument, "too_long"),
        (RouteTicketRequest { task: "weather".into(), ..named() }, Code::NotFound, "unknown_task"),
        (
            RouteTicketRequest { task: SECRET.into(), ..named() },
            Code::InvalidArgument,
            "invalid_argument",
        ),
        (
            RouteTicketRequest { id: long_id.clone(), ..named() },
            Code::InvalidArgument,
            "invalid_argument",
        ),
        (
            RouteTicketRequest { conversation_id: long_id.clone(), ..named() },
            Code::InvalidArgument,
            "invalid_argument",
        ),
        (
            RouteTicketRequest { metadata: many, ..named() },
            Code::InvalidArgument,
            "invalid_argument",
        ),
        (
            RouteTicketRequest { metadata: metadata(long_id, String::new()), ..named() },
            Code::InvalidArgument,
            "invalid_argument",
        ),
        (
            RouteTicketRequest { metadata: metadata(SECRET.into(), "x".repeat(5_000)), ..named() },
            Code::InvalidArgument,
            "invalid_argument",
        ),
    ]
}

#[tokio::test]
async fn every_error_has_its_code_and_type_and_repeats_nothing() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    for (request, code, name) in cases() {
        let shown = format!("{:.200}", format!("{request:?}"));
        let status = agent.grpc(request).await.unwrap_err();
        assert_eq!((status.code(), error_type(&status)), (code, name), "{shown}: {status:?}");
        assert_eq!(status.metadata().get("x-request-id").unwrap().len(), 36);
        for part in ["jane", "weather", "xxxx"] {
            assert!(!format!("{status:?}").contains(part), "{shown}: {status:?}");
        }
    }
    let mut client = agent.client().await;
    let status = client.scrub(ScrubRequest { text: " ".into() }).await.unwrap_err();
    assert_eq!((status.code(), error_type(&status)), (Code::InvalidArgument, "empty_text"));
    assert_eq!(linear.asked(), 0);
}

#[tokio::test]
async fn text_that_is_not_utf8_is_the_callers_mistake() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let text = field(1, b"jane.doe@example.com \xff\xfe");
    for method in ["RouteTicket", "Scrub"] {
        let status = call(&agent, method, text.clone()).await.unwrap_err();
        let told = (status.code(), error_type(&status), status.message());
        let expected =
            (Code::InvalidArgument, "invalid_utf8", "a text of the message is not UTF-8");
        assert_eq!(told, expected, "{method}: {status:?}");
        assert!(!format!("{status:?}").contains("jane"), "{method}: {status:?}");
    }
    let broken = b"\x0a\x7fjane".to_vec();
    let status = call(&agent, "RouteTicket", broken).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "a message that breaks off: {status:?}");
    assert!(!format!("{status:?}").contains("jane"), "{status:?}");
    let good = call(&agent, "RouteTicket", field(1, b"a printer")).await;
    assert!(good.is_ok(), "{good:?}");
}

#[tokio::test]
async fn a_stream_that_cannot_be_read_ends_as_the_callers_mistake() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let messages = vec![field(1, b"a printer"), field(1, b"jane \xff"), field(1, b"a printer")];
    let (answers, status) = call_stream(&agent, "RouteTickets", messages).await;
    let status = status.expect("the stream ends with a status");
    assert_eq!((answers.len(), status.code()), (1, Code::InvalidArgument), "{status:?}");
    assert!(!format!("{status:?}").contains("jane"), "{status:?}");
}

#[tokio::test]
async fn an_unknown_method_is_unimplemented() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let status = call(&agent, "Forget", Vec::new()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented, "{status:?}");
}
