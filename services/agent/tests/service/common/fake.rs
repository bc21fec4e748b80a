//! A model service of a few lines, on a thread of its own: it can be killed and frozen like a process.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use prost::Message;
use switchboard_proto::v1;
use switchboard_proto::v1::classifier_server::{Classifier, ClassifierServer};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

pub(crate) const LABELS: [&str; 3] = ["Access", "Hardware", "Storage"];
/// Its confidence is above the review threshold and below the one to escalate at.
pub(crate) const UNSURE: [f32; 3] = [0.3, 0.55, 0.15];

/// What the fake does when asked to classify.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Behaviour {
    Answer,
    After(Duration),
    Never,
    Overloaded,
    Broken,
    /// Fewer probabilities than labels.
    Malformed,
    /// The version is not loaded.
    NotLoaded,
}

/// What one fake says and has heard.
struct State {
    family: &'static str,
    version: AtomicU32,
    probabilities: Mutex<[f32; 3]>,
    behaviour: Mutex<Behaviour>,
    languages: Mutex<Vec<v1::LanguageFacts>>,
    asked: AtomicUsize,
    answered: AtomicUsize,
    /// Every message as it was on the wire, and every header.
    heard: Mutex<Vec<u8>>,
    challenger: Mutex<Option<Loaded>>,
    challenger_asked: AtomicUsize,
}

/// A version that is loaded, and what it does.
#[derive(Clone, Copy)]
struct Loaded {
    version: u32,
    probabilities: [f32; 3],
    behaviour: Behaviour,
}

enum Command {
    Freeze(mpsc::Receiver<()>),
    Die,
}

/// The fake. It dies when dropped.
pub(crate) struct Fake {
    pub(crate) addr: SocketAddr,
    state: Arc<State>,
    commands: UnboundedSender<Command>,
    thread: Option<JoinHandle<()>>,
}

impl Fake {
    pub(crate) fn start(family: &'static str, probabilities: [f32; 3]) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), family, probabilities)
    }

    pub(crate) fn start_at(addr: SocketAddr, family: &'static str, says: [f32; 3]) -> Self {
        let listener = TcpListener::bind(addr).unwrap();
        listener.set_nonblocking(true).unwrap();
        let addr = listener.local_addr().unwrap();
        let state = Arc::new(State {
            family,
            version: AtomicU32::new(1),
            probabilities: Mutex::new(says),
            behaviour: Mutex::new(Behaviour::Answer),
            languages: Mutex::default(),
            asked: AtomicUsize::default(),
            answered: AtomicUsize::default(),
            heard: Mutex::default(),
            challenger: Mutex::default(),
            challenger_asked: AtomicUsize::default(),
        });
        let (commands, orders) = unbounded_channel();
        let served = state.clone();
        let thread = std::thread::spawn(move || run(listener, served, orders));
        Self { addr, state, commands, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(crate) fn now(&self, behaviour: Behaviour) {
        *self.state.behaviour.lock().unwrap() = behaviour;
    }

    pub(crate) fn says(&self, probabilities: [f32; 3]) {
        *self.state.probabilities.lock().unwrap() = probabilities;
    }

    /// Its champion is that version now.
    pub(crate) fn promoted(&self, version: u32) {
        self.state.version.store(version, Ordering::SeqCst);
    }

    /// It also has a challenger, from the agent's next look.
    pub(crate) fn challenged_by(&self, version: u32, probabilities: [f32; 3]) {
        let behaviour = Behaviour::Answer;
        let challenger = Loaded { version, probabilities, behaviour };
        *self.state.challenger.lock().unwrap() = Some(challenger);
    }

    /// What its challenger does when asked to classify.
    pub(crate) fn challenger_now(&self, behaviour: Behaviour) {
        if let Some(challenger) = &mut *self.state.challenger.lock().unwrap() {
            challenger.behaviour = behaviour;
        }
    }

    /// It has no challenger any more.
    pub(crate) fn unchallenged(&self) {
        *self.state.challenger.lock().unwrap() = None;
    }

    /// How often its challenger was asked to classify.
    pub(crate) fn challenger_asked(&self) -> usize {
        self.state.challenger_asked.load(Ordering::SeqCst)
    }

    /// It did so well in a language when it was held out.
    pub(crate) fn knows(&self, code: &str, heldout_rows: u64, accuracy: f64) {
        self.state.languages.lock().unwrap().push(v1::LanguageFacts {
            code: code.to_owned(),
            training_rows: heldout_rows,
            heldout_rows,
            heldout_accuracy: Some(accuracy),
        });
    }

    /// How often it was asked to classify.
    pub(crate) fn asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }

    /// How often it has answered.
    pub(crate) fn answered(&self) -> usize {
        self.state.answered.load(Ordering::SeqCst)
    }

    pub(crate) fn heard(&self) -> Vec<u8> {
        self.state.heard.lock().unwrap().clone()
    }

    /// Stops its thread, as SIGSTOP would, until what is returned is dropped.
    pub(crate) fn freeze(&self) -> mpsc::Sender<()> {
        let (thaw, thawed) = mpsc::channel();
        assert!(self.commands.send(Command::Freeze(thawed)).is_ok());
        thaw
    }

    /// Ends it with all its connections, as SIGKILL would.
    pub(crate) fn kill(mut self) -> SocketAddr {
        self.end();
        self.addr
    }

    fn end(&mut self) {
        let _ = self.commands.send(Command::Die);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.end();
    }
}

fn run(listener: TcpListener, state: Arc<State>, mut orders: UnboundedReceiver<Command>) {
    // One thread for everything: when an order blocks it, nothing answers any more.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let service = Server::builder().add_service(ClassifierServer::new(Served(state)));
        tokio::spawn(service.serve_with_incoming(incoming));
        while let Some(Command::Freeze(thawed)) = orders.recv().await {
            let _ = thawed.recv();
        }
    });
}

struct Served(Arc<State>);

#[tonic::async_trait]
impl Classifier for Served {
    async fn classify(
        &self,
        request: Request<v1::ClassifyRequest>,
    ) -> Result<Response<v1::ClassifyResponse>, Status> {
        let state = &self.0;
        state.asked.fetch_add(1, Ordering::SeqCst);
        let mut heard = format!("{:?}", request.metadata()).into_bytes();
        heard.extend(request.get_ref().encode_to_vec());
        state.heard.lock().unwrap().extend(heard);
        let asked = state.version_of(&request.get_ref().version)?;
        let behaviour = asked.behaviour;
        match behaviour {
            Behaviour::Answer | Behaviour::Malformed => {}
            Behaviour::After(time) => tokio::time::sleep(time).await,
            Behaviour::Never => std::future::pending().await,
            Behaviour::Overloaded => return Err(Status::resource_exhausted("full")),
            Behaviour::Broken => return Err(Status::internal("broken")),
            Behaviour::NotLoaded => return Err(Status::not_found("not loaded")),
        }
        // Later tickets of a stream overtake these.
        if request.get_ref().documents.iter().any(|document| document.starts_with("slow")) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let labels = if behaviour == Behaviour::Malformed { &LABELS[..1] } else { &LABELS };
        let outcomes = request.get_ref().documents.iter();
        let outcomes = outcomes.map(|document| outcome(asked, document, request.get_ref().explain));
        state.answered.fetch_add(1, Ordering::SeqCst);
        Ok(Response::new(v1::ClassifyResponse {
            model_name: format!("category-{}", state.family),
            model_version: asked.version,
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            outcomes: outcomes.collect(),
            ..Default::default()
        }))
    }

    async fn list_models(
        &self,
        _: Request<v1::ListModelsRequest>,
    ) -> Result<Response<v1::ListModelsResponse>, Status> {
        let model = |version, aliases: &[&str]| v1::Model {
            name: format!("category-{}", self.0.family),
            version,
            task: "category".to_owned(),
            family: self.0.family.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            labels: LABELS.map(str::to_owned).to_vec(),
            languages: self.0.languages.lock().unwrap().clone(),
            precision: "f32".to_owned(),
        };
        let challenger = *self.0.challenger.lock().unwrap();
        let champion = self.0.version.load(Ordering::SeqCst);
        let models = match challenger.map(|challenger| challenger.version) {
            None => vec![model(champion, &["champion"])],
            Some(version) if version == champion => {
                vec![model(champion, &["champion", "challenger"])]
            }
            Some(version) => {
                vec![model(champion, &["champion"]), model(version, &["challenger"])]
            }
        };
        Ok(Response::new(v1::ListModelsResponse { models }))
    }
}

impl State {
    /// The version that a request names.
    fn version_of(&self, name: &str) -> Result<Loaded, Status> {
        if name.is_empty() {
            return Ok(Loaded {
                version: self.version.load(Ordering::SeqCst),
                probabilities: *self.probabilities.lock().unwrap(),
                behaviour: *self.behaviour.lock().unwrap(),
            });
        }
        assert_eq!(name, "challenger", "nothing else is asked for");
        self.challenger_asked.fetch_add(1, Ordering::SeqCst);
        let challenger = *self.challenger.lock().unwrap();
        challenger.ok_or_else(|| Status::not_found("no challenger is loaded"))
    }
}

/// The probabilities it was told to give; the first word explains everything.
fn outcome(asked: Loaded, document: &str, explain: bool) -> v1::Outcome {
    let probabilities = asked.probabilities.to_vec();
    let first = document.split(' ').next().unwrap_or_default();
    let term = v1::Term {
        text: first.to_lowercase(),
        start: 0,
        end: first.chars().count() as u32,
        weight: 0.5,
    };
    let tokens = document.split_whitespace().count() as u32;
    v1::Outcome {
        result: Some(v1::outcome::Result::Prediction(v1::Prediction {
            logits: probabilities.clone(),
            probabilities,
            tokens_total: tokens,
            tokens_used: tokens,
            terms: if explain { vec![term] } else { vec![] },
            ..Default::default()
        })),
    }
}
