//! Files that the user chose or dropped. Handles, not bytes: the worker reads them by slices.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Event, File, FileList, HtmlInputElement};

/// A file on the user's disk.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalFile(File);

/// The browser would not give the bytes: the file is gone, has changed or may not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl LocalFile {
    /// Its name, without a folder.
    #[must_use]
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Its length in bytes.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size is a whole number below 2^53"
    )]
    pub fn size(&self) -> u64 {
        self.0.size() as u64
    }

    /// Reads `length` bytes from `start`, fewer at the end, into `bytes`.
    ///
    /// # Errors
    /// When the browser cannot read the file any more.
    #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
    pub async fn read(
        &self,
        start: u64,
        length: u64,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Unreadable> {
        let end = start.saturating_add(length);
        let unreadable = |_: JsValue| Unreadable;
        let slice = self
            .0
            .slice_with_f64_and_f64(start as f64, end as f64)
            .map_err(unreadable)?;
        let buffer = JsFuture::from(slice.array_buffer())
            .await
            .map_err(unreadable)?;
        let view = Uint8Array::new(&buffer);
        bytes.resize(view.length() as usize, 0);
        view.copy_to(bytes);
        Ok(())
    }

    /// A file that is no file on disk: what was pasted or fetched.
    #[must_use]
    pub fn of_text(name: &str, text: &str) -> Option<Self> {
        Self::of_pieces(name, &Array::of1(&text.into()))
    }

    pub(super) fn of_pieces(name: &str, pieces: &Array) -> Option<Self> {
        File::new_with_u8_array_sequence(pieces, name)
            .ok()
            .map(Self)
    }

    pub(super) fn handle(&self) -> &File {
        &self.0
    }

    pub(super) fn from_handle(value: JsValue) -> Option<Self> {
        value.dyn_into().ok().map(Self)
    }
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
        .filter_map(|index| list.get(index).map(LocalFile))
        .collect()
}
