//! Told to stop, the agent finishes what it began and takes on nothing new.

use std::time::{Duration, Instant};

use serde_json::json;
use switchboard_proto::v1::RouteTicketRequest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::common::agent::linear;
use crate::common::{AT_ONCE, Agent, Behaviour, eventually, http};

const PRINTER: &str = "my printer is broken";

fn ticket() -> RouteTicketRequest {
    RouteTicketRequest { text: PRINTER.into(), ..Default::default() }
}

#[tokio::test]
async fn requests_under_way_are_answered_and_new_connections_refused() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    linear.now(Behaviour::After(Duration::from_millis(500)));
    let api = agent.api;
    let over_http = tokio::spawn(async move {
        http::post(api, "/v1/tickets/route", &json!({"text": PRINTER})).await
    });
    let mut client = agent.client().await;
    let over_grpc = tokio::spawn(async move { client.route_ticket(ticket()).await });
    let mut client = agent.client().await;
    let streamed = tokio::spawn(async move {
        let answers = client.route_tickets(tokio_stream::iter(vec![ticket(); 3])).await;
        let mut answers = answers.unwrap().into_inner();
        let mut count = 0;
        while answers.message().await.unwrap().is_some() {
            count += 1;
        }
        count
    });
    eventually(async || linear.asked() == 5).await;
    agent.stop.cancel();
    eventually(async || TcpStream::connect(agent.api).await.is_err()).await;
    assert!(TcpStream::connect(agent.admin).await.is_err());
    // The process ends when this does, so nothing may be left to do then.
    agent.task.await.unwrap().unwrap();
    assert_eq!(linear.answered(), 5);
    let reply = over_http.await.unwrap();
    assert_eq!((reply.status, &reply.json()["label"]), (200, &json!("Hardware")));
    assert_eq!(over_grpc.await.unwrap().unwrap().into_inner().label, "Hardware");
    assert_eq!(streamed.await.unwrap(), 3);
}

/// Sends a request on `stream` and reads its answer, leaving the connection open.
async fn use_connection(stream: &mut TcpStream) {
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: agent\r\n\r\n").await.unwrap();
    let mut buffer = [0; 4096];
    let length = stream.read(&mut buffer).await.unwrap();
    assert!(buffer[..length].starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn connections_that_ask_nothing_hold_up_nothing() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let mut kept_alive = TcpStream::connect(agent.api).await.unwrap();
    use_connection(&mut kept_alive).await;
    let mut client = agent.client().await;
    client.route_ticket(ticket()).await.unwrap();
    let _silent = TcpStream::connect(agent.api).await.unwrap();
    let _silent_admin = TcpStream::connect(agent.admin).await.unwrap();
    use_connection(&mut kept_alive).await;
    let started = Instant::now();
    agent.stop.cancel();
    agent.task.await.unwrap().unwrap();
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    assert_eq!(kept_alive.read(&mut [0; 16]).await.unwrap(), 0, "the connection was closed");
}

#[tokio::test]
async fn an_open_stream_ends_when_the_agent_stops() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let (send, tickets) = mpsc::channel(1);
    let mut client = agent.client().await;
    let answers = client.route_tickets(ReceiverStream::new(tickets)).await.unwrap();
    let mut answers = answers.into_inner();
    send.send(ticket()).await.unwrap();
    assert!(answers.message().await.unwrap().is_some());
    let started = Instant::now();
    agent.stop.cancel();
    assert!(answers.message().await.unwrap().is_none(), "the stream ends, it does not break");
    agent.task.await.unwrap().unwrap();
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
}
