//! Calls to one MLflow server: bounded in time, in size and in number.
//!
//! Redirects are not followed, so credentials go to the address that was given and nowhere else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE};
use ureq::http::{HeaderName, Request, Response};
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

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
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

    pub(super) fn request(
        &self,
        method: &str,
        url: &Url,
        body: impl AsSendBody,
    ) -> Result<Response<Body>, Failure> {
        let json = [(CONTENT_TYPE, "application/json")];
        let headers = if method == "GET" { &[][..] } else { &json };
        self.run(self.build(method, url, headers, body)?, self.limits.answer)
    }

    pub(super) fn build<B: AsSendBody>(
        &self,
        method: &str,
        url: &Url,
        headers: &[(HeaderName, &str)],
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

    pub(super) fn run(
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
    pub(super) fn repeated<T>(
        &self,
        call: &str,
        twice: Twice,
        attempt: impl FnMut() -> Result<T, Failure>,
    ) -> Result<T, RegistryError> {
        let started = Instant::now();
        self.until_over(call, twice, |_| started.elapsed(), attempt)
    }

    /// As [`repeated`](Self::repeated), for the transfer of a file. It takes as long as its size needs, so only the
    /// pauses between its attempts count; doing it twice is as good as doing it once.
    pub(super) fn transferred<T>(
        &self,
        call: &str,
        attempt: impl FnMut() -> Result<T, Failure>,
    ) -> Result<T, RegistryError> {
        self.until_over(call, Twice::Same, |paused| paused, attempt)
    }

    fn until_over<T>(
        &self,
        call: &str,
        twice: Twice,
        spent: impl Fn(Duration) -> Duration,
        mut attempt: impl FnMut() -> Result<T, Failure>,
    ) -> Result<T, RegistryError> {
        let (mut attempts, mut paused) = (0, Duration::ZERO);
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
                || spent(paused) + pause > self.limits.patience;
            if is_over || !failure.may_repeat(twice == Twice::Same) {
                return Err(failure.into_error(&self.server, call));
            }
            thread::sleep(pause);
            paused += pause;
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

/// The response, if it is the good one.
pub(super) fn accepted(response: Response<Body>) -> Result<Response<Body>, Failure> {
    if response.status().is_success() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = body.into_with_config().limit(MAX_ERROR_BYTES).read_to_vec().unwrap_or_default();
    Err(Failure::of(parts.status, &parts.headers, &body))
}

pub(super) fn json<T: DeserializeOwned>(response: Response<Body>) -> Result<T, Failure> {
    let body = accepted(response)?.into_body().into_with_config().limit(MAX_JSON_BYTES);
    let bytes = body.read_to_vec().map_err(Failure::of_transport)?;
    serde_json::from_slice(&bytes)
        .map_err(|_| Failure::Answered(Answer::Odd("this is not its JSON".to_owned())))
}
