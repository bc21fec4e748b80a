//! gRPC services beside an HTTP router.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use tonic::service::Routes;
use tonic::{Code, Status};
use tower::ServiceExt;

use crate::{ApiError, ErrorKind};

/// One router for both: what is announced as gRPC goes to `grpc`, all else to `router`; unknown paths get the JSON error.
pub fn with_grpc(router: Router, grpc: Routes) -> Router {
    let grpc = grpc.prepare().into_axum_router();
    let elsewhere = move |request: Request| {
        let grpc = grpc.clone();
        async move {
            if is_grpc(&request) {
                return match grpc.oneshot(request).await {
                    Ok(response) => blamed_rightly(response),
                    Err(never) => match never {},
                };
            }
            not_found(&request)
        }
    };
    router
        .method_not_allowed_fallback(|| async {
            ApiError::new(
                ErrorKind::MethodNotAllowed,
                "this path does not take this method; see README.md for the API",
            )
        })
        .fallback(elsewhere)
}

/// How tonic begins to say that it could not read a message.
const UNREADABLE: [&str; 4] = [
    "failed to decode Protobuf message",
    "Missing request message",
    "Unexpected EOF decoding stream",
    "protocol error: received message with",
];

/// The same status, unless it says that a message of the caller could not be read: tonic calls that our fault.
pub fn of_message(status: Status) -> Status {
    let is_unreadable = UNREADABLE.iter().any(|begin| status.message().starts_with(begin));
    if status.code() != Code::Internal || !is_unreadable {
        return status;
    }
    let error = if status.message().ends_with("data is not UTF-8 encoded") {
        ApiError::new(ErrorKind::InvalidUtf8, "a text of the message is not UTF-8")
    } else {
        ApiError::new(ErrorKind::InvalidArgument, "the message is not as its .proto describes it")
    };
    error.into()
}

fn blamed_rightly(response: Response) -> Response {
    let unreadable = Status::from_header_map(response.headers())
        .filter(|status| of_message(status.clone()).code() != status.code());
    unreadable.map_or(response, |status| of_message(status).into_http())
}

fn is_grpc(request: &Request) -> bool {
    request
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

fn not_found(_request: &Request) -> Response {
    // The path is not repeated: it is the caller's text.
    ApiError::new(ErrorKind::NotFound, "there is nothing at this path; see README.md for the API")
        .into_response()
}
