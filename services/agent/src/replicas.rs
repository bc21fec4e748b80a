//! The processes behind one model service's URL.
//!
//! One HTTP/2 connection carries all requests of an agent, so whoever balances connections leaves all replicas but one idle. The agent
//! therefore looks the name up itself (a headless Kubernetes Service, or a scaled Compose service, answers with every replica) and takes turns.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use switchboard_proto::v1::classifier_client::ClassifierClient;
use tonic::transport::{Channel, Endpoint};

const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
const LOOKUP_PERIOD: Duration = Duration::from_secs(5);
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(1);
/// How long a replica that failed is passed over while others do not.
const PAUSE: Duration = Duration::from_secs(2);
/// More replicas than these get no work from this agent.
const MAX_REPLICAS: usize = 64;

/// The replicas of one service; at least one.
pub(crate) struct Replicas {
    endpoint: Endpoint,
    current: ArcSwap<Vec<Arc<Replica>>>,
    turn: AtomicUsize,
    looked_up: Mutex<Option<Instant>>,
}

/// One process, or, where a name leads to one address only, whatever the name leads to when a connection is made.
pub(crate) struct Replica {
    addr: Option<SocketAddr>,
    client: ClassifierClient<Channel>,
    failed_at: Mutex<Option<Instant>>,
}

impl Replicas {
    /// Connects when first needed.
    pub(crate) fn new(endpoint: Endpoint) -> Self {
        let endpoint = endpoint
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(10))
            .keep_alive_timeout(Duration::from_secs(5))
            .keep_alive_while_idle(true);
        let only = Replica::new(None, &endpoint);
        Self {
            current: ArcSwap::from_pointee(vec![Arc::new(only)]),
            endpoint,
            turn: AtomicUsize::default(),
            looked_up: Mutex::default(),
        }
    }

    /// The replica whose turn it is; one that failed lately only when all did.
    pub(crate) fn next(&self) -> Arc<Replica> {
        let replicas = self.current.load();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let in_turn = (0..replicas.len()).map(|step| &replicas[(turn + step) % replicas.len()]);
        let mut well = in_turn.filter(|replica| !replica.is_ailing());
        well.next().unwrap_or(&replicas[turn % replicas.len()]).clone()
    }

    /// Another replica than `this`, if one is well.
    pub(crate) fn instead_of(&self, this: &Arc<Replica>) -> Option<Arc<Replica>> {
        let other = self.next();
        (!Arc::ptr_eq(&other, this) && !other.is_ailing()).then_some(other)
    }

    /// Looks the name up again, unless that was done a moment ago or the URL holds an address. When it fails, what was known stays.
    pub(crate) async fn refresh(&self) {
        let Some((host, port)) = self.name() else { return };
        let now = Instant::now();
        {
            let mut looked_up = self.looked_up.lock().unwrap_or_else(PoisonError::into_inner);
            if looked_up.is_some_and(|last| now - last < LOOKUP_PERIOD) {
                return;
            }
            *looked_up = Some(now);
        }
        let lookup = tokio::net::lookup_host((host, port));
        if let Ok(Ok(found)) = tokio::time::timeout(LOOKUP_TIMEOUT, lookup).await {
            self.update(found.collect());
        }
    }

    /// Host and port, if the host is a name.
    fn name(&self) -> Option<(&str, u16)> {
        let uri = self.endpoint.uri();
        let host = uri.host()?;
        let is_address = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        (!is_address).then(|| (host, uri.port_u16().unwrap_or(80)))
    }

    /// Takes turns among `found` from now on. Connections to those that stay are kept.
    pub(crate) fn update(&self, found: Vec<SocketAddr>) {
        let found = one_family(found);
        let before = self.current.load();
        let known = |addr: &SocketAddr| before.iter().find(|known| known.addr == Some(*addr));
        let after: Vec<Arc<Replica>> = match found.len() {
            0 => return,
            // A name that leads to one place is left to the connection, which tries both families.
            1 if before.len() == 1 && before[0].addr.is_none() => return,
            1 => vec![Arc::new(Replica::new(None, &self.endpoint))],
            _ => found
                .iter()
                .map(|addr| known(addr).cloned().unwrap_or_else(|| self.at(*addr)))
                .collect(),
        };
        if after.len() != before.len() {
            tracing::info!(name = self.endpoint.uri().host(), replicas = after.len(), "replicas");
        }
        self.current.store(Arc::new(after));
    }

    fn at(&self, addr: SocketAddr) -> Arc<Replica> {
        Arc::new(Replica::new(Some(addr), &self.endpoint))
    }
}

/// A process that has an address of either family is one replica: the addresses of the family that has more, each once.
fn one_family(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let (mut four, mut six): (Vec<_>, Vec<_>) = found.into_iter().partition(SocketAddr::is_ipv4);
    for family in [&mut four, &mut six] {
        family.sort_unstable();
        family.dedup();
        family.truncate(MAX_REPLICAS);
    }
    if six.len() > four.len() { six } else { four }
}

impl Replica {
    fn new(addr: Option<SocketAddr>, endpoint: &Endpoint) -> Self {
        let channel = match addr {
            None => endpoint.connect_lazy(),
            // The name stays what is asked for; the connection goes to the address.
            Some(addr) => {
                endpoint.connect_with_connector_lazy(tower::service_fn(move |_| async move {
                    let stream = tokio::net::TcpStream::connect(addr).await?;
                    stream.set_nodelay(true)?;
                    std::io::Result::Ok(hyper_util::rt::TokioIo::new(stream))
                }))
            }
        };
        Self { addr, client: ClassifierClient::new(channel), failed_at: Mutex::default() }
    }

    /// What to ask it with.
    pub(crate) fn client(&self) -> ClassifierClient<Channel> {
        self.client.clone()
    }

    /// It answered, or it did not.
    pub(crate) fn was_well(&self, well: bool) {
        *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner) = (!well).then(Instant::now);
    }

    fn is_ailing(&self) -> bool {
        let failed_at = *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner);
        failed_at.is_some_and(|failed_at| failed_at.elapsed() < PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replicas(url: &'static str) -> Replicas {
        Replicas::new(Endpoint::from_static(url))
    }

    fn addrs(text: &[&str]) -> Vec<SocketAddr> {
        text.iter().map(|addr| addr.parse().unwrap()).collect()
    }

    fn turns(replicas: &Replicas, count: usize) -> Vec<Option<SocketAddr>> {
        (0..count).map(|_| replicas.next().addr).collect()
    }

    #[tokio::test]
    async fn replicas_take_turns_and_one_that_failed_is_passed_over() {
        let replicas = replicas("http://tfidf:8001");
        let found = addrs(&["10.0.0.1:8001", "10.0.0.2:8001", "10.0.0.3:8001"]);
        replicas.update(found.clone());
        let all: Vec<_> = found.iter().copied().map(Some).collect();
        assert_eq!(turns(&replicas, 3), all);
        let second = replicas.current.load()[1].clone();
        second.was_well(false);
        assert!(!turns(&replicas, 6).contains(&second.addr));
        assert!(replicas.instead_of(&second).is_some());
        for replica in replicas.current.load().iter() {
            replica.was_well(false);
        }
        // When all ail, somebody is asked all the same.
        assert_eq!(turns(&replicas, 3).len(), 3);
        assert!(replicas.instead_of(&second).is_none());
    }

    #[tokio::test]
    async fn what_stays_keeps_its_connection_and_a_failed_lookup_changes_nothing() {
        let replicas = replicas("http://tfidf:8001");
        replicas.update(addrs(&["10.0.0.1:8001", "10.0.0.2:8001"]));
        let before = replicas.current.load_full();
        replicas.update(addrs(&["10.0.0.2:8001", "10.0.0.3:8001"]));
        let after = replicas.current.load_full();
        assert!(Arc::ptr_eq(&before[1], &after[0]));
        replicas.update(vec![]);
        assert_eq!(replicas.current.load().len(), 2);
        replicas.update(addrs(&["10.0.0.3:8001"]));
        assert_eq!(turns(&replicas, 2), [None, None]);
    }

    #[tokio::test]
    async fn one_process_with_two_addresses_is_one_replica() {
        let replicas = replicas("http://localhost:8001");
        let before = replicas.current.load_full();
        replicas.update(addrs(&["127.0.0.1:8001", "[::1]:8001", "127.0.0.1:8001"]));
        assert!(Arc::ptr_eq(&before[0], &replicas.current.load()[0]));
        let dual = addrs(&["10.0.0.1:1", "[fd00::1]:1", "10.0.0.2:1", "[fd00::2]:1"]);
        assert_eq!(one_family(dual), addrs(&["10.0.0.1:1", "10.0.0.2:1"]));
    }

    #[tokio::test]
    async fn an_address_needs_no_lookup() {
        for (url, name) in [
            ("http://127.0.0.1:8001", None),
            ("http://[::1]:8001", None),
            ("http://tfidf:8001", Some(("tfidf", 8001))),
            ("http://tfidf", Some(("tfidf", 80))),
        ] {
            assert_eq!(replicas(url).name(), name, "{url}");
        }
    }
}
