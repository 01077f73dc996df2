//! Files that the user chose or dropped, or that a server gives by ranges. Handles, not bytes: the worker reads
//! them by slices.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Event, File, FileList, HtmlElement, HtmlInputElement};

use super::fetch;

/// A file on the user's disk, or one that a server gives by ranges.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalFile(Handle);

#[derive(Clone, Debug, PartialEq)]
enum Handle {
    Held(File),
    Remote(Remote),
}

/// A file of the page's own server.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Remote {
    url: String,
    name: String,
    size: u64,
}

/// The browser would not give the bytes: the file is gone, has changed or may not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl LocalFile {
    /// Its name, without a folder.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.0 {
            Handle::Held(file) => file.name(),
            Handle::Remote(remote) => remote.name.clone(),
        }
    }

    /// Its length in bytes.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size is a whole number below 2^53"
    )]
    pub fn size(&self) -> u64 {
        match &self.0 {
            Handle::Held(file) => file.size() as u64,
            Handle::Remote(remote) => remote.size,
        }
    }

    /// Reads `length` bytes from `start`, fewer at the end, into `bytes`.
    ///
    /// # Errors
    /// When the browser cannot read the file any more.
    pub async fn read(
        &self,
        start: u64,
        length: u64,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Unreadable> {
        let end = start.saturating_add(length).min(self.size());
        bytes.clear();
        if start >= end {
            return Ok(());
        }
        let buffer = match &self.0 {
            Handle::Held(file) => slice(file, start, end).await,
            Handle::Remote(remote) => fetch::range(&remote.url, start, end).await,
        };
        let view = Uint8Array::new(&buffer.map_err(|_gone| Unreadable)?);
        bytes.resize(view.length() as usize, 0);
        view.copy_to(bytes);
        Ok(())
    }

    /// A file that a server gives by ranges.
    pub(super) const fn remote(url: String, name: String, size: u64) -> Self {
        Self(Handle::Remote(Remote { url, name, size }))
    }

    /// A file that is no file on disk: what was pasted or fetched.
    #[must_use]
    pub fn of_text(name: &str, text: &str) -> Option<Self> {
        Self::of_pieces(name, &Array::of1(&text.into()))
    }

    pub(super) fn of_pieces(name: &str, pieces: &Array) -> Option<Self> {
        let file = File::new_with_u8_array_sequence(pieces, name).ok()?;
        Some(Self(Handle::Held(file)))
    }

    /// What is sent to the worker: the browser's own handle, or `[url, name, size]`.
    #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
    pub(super) fn handle(&self) -> Object {
        match &self.0 {
            Handle::Held(file) => file.clone().into(),
            Handle::Remote(Remote { url, name, size }) => {
                let size = JsValue::from(*size as f64);
                Array::of3(&url.into(), &name.into(), &size).into()
            }
        }
    }

    /// What [`Self::handle`] sent.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size is a whole number below 2^53"
    )]
    pub(super) fn from_handle(value: JsValue) -> Option<Self> {
        if !Array::is_array(&value) {
            return value.dyn_into().ok().map(Handle::Held).map(Self);
        }
        let part = |index: u32| Reflect::get_u32(&value, index).ok();
        let size = part(2)?.as_f64()? as u64;
        Some(Self::remote(
            part(0)?.as_string()?,
            part(1)?.as_string()?,
            size,
        ))
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
async fn slice(file: &File, start: u64, end: u64) -> Result<JsValue, JsValue> {
    let slice = file.slice_with_f64_and_f64(start as f64, end as f64)?;
    JsFuture::from(slice.array_buffer()).await
}

/// The files of a file picker that changed. The picker is emptied, so that the same file can be chosen again.
#[must_use]
pub fn chosen(event: &Event) -> Vec<LocalFile> {
    let Some(input) = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
    else {
        return Vec::new();
    };
    let files = listed(input.files());
    input.set_value("");
    files
}

/// Puts bytes into the user's downloads.
pub fn save(name: &str, bytes: &[u8]) {
    // Without any of these there is no page to save from.
    saved(name, bytes).unwrap_or_default();
}

fn saved(name: &str, bytes: &[u8]) -> Option<()> {
    let file =
        File::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)), name).ok()?;
    let url = web_sys::Url::create_object_url_with_blob(&file).ok()?;
    let document = web_sys::window()?.document()?;
    let link: HtmlElement = document.create_element("a").ok()?.unchecked_into();
    link.set_attribute("href", &url).ok()?;
    link.set_attribute("download", name).ok()?;
    link.click();
    // The browser holds the bytes until the page is gone: some begin to read them later.
    Some(())
}

/// The files of a drop.
#[must_use]
pub fn dropped(event: &DragEvent) -> Vec<LocalFile> {
    listed(event.data_transfer().and_then(|transfer| transfer.files()))
}

fn listed(list: Option<FileList>) -> Vec<LocalFile> {
    let Some(list) = list else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|index| list.get(index).map(|file| LocalFile(Handle::Held(file))))
        .collect()
}
