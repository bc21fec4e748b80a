//! Many tickets in one stream.

use switchboard_proto::v1::route_tickets_response::Result as Outcome;
use switchboard_proto::v1::{RouteTicketRequest, RouteTicketsResponse};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Streaming};

use crate::common::agent::linear;
use crate::common::{Agent, Behaviour, eventually};

fn ticket(id: usize, text: &str) -> RouteTicketRequest {
    RouteTicketRequest { text: text.to_owned(), id: id.to_string(), ..Default::default() }
}

async fn all(mut answers: Streaming<RouteTicketsResponse>) -> Vec<Outcome> {
    let mut all = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        all.push(answer.result.unwrap());
    }
    all
}

async fn stream(agent: &Agent, tickets: Vec<RouteTicketRequest>) -> Vec<Outcome> {
    let answers = agent.client().await.route_tickets(tokio_stream::iter(tickets)).await.unwrap();
    all(answers.into_inner()).await
}

#[tokio::test]
async fn two_hundred_tickets_are_answered_in_order_though_some_take_longer() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let text = |id| if id % 7 == 0 { "slow printer" } else { "quick printer" };
    let answers = stream(&agent, (0..200).map(|id| ticket(id, text(id))).collect()).await;
    let ids: Vec<String> = answers
        .into_iter()
        .map(|answer| match answer {
            Outcome::Ticket(ticket) => ticket.ticket_id,
            Outcome::Error(error) => panic!("{error:?}"),
        })
        .collect();
    assert_eq!(ids, (0..200).map(|id| id.to_string()).collect::<Vec<_>>());
    assert_eq!(linear.asked(), 200);
}

#[tokio::test]
async fn a_bad_ticket_gets_its_error_in_its_place_and_the_rest_go_on() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let mut tickets: Vec<_> = (0..6).map(|id| ticket(id, "slow printer")).collect();
    tickets[1].text = " ".into();
    tickets[3].task = "weather".into();
    tickets[4].text = "x".repeat(70_000);
    let answers = stream(&agent, tickets).await;
    let told: Vec<_> = answers
        .into_iter()
        .map(|answer| match answer {
            Outcome::Ticket(ticket) => (ticket.ticket_id, Code::Ok, "ok".to_owned()),
            Outcome::Error(error) => (error.ticket_id, Code::from_i32(error.code), error.r#type),
        })
        .collect();
    let told: Vec<_> =
        told.iter().map(|(id, code, name)| (id.as_str(), *code, name.as_str())).collect();
    let expected = [
        ("0", Code::Ok, "ok"),
        ("1", Code::InvalidArgument, "empty_text"),
        ("2", Code::Ok, "ok"),
        ("3", Code::NotFound, "unknown_task"),
        ("4", Code::InvalidArgument, "too_long"),
        ("5", Code::Ok, "ok"),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn an_answer_comes_before_the_next_ticket_is_sent() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let (send, tickets) = mpsc::channel(1);
    let mut client = agent.client().await;
    let answers = client.route_tickets(ReceiverStream::new(tickets)).await.unwrap();
    let mut answers = answers.into_inner();
    for id in 0..3 {
        send.send(ticket(id, "a printer")).await.unwrap();
        assert!(answers.next().await.unwrap().is_ok());
    }
    drop(send);
    assert!(answers.next().await.is_none());
}

#[tokio::test]
async fn no_ticket_of_a_broken_mesh_ends_the_stream() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    linear.kill();
    let answers = stream(&agent, (0..40).map(|id| ticket(id, "a printer")).collect()).await;
    assert_eq!(answers.len(), 40);
    for answer in answers {
        let Outcome::Error(error) = answer else { panic!("nobody can have answered") };
        assert_eq!((error.code, error.r#type.as_str()), (Code::Unavailable as i32, "unavailable"));
    }
}

#[tokio::test]
async fn a_caller_that_leaves_in_the_middle_of_a_ticket_is_no_fault() {
    let agent = Agent::before(&linear(), &[]).await;
    let head =
        "POST /switchboard.v1.Agent/RouteTickets HTTP/1.1\r\nhost: agent\r\ncontent-length: 90\r\n";
    let head = [head, "content-type: application/grpc\r\nconnection: close\r\n\r\n"].concat();
    let half = b"\0\0\0\0\x09\x0a\x07pr";
    let mut caller = TcpStream::connect(agent.api).await.unwrap();
    caller.write_all(&[head.as_bytes(), half].concat()).await.unwrap();
    caller.shutdown().await.unwrap();
    caller.read_to_end(&mut Vec::new()).await.unwrap();
    let metrics = agent.metrics().await;
    let tickets =
        metrics.lines().filter(|line| line.contains("endpoint=\"route_tickets\",outcome="));
    let counted: Vec<_> = tickets.filter(|line| !line.ends_with(" 0")).collect();
    assert!(counted.is_empty(), "{counted:?}");
}

#[tokio::test]
async fn a_client_that_hangs_up_gives_its_places_back() {
    let linear = linear();
    let flags = ["--max-in-flight", "32", "--tfidf-timeout-ms", "60000", "--longest-ms", "60000"];
    let agent = Agent::before(&linear, &flags).await;
    linear.now(Behaviour::Never);
    let mut client = agent.client().await;
    let (send, tickets) = mpsc::channel(64);
    for id in 0..40 {
        send.send(ticket(id, "a printer")).await.unwrap();
    }
    let answers = client.route_tickets(ReceiverStream::new(tickets)).await.unwrap();
    eventually(async || linear.asked() == 32).await;
    assert_eq!(agent.try_route("a printer").await.error_type(), "overloaded");
    drop((send, answers, client));
    linear.now(Behaviour::Answer);
    eventually(async || agent.try_route("a printer").await.status == 200).await;
}
