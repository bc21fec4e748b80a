//! An MLflow server in memory: the calls that the registry makes, answered as MLflow 3 answers them, and the ways in
//! which a server fails.

mod state;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use self::state::State;

/// What becomes of one request.
#[derive(Debug, Clone)]
pub(crate) enum Fate {
    /// It is answered.
    Answered,
    /// The connection is closed, and nothing was done.
    Cut,
    /// It is done, and the connection closed without an answer.
    Unheard,
    /// This status is answered, with a header, and nothing is done.
    Refused(u16, &'static str),
    /// It is answered after a while.
    Late(Duration),
    /// It is answered with the first half of the body, and the connection closed.
    Half,
}

/// A request, as far as the server looks at it.
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path behind `/api/2.0/`.
    pub(crate) call: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    fn asked(&self, parameter: &str) -> String {
        self.query.get(parameter).cloned().unwrap_or_default()
    }
}

type Fates = Box<dyn FnMut(usize, &Request) -> Fate + Send>;

/// The server. It lives as long as the test program.
#[derive(Clone)]
pub(crate) struct Fake {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Fake {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let fake = Self { addr, state: Arc::default() };
        let served = fake.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = served.clone();
                std::thread::spawn(move || served.serve(stream));
            }
        });
        fake
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// From now on, `fates` says what becomes of each request, by its number from 0.
    pub(crate) fn befall(&self, fates: impl FnMut(usize, &Request) -> Fate + Send + 'static) {
        let mut state = self.state.lock().expect("a state");
        state.calls.clear();
        state.fates = Some(Box::new(fates));
    }

    /// From now on, nothing is answered.
    pub(crate) fn goes_away(&self) {
        self.befall(|_, _| Fate::Cut);
    }

    /// From now on, everything is answered again.
    pub(crate) fn comes_back(&self) {
        self.befall(|_, _| Fate::Answered);
    }

    /// From now on, a part of a file is sent when a part is asked for.
    pub(crate) fn answers_ranges(&self) {
        self.state.lock().expect("a state").answers_ranges = true;
    }

    /// From now on, a file that is not there is answered as by an MLflow whose artifacts are in S3 or GCS.
    pub(crate) fn fails_for_absent_files(&self) {
        self.state.lock().expect("a state").fails_for_absent_files = true;
    }

    /// From now on, experiments keep their artifacts below this address.
    pub(crate) fn keeps_artifacts_at(&self, address: &str) {
        self.state.lock().expect("a state").place = Some(address.to_owned());
    }

    /// From now on, the last byte of what is uploaded is lost.
    pub(crate) fn loses_the_end_of_uploads(&self) {
        self.state.lock().expect("a state").loses_ends = true;
    }

    /// Changes what is said of a version.
    pub(crate) fn change_version(&self, name: &str, version: u32, fields: &Value) {
        let mut state = self.state.lock().expect("a state");
        let model = state.models.get_mut(name).expect("a model");
        for (field, value) in fields.as_object().expect("fields") {
            model.versions[version as usize - 1][field] = value.clone();
        }
    }

    /// What was asked since the last `befall`.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.state.lock().expect("a state").calls.clone()
    }

    /// The states of all runs, sorted.
    pub(crate) fn run_states(&self) -> Vec<String> {
        let state = self.state.lock().expect("a state");
        let mut states: Vec<_> = state.runs.values().map(|run| text(&run["status"])).collect();
        states.sort_unstable();
        states
    }

    /// Removes a file of a version.
    pub(crate) fn remove_file(&self, name: &str, version: u32, file: &str) {
        let mut state = self.state.lock().expect("a state");
        let source = text(&state.models[name].versions[version as usize - 1]["source"]);
        let path = format!("{}/{file}", source.trim_start_matches("mlflow-artifacts:/"));
        state.artifacts.remove(&path).expect("a file");
    }

    /// A file of a version, to be looked at or damaged.
    pub(crate) fn with_file(
        &self,
        name: &str,
        version: u32,
        file: &str,
        change: impl FnOnce(&mut Vec<u8>),
    ) {
        let mut state = self.state.lock().expect("a state");
        let source = text(&state.models[name].versions[version as usize - 1]["source"]);
        let path = format!("{}/{file}", source.trim_start_matches("mlflow-artifacts:/"));
        change(state.artifacts.entry(path).or_default());
    }

    /// Deletes a version as somebody does in MLflow's own pages.
    pub(crate) fn delete(&self, name: &str, version: u32) {
        let mut state = self.state.lock().expect("a state");
        let model = state.models.get_mut(name).expect("a model");
        model.versions[version as usize - 1]["status"] = "DELETED".into();
        model.aliases.retain(|_, named| *named != version.to_string());
    }

    /// Registers a version that somebody else made.
    pub(crate) fn register(&self, name: &str, fields: &Value) {
        let mut state = self.state.lock().expect("a state");
        let model = state.models.entry(name.to_owned()).or_default();
        let mut version = json!({"name": name, "version": (model.versions.len() + 1).to_string(), "status": "READY"});
        for (field, value) in fields.as_object().expect("fields") {
            version[field] = value.clone();
        }
        model.versions.push(version);
    }

    /// Sets an alias as somebody does in MLflow's own pages.
    pub(crate) fn point(&self, name: &str, alias: &str, version: u32) {
        let mut state = self.state.lock().expect("a state");
        let model = state.models.get_mut(name).expect("a model");
        model.aliases.insert(alias.to_owned(), version.to_string());
    }

    /// The tags of a model whose key begins so.
    pub(crate) fn tags(&self, name: &str, prefix: &str) -> BTreeMap<String, String> {
        let state = self.state.lock().expect("a state");
        let tags = state.models[name].tags.iter();
        tags.filter(|(key, _)| key.starts_with(prefix))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    }

    /// Sets a tag of a model.
    pub(crate) fn set_tag(&self, name: &str, key: &str, value: &str) {
        let mut state = self.state.lock().expect("a state");
        state.models.get_mut(name).expect("a model").tags.insert(key.to_owned(), value.to_owned());
    }

    /// Forgets everything, as a server that is made anew.
    pub(crate) fn is_made_anew(&self) {
        *self.state.lock().expect("a state") = State::default();
    }

    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
        let mut writer = stream;
        while let Some(request) = read(&mut reader) {
            let fate = self.fate(&request);
            let (status, headers, body) = match &fate {
                Fate::Cut => return,
                Fate::Refused(status, header) => {
                    (*status, (*header).to_owned(), json!({}).to_string().into_bytes())
                }
                _ => self.answer(&request),
            };
            match fate {
                Fate::Unheard => return,
                Fate::Late(pause) => std::thread::sleep(pause),
                _ => {}
            }
            let length = body.len();
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{headers}\r\n");
            let half = matches!(fate, Fate::Half);
            let body = if half { &body[..length / 2] } else { &body[..] };
            if writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(body)).is_err()
                || half
            {
                return;
            }
        }
    }

    fn fate(&self, request: &Request) -> Fate {
        let mut state = self.state.lock().expect("a state");
        let number = state.calls.len();
        state.calls.push(format!("{} {}", request.method, request.call));
        state.fates.as_mut().map_or(Fate::Answered, |fates| fates(number, request))
    }

    fn answer(&self, request: &Request) -> (u16, String, Vec<u8>) {
        let mut state = self.state.lock().expect("a state");
        if let Some(path) = request.call.strip_prefix("mlflow-artifacts/artifacts/") {
            return state.file(request, path);
        }
        let answer = if request.call == "mlflow-artifacts/artifacts" {
            Ok(state.list(&request.asked("path")))
        } else {
            state.call(request)
        };
        match answer {
            Ok(answer) => (200, String::new(), answer.to_string().into_bytes()),
            Err((status, code)) => {
                let said = json!({"error_code": code, "message": format!("{code} it is")});
                (status, String::new(), said.to_string().into_bytes())
            }
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let url = Url::parse(&format!("http://fake{target}")).ok()?;
    let call = url.path().strip_prefix("/api/2.0/")?.to_owned();
    let query = url.query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
    Some(Request { method, call, query, headers, body })
}
