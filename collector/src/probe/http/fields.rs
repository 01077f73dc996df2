//! Requests and heads of responses as HTTP/2 and HTTP/3 have them: names in lower case, and nothing of the connection
//! (RFC 9113 §8.2, RFC 9114 §4.2).

use http::{HeaderMap, Request, Version};

use super::h1::{AGENT, IDENTITY};
use crate::probe::attempt::Task;

/// What the head of a response says that is kept.
#[derive(Debug, Default)]
pub(in crate::probe) struct Head {
    pub(in crate::probe) content_length: Option<u64>,
    pub(in crate::probe) identity: Vec<(Box<str>, Box<str>)>,
}

/// The request; `None` where what was typed is none.
pub(in crate::probe) fn request(task: &Task, version: Version) -> Option<Request<()>> {
    let typed = &task.request;
    let of = |name: &str| {
        let mut found = typed.headers.iter();
        found.find(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    let host = of("host").map_or(&*typed.host, |(_, host)| host);
    let mut request = Request::builder()
        .method(typed.method.as_bytes())
        .uri(format!("https://{host}{}", typed.path))
        .version(version);
    for (name, value) in [("user-agent", AGENT), ("accept", "*/*")] {
        if of(name).is_none() {
            request = request.header(name, value);
        }
    }
    let is_left_out = |name: &str| {
        [
            "host",
            "connection",
            "keep-alive",
            "transfer-encoding",
            "upgrade",
        ]
        .contains(&name)
    };
    for (name, value) in &typed.headers {
        let name = name.to_ascii_lowercase();
        if !value.is_empty() && !is_left_out(&name) {
            request = request.header(name, value);
        }
    }
    request.body(()).ok()
}

impl Head {
    /// From the headers of a response.
    pub(in crate::probe) fn of(headers: &HeaderMap) -> Self {
        let mut head = Self::default();
        for (name, value) in headers {
            let text = String::from_utf8_lossy(value.as_bytes());
            if name == http::header::CONTENT_LENGTH {
                head.content_length = text.trim().parse().ok();
            }
            if IDENTITY.contains(&name.as_str()) {
                let told = (name.as_str().into(), Box::from(&*text));
                head.identity.push(told);
            }
        }
        head
    }
}
