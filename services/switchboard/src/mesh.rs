//! The way to a mesh: one connection to its agent, many tickets under way at once, answers in order.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::num::NonZeroUsize;
use std::time::Duration;

use anyhow::Context;
use switchboard_proto::v1::agent_client::AgentClient;
use switchboard_proto::v1::{RouteTicketRequest, RouteTicketResponse};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request};

use crate::reply::LineError;
use crate::values::{AgentUrl, duration};

const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// How tickets are sent.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Pace {
    /// Tickets under way at once.
    #[arg(long, default_value = "32", value_name = "N", value_parser = concurrency)]
    concurrency: NonZeroUsize,
    /// How long one ticket may take: 10s, 500ms, 2m.
    #[arg(long, default_value = "10s", value_name = "TIME", value_parser = duration)]
    timeout: Duration,
}

fn concurrency(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .ok()
        .filter(|count: &NonZeroUsize| count.get() <= 1_024)
        .ok_or_else(|| "it must be 1 to 1024".to_owned())
}

/// What became of one ticket.
pub(crate) type Answer = Result<RouteTicketResponse, LineError>;

/// A connection to an agent.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    client: AgentClient<Channel>,
    timeout: Duration,
}

impl Agent {
    /// Connects to the agent at `url`.
    pub(crate) async fn connect(url: &AgentUrl, timeout: Duration) -> anyhow::Result<Self> {
        let endpoint = Endpoint::from_shared(url.to_string())
            .context("read --agent")?
            .connect_timeout(CONNECT_PATIENCE);
        let channel = endpoint.connect().await.map_err(|error| {
            anyhow::anyhow!(
                "no agent answers at {url} ({}): start the mesh with `switchboard up`, or give the --agent of one that runs",
                root_cause(&error)
            )
        })?;
        Ok(Self { client: AgentClient::new(channel), timeout })
    }

    /// Routes one ticket.
    pub(crate) async fn route(mut self, ticket: RouteTicketRequest) -> Answer {
        let mut request = Request::new(ticket);
        request.set_timeout(self.timeout);
        let call = tokio::time::timeout(self.timeout, self.client.route_ticket(request));
        match call.await {
            Ok(Ok(response)) => Ok(response.into_inner()),
            // The transport counts down too, and calls it a cancellation when it is a moment ahead of us.
            Ok(Err(status)) if status.code() == Code::Cancelled => {
                Err(LineError::late(self.timeout))
            }
            Ok(Err(status)) => Err(LineError::refused(&status)),
            Err(_) => Err(LineError::late(self.timeout)),
        }
    }
}

/// Takes answers, in the order of their tickets.
pub(crate) trait Sink {
    /// What belongs to a ticket and does not travel.
    type Note: Send + 'static;

    /// Takes the answer to the next ticket.
    fn answered(&mut self, note: Self::Note, answer: Answer) -> anyhow::Result<()>;

    /// Nothing is ready: a good moment to write what was taken.
    fn idle(&mut self) -> anyhow::Result<()>;
}

/// A ticket to send, or the reason there is none, and what belongs to it.
pub(crate) type Job<N> = (Result<RouteTicketRequest, LineError>, N);

/// Sends every ticket of `jobs` to the agent at `url`, until they end or `stop` does. Whether they ended is returned.
pub(crate) async fn route_all<S: Sink>(
    (url, pace): (&AgentUrl, &Pace),
    mut jobs: Receiver<Job<S::Note>>,
    sink: &mut S,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<bool> {
    let agent = Agent::connect(url, pace.timeout).await?;
    let mut under_way: VecDeque<(S::Note, JoinHandle<Answer>)> = VecDeque::new();
    let mut more = true;
    let mut stop = std::pin::pin!(stop);
    while more || !under_way.is_empty() {
        if !under_way.front().is_some_and(|(_, call)| call.is_finished()) {
            sink.idle()?;
        }
        tokio::select! {
            job = jobs.recv(), if more && under_way.len() < pace.concurrency.get() => match job {
                Some((ticket, note)) => under_way.push_back((note, start(&agent, ticket))),
                None => more = false,
            },
            answer = first(&mut under_way), if !under_way.is_empty() => {
                let answer = answer.context("wait for an answer")?;
                if let Some((note, _)) = under_way.pop_front() {
                    sink.answered(note, answer)?;
                }
            }
            () = &mut stop => {
                sink.idle()?;
                return Ok(false);
            }
        }
    }
    sink.idle()?;
    Ok(true)
}

/// Where calls to the mesh run.
pub(crate) fn runtime() -> anyhow::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("start a runtime")
}

fn start(agent: &Agent, ticket: Result<RouteTicketRequest, LineError>) -> JoinHandle<Answer> {
    let agent = agent.clone();
    tokio::spawn(async move { agent.route(ticket?).await })
}

/// The answer to the first of the tickets under way. May be asked again until it is taken off.
async fn first<N>(
    under_way: &mut VecDeque<(N, JoinHandle<Answer>)>,
) -> Result<Answer, tokio::task::JoinError> {
    match under_way.front_mut() {
        Some((_, call)) => call.await,
        None => std::future::pending().await,
    }
}

/// The innermost cause in the fewest words: `connection refused` rather than `transport error`.
fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    match cause.downcast_ref::<io::Error>() {
        Some(error) => error.kind().to_string(),
        None => cause.to_string(),
    }
}
