//! Files from elsewhere: only when a link or a press of a button asks for it, without credentials.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, ReferrerPolicy, RequestCredentials,
    RequestInit, Response, WorkerGlobalScope,
};

use super::file::LocalFile;

#[wasm_bindgen]
extern "C" {
    /// In `loader.js`: a file of this page's own folder, also when that is on disk.
    #[wasm_bindgen(catch, js_name = stallscopeFile)]
    fn own_file(name: &str) -> Result<js_sys::Promise, JsValue>;
}

/// Why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// Neither HTTPS nor of the page's own origin.
    NotSecure,
    /// The browser does not say whether the network or the server's CORS policy is in the way.
    Blocked,
    /// The server answered with this status.
    Status(u16),
    /// Larger than this many bytes.
    TooLarge(u64),
    /// The user wanted no more.
    Aborted,
}

/// Something that is being fetched. It ends when this is dropped.
#[derive(Clone, Debug)]
pub struct Fetching(AbortController);

impl Fetching {
    /// One that can be aborted; `None` where the browser has no such thing.
    #[must_use]
    pub fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }

    /// Ends it.
    pub fn abort(&self) {
        self.0.abort();
    }

    /// Fetches the file, at most `most` bytes; `hear` is told bytes so far and how many there are, where known.
    ///
    /// # Errors
    /// When there is none.
    pub async fn get(
        &self,
        url: &str,
        most: u64,
        hear: impl Fn(u64, Option<u64>),
    ) -> Result<LocalFile, FetchError> {
        if !is_allowed(url) {
            return Err(FetchError::NotSecure);
        }
        let blocked = |_: JsValue| {
            if self.0.signal().aborted() {
                FetchError::Aborted
            } else {
                FetchError::Blocked
            }
        };
        let response = self.ask(url).await.map_err(blocked)?;
        if !response.ok() {
            return Err(FetchError::Status(response.status()));
        }
        let length = response.headers().get("content-length").ok().flatten();
        let total = length.and_then(|length| length.parse().ok());
        if let Some(total) = total.filter(|total| *total > most) {
            return Err(FetchError::TooLarge(total));
        }
        let body = response.body().ok_or(FetchError::Blocked)?;
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        let (pieces, mut read) = (Array::new(), 0_u64);
        loop {
            let piece = JsFuture::from(reader.read()).await.map_err(blocked)?;
            let is_done = Reflect::get(&piece, &"done".into()).is_ok_and(|done| done.is_truthy());
            if is_done {
                return LocalFile::of_pieces(&name_of(url), &pieces).ok_or(FetchError::Blocked);
            }
            let value = Reflect::get(&piece, &"value".into()).unwrap_or_default();
            read = read.saturating_add(u64::from(
                value.dyn_ref::<Uint8Array>().map_or(0, Uint8Array::length),
            ));
            if read > most {
                self.abort();
                return Err(FetchError::TooLarge(read));
            }
            pieces.push(&value);
            hear(read, total);
        }
    }

    async fn ask(&self, url: &str) -> Result<Response, JsValue> {
        let how = RequestInit::new();
        how.set_credentials(RequestCredentials::Omit);
        how.set_referrer_policy(ReferrerPolicy::NoReferrer);
        how.set_signal(Some(&self.0.signal()));
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let response = JsFuture::from(window.fetch_with_str_and_init(url, &how)).await?;
        response.dyn_into()
    }
}

/// Part of a file that a server gives by ranges, as an array buffer. It runs in the worker.
pub(super) async fn range(url: &str, start: u64, end: u64) -> Result<JsValue, JsValue> {
    const PARTIAL_CONTENT: u16 = 206;
    let how = RequestInit::new();
    how.set_credentials(RequestCredentials::Omit);
    let headers = Headers::new()?;
    headers.set("range", &format!("bytes={start}-{}", end.saturating_sub(1)))?;
    how.set_headers(&headers);
    let scope: WorkerGlobalScope = js_sys::global().dyn_into()?;
    let response = JsFuture::from(scope.fetch_with_str_and_init(url, &how)).await?;
    let response: Response = response.dyn_into()?;
    // A server that sends all of it would send it again and again.
    if response.status() != PARTIAL_CONTENT {
        return Err(JsValue::NULL);
    }
    JsFuture::from(response.array_buffer()?).await
}

/// A file of the page's own server, where that gives it by ranges: then only what is needed of it is read, when it
/// is needed.
pub async fn by_ranges(url: &str) -> Option<LocalFile> {
    let window = web_sys::window()?;
    let own = window.location().origin().ok()?;
    let resolved = resolved(url).filter(|url| url.origin() == own)?;
    let how = RequestInit::new();
    how.set_method("HEAD");
    how.set_credentials(RequestCredentials::Omit);
    let answer = JsFuture::from(window.fetch_with_str_and_init(url, &how));
    let response: Response = answer.await.ok()?.dyn_into().ok()?;
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let gives_ranges = response.ok() && header("accept-ranges").is_some_and(|it| it == "bytes");
    let size = header("content-length")?.parse().ok()?;
    let name = String::from(js_sys::decode_uri_component(&name_of(url)).ok()?);
    gives_ranges.then(|| LocalFile::remote(resolved.href(), name, size))
}

/// A file that stands beside the page.
pub async fn beside(name: &str) -> Option<LocalFile> {
    let bytes = JsFuture::from(own_file(name).ok()?).await.ok()?;
    LocalFile::of_pieces(name, &Array::of1(&bytes))
}

/// The host that an address names; `None` when it is none.
#[must_use]
pub fn host(url: &str) -> Option<String> {
    Some(resolved(url)?.host())
}

fn resolved(url: &str) -> Option<web_sys::Url> {
    let page = web_sys::window()?.location().href().ok()?;
    web_sys::Url::new_with_base(url, &page).ok()
}

/// HTTPS, or the page's own origin.
fn is_allowed(url: &str) -> bool {
    let own = web_sys::window().and_then(|window| window.location().origin().ok());
    resolved(url).is_some_and(|url| url.protocol() == "https:" || Some(url.origin()) == own)
}

fn name_of(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').find(|part| !part.is_empty());
    name.unwrap_or(url).to_owned()
}
