//! What the admin port answers at `/status`: a page, its style and script, and the report they show.

use std::sync::Arc;

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use http::HeaderValue;

use crate::gateway::Gateway;
use crate::status::report::report;

/// Nothing from elsewhere, nothing inline; and browsers that know trusted types let no text become markup.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// The pages.
pub(crate) fn pages(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route("/status", file("text/html; charset=utf-8", include_str!("page.html")))
        .route("/status.css", file("text/css; charset=utf-8", include_str!("page.css")))
        .route("/status.js", file("text/javascript; charset=utf-8", include_str!("page.js")))
        .route("/status.json", get(async move || axum::Json(report(&gateway))))
        .layer(map_response(with_headers))
}

fn file(content_type: &'static str, text: &'static str) -> MethodRouter {
    get(async move || ([(CONTENT_TYPE, content_type)], text))
}

async fn with_headers(mut response: Response) -> Response {
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
