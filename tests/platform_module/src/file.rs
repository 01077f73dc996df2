//! Files: slices, pickers, drops, downloads.

use stallscope_viewer::platform::file::{LocalFile, chosen, dropped, save};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{awaited, script, text};

/// Two files as a picker or a drop holds them.
const TWO_FILES: &str = "const held = new DataTransfer(); \
    held.items.add(new File(['abc'], 'one.pcap')); held.items.add(new File(['defgh'], 'two.pcap'));";

/// A slice holds the bytes that were asked for, fewer at the end and none behind it, and nothing of the slice before.
#[wasm_bindgen]
pub async fn a_file_is_read_by_slices() {
    let file = LocalFile::of_text("small.pcap", "0123456789").unwrap();
    assert_eq!((file.name().as_str(), file.size()), ("small.pcap", 10));
    let mut bytes = b"of before".to_vec();
    for (start, length, expected) in [
        (0, 4, "0123"),
        (4, 4, "4567"),
        (8, 4, "89"),
        (10, 4, ""),
        (3, 0, ""),
        (u64::MAX, 4, ""),
        (9, u64::MAX, "9"),
    ] {
        file.read(start, length, &mut bytes).await.unwrap();
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            expected,
            "{length} from {start}"
        );
    }
}

/// A picker gives its files and is empty then: the same file, chosen again, is a change again.
#[wasm_bindgen]
pub fn a_picker_is_emptied() {
    let event = script(&format!(
        "{TWO_FILES} const input = document.createElement('input'); input.type = 'file'; input.multiple = true; \
        input.files = held.files; self.picker = input; let event; \
        input.addEventListener('change', (heard) => event = heard); input.dispatchEvent(new Event('change')); return event;"
    ));
    let files = chosen(event.unchecked_ref());
    let named: Vec<_> = files
        .iter()
        .map(|file| (file.name(), file.size()))
        .collect();
    assert_eq!(
        named,
        [("one.pcap".to_owned(), 3), ("two.pcap".to_owned(), 5)]
    );
    assert_eq!(text("picker.files.length"), "0");
}

/// A drop without files, as of text, gives none.
#[wasm_bindgen]
pub fn a_drop_gives_its_files() {
    let event = script(&format!(
        "{TWO_FILES} return new DragEvent('drop', {{ dataTransfer: held }})"
    ));
    let names: Vec<_> = dropped(event.unchecked_ref())
        .iter()
        .map(LocalFile::name)
        .collect();
    assert_eq!(names, ["one.pcap", "two.pcap"]);
    for without in [
        "new DragEvent('drop', { dataTransfer: new DataTransfer() })",
        "new DragEvent('drop')",
    ] {
        let event = script(&format!("return {without}"));
        assert_eq!(dropped(event.unchecked_ref()), [], "{without}");
    }
}

/// What is saved has its name, and its bytes are there when the browser reads them later.
#[wasm_bindgen]
pub async fn a_download_holds_its_bytes() {
    script(
        "HTMLElement.prototype.click = function () { self.saved = { name: this.download, href: this.href }; }",
    );
    save("report.json", b"{\"v\":1}");
    assert_eq!(text("saved.name"), "report.json");
    let bytes = awaited("return fetch(saved.href).then((answer) => answer.text())").await;
    assert_eq!(bytes.as_string().unwrap(), "{\"v\":1}");
}
