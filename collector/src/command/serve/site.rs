//! What is served: the viewer's files out of this command, and the files that were named, whole or by ranges.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tower_http::services::ServeFile;

use super::guard::Guard;
use crate::command::viewer;

/// What pages may do, as in the page itself; here it holds for the worker too, which has no page of its own.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; worker-src 'self' blob:; connect-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Everything that is served.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) guard: Guard,
    /// Full paths, by the number in their addresses.
    pub(super) files: Vec<PathBuf>,
}

impl Site {
    /// Answers requests.
    pub(super) fn router(self) -> Router {
        Router::new().fallback(answer).with_state(Arc::new(self))
    }

    async fn found(&self, request: Request) -> Result<Response, StatusCode> {
        let host = request.headers().get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
        if !self.guard.knows_host(host) {
            return Err(StatusCode::MISDIRECTED_REQUEST);
        }
        let path = request.uri().path().to_owned();
        // Whether there is something behind a wrong token is not said either.
        let rest = self
            .guard
            .behind_token(&path)
            .ok_or(StatusCode::NOT_FOUND)?;
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(StatusCode::METHOD_NOT_ALLOWED);
        }
        match rest.strip_prefix("files/") {
            Some(named) => self.file(named, request).await,
            None => page(rest, request.method()),
        }
    }

    /// `NUMBER/NAME`: only files that were named when the command was started are reached, and by number.
    async fn file(&self, named: &str, request: Request) -> Result<Response, StatusCode> {
        let (number, _) = named.split_once('/').ok_or(StatusCode::NOT_FOUND)?;
        let number: usize = number.parse().map_err(|_not| StatusCode::NOT_FOUND)?;
        let path = self.files.get(number).ok_or(StatusCode::NOT_FOUND)?;
        let served = ServeFile::new(path).try_call(request).await;
        let mut response = served
            .map_err(|_gone| StatusCode::NOT_FOUND)?
            .map(Body::new);
        // What a capture's name makes a guesser think it is must not be what a browser takes it for.
        let kind = HeaderValue::from_static("application/octet-stream");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        Ok(response)
    }
}

/// A file of the viewer.
fn page(name: &str, method: &Method) -> Result<Response, StatusCode> {
    let name = if name.is_empty() { "index.html" } else { name };
    let bytes = viewer::file(name).ok_or(StatusCode::NOT_FOUND)?;
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        Body::from(bytes)
    };
    let headers = [
        (header::CONTENT_TYPE, media_type(name).to_owned()),
        (header::CONTENT_LENGTH, bytes.len().to_string()),
    ];
    Ok((headers, body).into_response())
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

async fn answer(State(site): State<Arc<Site>>, request: Request) -> Response {
    let found = site.found(request).await;
    let mut response = found.unwrap_or_else(|status| (status, status.to_string()).into_response());
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
