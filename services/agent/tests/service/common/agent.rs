//! An agent on ports of its own.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use agent::Config;
use clap::Parser;
use serde_json::{Value, json};
use switchboard_proto::v1::agent_client::AgentClient;
use switchboard_proto::v1::{RouteTicketRequest, RouteTicketResponse};
use switchboard_server::{Listeners, Stop};
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

use super::http::{self, Reply};
use super::{Fake, fake};

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running agent. It stops when the test's runtime ends.
pub(crate) struct Agent {
    pub(crate) api: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) stop: Stop,
    pub(crate) task: JoinHandle<anyhow::Result<()>>,
}

impl Agent {
    /// Starts with `flags`, and does not wait for anything.
    pub(crate) async fn start(flags: &[&str]) -> Self {
        let local = "127.0.0.1:0".parse().unwrap();
        let listeners = Listeners::bind(local, local).await.unwrap();
        let api = listeners.api.local_addr().unwrap();
        let admin = listeners.admin.local_addr().unwrap();
        let config = Config::try_parse_from([&["agent"], flags].concat()).unwrap();
        let stop = Stop::new();
        let task = tokio::spawn(agent::serve(config, listeners, stop.clone()));
        Self { api, admin, stop, task }
    }

    /// Starts in front of `linear` and waits until it has seen it.
    pub(crate) async fn before(linear: &Fake, flags: &[&str]) -> Self {
        let url = linear.url();
        let agent = Self::start(&[&["--tfidf-url", &url], flags].concat()).await;
        agent.sees("tfidf_service", "healthy").await;
        agent
    }

    /// Starts in front of both and waits until it has seen them.
    pub(crate) async fn before_both(linear: &Fake, transformer: &Fake, flags: &[&str]) -> Self {
        let url = transformer.url();
        let agent = Self::before(linear, &[&["--transformer-url", &url], flags].concat()).await;
        agent.sees("transformer_service", "healthy").await;
        agent
    }

    /// Waits until `/health` says so of a model service.
    pub(crate) async fn sees(&self, service: &str, state: &str) {
        eventually(async || http::get(self.api, "/health").await.json()[service] == state).await;
    }

    pub(crate) async fn route(&self, text: &str) -> Value {
        let reply = self.try_route(text).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    pub(crate) async fn try_route(&self, text: &str) -> Reply {
        http::post(self.api, "/v1/tickets/route", &json!({"text": text})).await
    }

    pub(crate) async fn metrics(&self) -> String {
        http::get(self.admin, "/metrics").await.body
    }

    pub(crate) async fn channel(&self) -> Channel {
        Endpoint::try_from(format!("http://{}", self.api)).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn client(&self) -> AgentClient<Channel> {
        AgentClient::new(self.channel().await)
    }

    pub(crate) async fn grpc(
        &self,
        request: RouteTicketRequest,
    ) -> Result<RouteTicketResponse, Status> {
        Ok(self.client().await.route_ticket(request).await?.into_inner())
    }
}

/// A confident linear model with nothing special about it.
pub(crate) fn linear() -> Fake {
    Fake::start("tfidf", [0.05, 0.9, 0.05])
}

/// A transformer whose label is another one.
pub(crate) fn transformer() -> Fake {
    Fake::start("transformer", [0.02, 0.03, 0.95])
}

/// The linear model is not sure.
pub(crate) fn unsure() -> Fake {
    Fake::start("tfidf", fake::UNSURE)
}

/// Looks again and again until `condition` holds.
pub(crate) async fn eventually(mut condition: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < PATIENCE, "it never comes true");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
