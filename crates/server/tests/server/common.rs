//! A small service, and a client that sends bytes.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::routing::{any, get, post};
use serde_json::{Value, json};
use switchboard_server::admin::{Administered, Readiness};
use switchboard_server::{
    ApiError, ErrorKind, Json, Listeners, Service, StartError, Stop, deadline,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};

pub(crate) const NAME: &str = "switchboard.v1.Fake";
/// Where a naive implementation would wait for a whole limit, what ends within this time ended at once.
pub(crate) const AT_ONCE: Duration = Duration::from_secs(2);
/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Default)]
struct Admin {
    ready: AtomicBool,
    answered: Mutex<Vec<(&'static str, &'static str)>>,
}

impl Administered for Admin {
    fn metrics(&self) -> String {
        "fake_requests_total 1\n".to_owned()
    }

    fn readiness(&self) -> Readiness {
        let ready = self.ready.load(Ordering::SeqCst);
        let lacks = if ready { vec![] } else { vec!["there is no model".to_owned()] };
        Readiness { ready, lacks }
    }

    fn answered(&self, endpoint: &'static str, outcome: &'static str, _: Duration) {
        self.answered.lock().unwrap().push((endpoint, outcome));
    }
}

const ENDPOINTS: &[switchboard_server::observe::Endpoint] = &[
    switchboard_server::observe::Endpoint { path: "/echo", name: "echo" },
    switchboard_server::observe::Endpoint { path: "/slow", name: "slow" },
    switchboard_server::observe::Endpoint { path: "/fault", name: "fault" },
];

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    text: String,
    #[serde(default)]
    twice: bool,
}

async fn echo(Json(body): Json<Body>) -> Result<Json<Value>, ApiError> {
    let times = if body.twice { 2 } else { 1 };
    Ok(Json(json!({"characters": body.text.chars().count() * times})))
}

async fn fault(_: Result<Bytes, BytesRejection>) -> ApiError {
    ApiError::new(ErrorKind::Internal, "the fake failed")
}

/// A running service. It stops when the test's runtime ends.
pub(crate) struct Fake {
    pub(crate) api: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) stop: Stop,
    pub(crate) task: JoinHandle<Result<(), StartError>>,
    /// Slow requests that arrived.
    pub(crate) slow: Arc<AtomicUsize>,
    /// Slow requests that were answered.
    pub(crate) done: Arc<AtomicUsize>,
    state: Arc<Admin>,
}

impl Fake {
    pub(crate) async fn start() -> Self {
        Self::observing(ENDPOINTS).await
    }

    pub(crate) async fn observing(
        endpoints: &'static [switchboard_server::observe::Endpoint],
    ) -> Self {
        let local = "127.0.0.1:0".parse().unwrap();
        let listeners = Listeners::bind(local, local).await.unwrap();
        let (api, admin) =
            (listeners.api.local_addr().unwrap(), listeners.admin.local_addr().unwrap());
        let (slow, state, stop) =
            (Arc::<AtomicUsize>::default(), Arc::<Admin>::default(), Stop::new());
        let done = Arc::<AtomicUsize>::default();
        let (arrived, answered) = (slow.clone(), done.clone());
        let takes_a_while = async move || {
            arrived.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(400)).await;
            answered.fetch_add(1, Ordering::SeqCst);
            "done"
        };
        let patience = async |headers: axum::http::HeaderMap| {
            let until = deadline::of(&headers, Duration::from_secs(5));
            (until - tokio::time::Instant::now()).as_millis().to_string()
        };
        let http = Router::new()
            .route("/echo", post(echo))
            .route("/slow", any(takes_a_while))
            .route("/fault", post(fault))
            .route("/patience", get(patience));
        let service = Service {
            name: NAME,
            http,
            grpc: tonic::service::Routes::builder(),
            descriptors: tonic_health::pb::FILE_DESCRIPTOR_SET,
            endpoints,
            admin: state.clone(),
            admin_pages: Router::new(),
        };
        let task = tokio::spawn(service.run(listeners, stop.clone()));
        Self { api, admin, stop, task, slow, done, state }
    }

    /// Endpoint and outcome of what was counted so far.
    pub(crate) fn answered(&self) -> Vec<(&'static str, &'static str)> {
        self.state.answered.lock().unwrap().clone()
    }

    pub(crate) fn is_ready(&self, ready: bool) {
        self.state.ready.store(ready, Ordering::SeqCst);
    }

    pub(crate) async fn channel(&self) -> Channel {
        Endpoint::try_from(format!("http://{}", self.api)).unwrap().connect().await.unwrap()
    }
}

/// A reply.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

/// Sends `head`, whose lines end in `\n` here, and then `body`; nothing more follows.
pub(crate) async fn send(addr: SocketAddr, head: &str, body: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let head = head.replace('\n', "\r\n");
    let request = format!("{head}\r\nhost: fake\r\nconnection: close\r\n\r\n");
    stream.write_all(&[request.as_bytes(), body].concat()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

pub(crate) async fn get_path(addr: SocketAddr, path: &str) -> Reply {
    send(addr, &format!("GET {path} HTTP/1.1"), b"").await
}

/// Looks again and again until `condition` holds.
pub(crate) async fn eventually(mut condition: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < PATIENCE, "it never comes true");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
