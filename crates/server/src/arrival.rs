//! Whether a request arrived, or its caller left in the middle of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::Request;
use http_body_util::BodyExt;
use tonic::Status;

use crate::ErrorKind;

/// Of one request. A handler cannot tell: to gRPC and JSON alike a body that breaks off looks like one that is wrong.
#[derive(Clone, Default)]
pub(crate) struct Arrival {
    broke_off: Arc<AtomicBool>,
}

impl Arrival {
    /// The same request, watched as its body is read.
    pub(crate) fn watch(&self, request: Request) -> Request {
        let broke_off = self.broke_off.clone();
        let note = move |_| {
            broke_off.store(true, Ordering::Relaxed);
            // tonic ends a stream of messages at this status, and fails it at any other.
            Status::cancelled("the caller left before its request had arrived")
        };
        request.map(|body| Body::new(body.map_err(note)))
    }

    /// Whether the stream was reset, or the connection lost, before the end of the body, and `error` is due to nothing else.
    pub(crate) fn broke_off(&self, error: Option<ErrorKind>) -> bool {
        // A request that broke off is made out to be a wrong one, never our fault; what is our fault has a cause of its own.
        self.broke_off.load(Ordering::Relaxed) && error != Some(ErrorKind::Internal)
    }
}
