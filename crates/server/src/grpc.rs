//! gRPC services beside an HTTP router.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use tonic::service::Routes;
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
                    Ok(response) => response,
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
