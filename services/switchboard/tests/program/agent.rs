//! A small agent, for what talks to one.

use std::net::SocketAddr;
use std::time::Duration;

use switchboard_proto::v1::agent_server::{Agent, AgentServer};
use switchboard_proto::v1::{
    AnsweringModel, Decision, Language, PiiSpan, RouteTicketRequest, RouteTicketResponse,
    RouteTicketsResponse, ScrubRequest, ScrubResponse, Term, Timings,
};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status, Streaming};

/// A running agent; it ends when this is dropped.
pub(crate) struct FakeAgent {
    pub(crate) addr: SocketAddr,
    _runtime: Runtime,
}

impl FakeAgent {
    /// An agent on a port of its own choice.
    pub(crate) fn start() -> Self {
        Self::start_on("127.0.0.1:0".parse().unwrap())
    }

    /// An agent that is serving, and says so.
    pub(crate) fn start_on(addr: SocketAddr) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind(addr)).unwrap();
        let addr = listener.local_addr().unwrap();
        // A fresh health service says of the server as a whole that it is serving.
        let (_, health) = tonic_health::server::health_reporter();
        let server = Server::builder().add_service(health).add_service(AgentServer::new(Echo));
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        runtime.spawn(server.serve_with_incoming(incoming));
        Self { addr, _runtime: runtime }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

/// Answers with a label read off the text: `Hardware` for what names a printer or a laptop, else `Access`.
///
/// `refuse` is refused as the real agent refuses, `slow` is answered late, and `never` not at all.
struct Echo;

#[tonic::async_trait]
impl Agent for Echo {
    async fn route_ticket(
        &self,
        request: Request<RouteTicketRequest>,
    ) -> Result<Response<RouteTicketResponse>, Status> {
        let ticket = request.into_inner();
        if ticket.text.contains("refuse") {
            let mut status = Status::invalid_argument("`text` is empty: write something");
            status.metadata_mut().insert("x-error-type", "empty_text".parse().unwrap());
            status.metadata_mut().insert("x-request-id", "r-7".parse().unwrap());
            return Err(status);
        }
        if ticket.text.contains("never") {
            std::future::pending::<()>().await;
        }
        if ticket.text.contains("slow") {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(Response::new(answer(ticket)))
    }

    type RouteTicketsStream = tokio_stream::Empty<Result<RouteTicketsResponse, Status>>;

    async fn route_tickets(
        &self,
        _: Request<Streaming<RouteTicketRequest>>,
    ) -> Result<Response<Self::RouteTicketsStream>, Status> {
        Err(Status::unimplemented("not asked for"))
    }

    async fn scrub(&self, _: Request<ScrubRequest>) -> Result<Response<ScrubResponse>, Status> {
        Err(Status::unimplemented("not asked for"))
    }
}

fn answer(ticket: RouteTicketRequest) -> RouteTicketResponse {
    let is_hardware = ["printer", "laptop"].iter().any(|word| ticket.text.contains(word));
    let (label, other) = if is_hardware { ("Hardware", "Access") } else { ("Access", "Hardware") };
    let term = Term { text: "a".to_owned(), start: 0, end: 1, weight: 0.5 };
    RouteTicketResponse {
        request_id: "r-1".to_owned(),
        ticket_id: ticket.id,
        task: ticket.task,
        label: label.to_owned(),
        confidence: 0.9,
        scores: [(label.to_owned(), 0.9), (other.to_owned(), 0.1)].into(),
        needs_review: false,
        model: Some(AnsweringModel {
            name: "category-tfidf".to_owned(),
            version: 3,
            family: "tfidf".to_owned(),
            ..AnsweringModel::default()
        }),
        language: Some(Language { code: "en".to_owned(), confidence: 0.75 }),
        scrubbed_text: ticket.text,
        pii: vec![PiiSpan { r#type: "EMAIL_ADDRESS".to_owned(), start: 1, end: 4, score: 0.5 }],
        decision: Some(Decision {
            route: "tfidf".to_owned(),
            reason: "confident".to_owned(),
            explanation: "The model is sure.".to_owned(),
            degraded: true,
            policy: "standard".to_owned(),
            policy_version: "0123456789ab".to_owned(),
            decided_by: "escalate_below".to_owned(),
            otherwise: "a confidence below 0.70 would have asked the transformer".to_owned(),
            routing_version: 2,
            canary: true,
        }),
        terms: if ticket.explain { vec![term] } else { Vec::new() },
        timings_ms: Some(Timings { scrub: 0.1, route: 0.2, classify: 0.3, total: 0.6 }),
        tokens_total: 4,
        tokens_used: 4,
        truncated: false,
        out_of_vocabulary: 0.25,
        trust: "automatic".to_owned(),
        prediction_set: vec![label.to_owned()],
        coverage: Some(0.9),
        out_of_scope: Some(0.5),
        models: said(&ticket.route, label, other),
    }
}

/// What the models say; their scores are told to whoever names them.
fn said(route: &str, label: &str, other: &str) -> Vec<AnsweringModel> {
    let model = |family: &str, version, label: &str, other: &str| AnsweringModel {
        name: format!("category-{family}"),
        version,
        family: family.to_owned(),
        label: label.to_owned(),
        confidence: 0.9,
        scores: if route.is_empty() {
            [].into()
        } else {
            [(label.to_owned(), 0.9), (other.to_owned(), 0.1)].into()
        },
    };
    let linear = model("tfidf", 3, label, other);
    if route == "both" {
        vec![AnsweringModel { version: 1, ..linear }, model("transformer", 1, other, label)]
    } else {
        vec![linear]
    }
}
