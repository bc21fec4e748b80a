//! Calls to one MLflow server: bounded in time, in size and in number.
//!
//! Redirects are not followed, so credentials go to the address that was given and nowhere else.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::header::{AUTHORIZATION, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use ureq::http::{Request, Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, AsSendBody, Body};
use url::Url;

use super::failure::{Answer, Failure};
use super::limits::{LONGEST_PAUSE, Limits};
use super::{Access, ServerOptions};
use crate::{RegistryError, ServerUrl};

const MAX_JSON_BYTES: u64 = 16 * 1024 * 1024;
const MAX_ERROR_BYTES: u64 = 64 * 1024;
const API: [&str; 3] = ["api", "2.0", "mlflow"];
const ARTIFACTS: [&str; 4] = ["api", "2.0", "mlflow-artifacts", "artifacts"];

/// Whether doing a call twice is as good as doing it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Twice {
    Same,
    Differs,
}

/// A connection to one server.
pub(super) struct Client {
    server: ServerUrl,
    agent: Agent,
    authorization: Option<String>,
    limits: Limits,
    /// Whether the last call found nobody there. Until one does, calls are made once: whoever looks every two seconds
    /// should not wait for each of them in full.
    unreachable: AtomicBool,
}

impl Client {
    pub(super) fn new(server: ServerUrl, options: ServerOptions) -> Result<Self, RegistryError> {
        if server.had_credentials() {
            return Err(RegistryError::CredentialsInUrl { server: server.to_string() });
        }
        let ServerOptions { access: Access { authorization, authorities }, limits, .. } = options;
        let tls = match authorities {
            Some(authorities) => {
                TlsConfig::builder().root_certs(RootCerts::from(authorities)).build()
            }
            None => TlsConfig::default(),
        };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(limits.connect))
            .tls_config(tls)
            .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
            .build();
        let unreachable = AtomicBool::new(false);
        Ok(Self { server, agent: config.into(), authorization, limits, unreachable })
    }

    pub(super) fn server(&self) -> &ServerUrl {
        &self.server
    }

    /// How often a call is made before it is given up.
    pub(super) fn attempts(&self) -> u32 {
        self.limits.attempts
    }

    /// The pause after so many attempts.
    pub(super) fn pause(&self, attempts: u32) -> Duration {
        self.limits.pause(attempts, random())
    }

    /// Asks `call`, such as `registered-models/get`, with these parameters.
    pub(super) fn get<T: DeserializeOwned>(
        &self,
        call: &str,
        parameters: &[(&str, &str)],
    ) -> Result<T, RegistryError> {
        let mut url = self.server.join(API.into_iter().chain(call.split('/')));
        url.query_pairs_mut().extend_pairs(parameters);
        self.repeated(call, Twice::Same, || json(self.request("GET", &url, ())?))
    }

    /// As [`get`](Self::get); nothing when the server has no such thing.
    pub(super) fn find<T: DeserializeOwned>(
        &self,
        call: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Option<T>, RegistryError> {
        absent_is_none(self.get(call, parameters))
    }

    /// Has the server do `call` with this body.
    pub(super) fn post<T: DeserializeOwned>(
        &self,
        call: &str,
        body: &impl Serialize,
        twice: Twice,
    ) -> Result<T, RegistryError> {
        self.send("POST", call, body, twice)
    }

    /// Has the server remove what `body` describes; that it is gone already is as good.
    pub(super) fn delete(&self, call: &str, body: &impl Serialize) -> Result<(), RegistryError> {
        let done = self.send::<serde_json::Value>("DELETE", call, body, Twice::Same);
        absent_is_none(done).map(drop)
    }

    fn send<T: DeserializeOwned>(
        &self,
        method: &str,
        call: &str,
        body: &impl Serialize,
        twice: Twice,
    ) -> Result<T, RegistryError> {
        let url = self.server.join(API.into_iter().chain(call.split('/')));
        let body = serde_json::to_vec(body).map_err(|error| self.odd(call, &error.to_string()))?;
        self.repeated(call, twice, || json(self.request(method, &url, body.as_slice())?))
    }

    /// The sizes of the files in a folder of artifacts, by name.
    pub(super) fn list<T: DeserializeOwned>(&self, folder: &str) -> Result<T, RegistryError> {
        let mut url = self.server.join(ARTIFACTS);
        url.query_pairs_mut().append_pair("path", folder);
        self.repeated(&listing(folder), Twice::Same, || json(self.request("GET", &url, ())?))
    }

    /// Puts a file of this machine among the artifacts.
    pub(super) fn upload(&self, path: &str, file: &Path) -> Result<(), RegistryError> {
        let url = self.server.join(ARTIFACTS.into_iter().chain(path.split('/')));
        self.repeated(&format!("upload of {path}"), Twice::Same, || {
            let body = File::open(file).map_err(here("open", file))?;
            let size_bytes = body.metadata().map_err(here("measure", file))?.len();
            let request = self.build("PUT", &url, &[], &body)?;
            let response = self.run(request, self.limits.transfer(size_bytes))?;
            accepted(response).map(drop)
        })
    }

    /// Reads an artifact of at most so many bytes.
    pub(super) fn read(&self, path: &str, limit_bytes: u64) -> Result<Vec<u8>, RegistryError> {
        let url = self.server.join(ARTIFACTS.into_iter().chain(path.split('/')));
        self.repeated(&format!("download of {path}"), Twice::Same, || {
            let request = self.build("GET", &url, &[], ())?;
            let response = accepted(self.run(request, self.limits.transfer(limit_bytes))?)?;
            bytes(response, limit_bytes)
        })
    }

    /// Writes an artifact that should have so many bytes to `target`, which may hold the first part of it already.
    pub(super) fn download(
        &self,
        path: &str,
        size_bytes: u64,
        target: &Path,
    ) -> Result<(), RegistryError> {
        let url = self.server.join(ARTIFACTS.into_iter().chain(path.split('/')));
        self.repeated(&format!("download of {path}"), Twice::Same, || {
            let have = fs::metadata(target).map(|facts| facts.len()).unwrap_or_default();
            let have = if have < size_bytes { have } else { 0 };
            let range = format!("bytes={have}-");
            let headers: &[(_, &str)] = if have > 0 { &[(RANGE, &range)] } else { &[] };
            let request = self.build("GET", &url, headers, ())?;
            let response = self.run(request, self.limits.transfer(size_bytes - have))?;
            let response = accepted(response)?;
            let have = if goes_on_from(&response, have) { have } else { 0 };
            write(response, have, size_bytes, target)
        })
    }

    fn request(
        &self,
        method: &str,
        url: &Url,
        body: impl AsSendBody,
    ) -> Result<Response<Body>, Failure> {
        let json = [(CONTENT_TYPE, "application/json")];
        let headers = if method == "GET" { &[][..] } else { &json };
        self.run(self.build(method, url, headers, body)?, self.limits.answer)
    }

    fn build<B: AsSendBody>(
        &self,
        method: &str,
        url: &Url,
        headers: &[(ureq::http::HeaderName, &str)],
        body: B,
    ) -> Result<Request<B>, Failure> {
        let mut request = Request::builder().method(method).uri(url.as_str());
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        request.body(body).map_err(|_| {
            Failure::Answered(Answer::Odd(
                "no request can be made of its address or credentials".to_owned(),
            ))
        })
    }

    fn run(
        &self,
        request: Request<impl AsSendBody>,
        longest: Duration,
    ) -> Result<Response<Body>, Failure> {
        let request = self.agent.configure_request(request).timeout_global(Some(longest)).build();
        self.agent.run(request).map_err(Failure::of_transport)
    }

    fn odd(&self, call: &str, reason: &str) -> RegistryError {
        Failure::Answered(Answer::Odd(reason.to_owned())).into_error(&self.server, call)
    }

    /// Makes a call until it succeeds, cannot succeed, or was made often or long enough.
    fn repeated<T>(
        &self,
        call: &str,
        twice: Twice,
        mut attempt: impl FnMut() -> Result<T, Failure>,
    ) -> Result<T, RegistryError> {
        let started = Instant::now();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let failure = match attempt() {
                Ok(answer) => {
                    self.unreachable.store(false, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            let was_unreachable =
                self.unreachable.swap(matches!(failure, Failure::NotReached(_)), Ordering::Relaxed);
            let pause = failure.after().unwrap_or_else(|| self.pause(attempts));
            let is_over = attempts >= self.limits.attempts
                || (attempts == 1 && was_unreachable)
                || pause > LONGEST_PAUSE
                || started.elapsed() + pause > self.limits.patience;
            if is_over || !failure.may_repeat(twice == Twice::Same) {
                return Err(failure.into_error(&self.server, call));
            }
            thread::sleep(pause);
        }
    }
}

/// A number that others do not choose; without a source of such numbers, the same one every time.
pub(super) fn random() -> u64 {
    getrandom::u64().unwrap_or_default()
}

/// The answer, unless it is that there is no such thing.
fn absent_is_none<T>(answer: Result<T, RegistryError>) -> Result<Option<T>, RegistryError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(RegistryError::Refused { code, .. }) if code == "RESOURCE_DOES_NOT_EXIST" => Ok(None),
        Err(error) => Err(error),
    }
}

fn listing(folder: &str) -> String {
    format!("list of {folder}")
}

fn here(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Failure {
    move |source| Failure::Here(RegistryError::writing(doing, path)(source))
}

/// The response, if it is the good one.
fn accepted(response: Response<Body>) -> Result<Response<Body>, Failure> {
    if response.status().is_success() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = body.into_with_config().limit(MAX_ERROR_BYTES).read_to_vec().unwrap_or_default();
    Err(Failure::of(parts.status, &parts.headers, &body))
}

fn json<T: DeserializeOwned>(response: Response<Body>) -> Result<T, Failure> {
    let bytes = bytes(accepted(response)?, MAX_JSON_BYTES)?;
    serde_json::from_slice(&bytes)
        .map_err(|_| Failure::Answered(Answer::Odd("this is not its JSON".to_owned())))
}

fn bytes(response: Response<Body>, limit_bytes: u64) -> Result<Vec<u8>, Failure> {
    let body = response.into_body().into_with_config().limit(limit_bytes + 1);
    let bytes = body.read_to_vec().map_err(Failure::of_transport)?;
    if bytes.len() as u64 > limit_bytes {
        return Err(Failure::Answered(Answer::Odd(format!("more than {limit_bytes} bytes"))));
    }
    Ok(bytes)
}

/// Whether what is answered are the bytes from `have` on, and not the file from its start.
fn goes_on_from(response: &Response<Body>, have: u64) -> bool {
    let range = response.headers().get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
    response.status() == StatusCode::PARTIAL_CONTENT
        && range.is_some_and(|range| range.starts_with(&format!("bytes {have}-")))
}

/// Writes an answer behind the first `have` bytes of `target`. Whether the whole is what it should be is for the caller
/// to verify.
fn write(
    response: Response<Body>,
    have: u64,
    size_bytes: u64,
    target: &Path,
) -> Result<(), Failure> {
    let open = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(target)?;
        file.set_len(have)?;
        io::Seek::seek(&mut file, io::SeekFrom::Start(have))?;
        Ok(file)
    };
    let mut file = open().map_err(here("write", target))?;
    // One byte more than there should be shows that the file is too long, which verifying it then tells.
    let most = size_bytes - have + 1;
    let body = response.into_body().into_with_config().limit(most + 1).reader();
    let mut reader = body.take(most);
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let length = reader
            .read(&mut chunk)
            .map_err(|error| Failure::of_transport(ureq::Error::from(error)))?;
        if length == 0 {
            break;
        }
        file.write_all(&chunk[..length]).map_err(here("write", target))?;
    }
    file.sync_all().map_err(here("sync", target))
}
