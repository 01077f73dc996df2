//! Files from elsewhere. The page's server (`tests/borders/browser/platform.rs`) has `ten.bin`, `ranged%20set.pcap`,
//! which it would give by ranges, and `held.bin`, whose end never comes.

use stallscope_viewer::platform::fetch::{FetchError, Fetching, by_ranges, host};
use stallscope_viewer::platform::{later, spawn};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Notes, drawn, text};

/// What is fetched is a file with the last word of its address as its name, and who waits hears how far it is.
#[wasm_bindgen]
pub async fn what_is_fetched_is_a_file() {
    let notes = Notes::new();
    let write = notes.writer();
    let file = Fetching::new()
        .unwrap()
        .get("ten.bin?x=/y#z", 10, move |read, all| write((read, all)))
        .await
        .unwrap();
    let mut bytes = Vec::new();
    file.read(0, 99, &mut bytes).await.unwrap();
    assert_eq!((file.name().as_str(), bytes), ("ten.bin", vec![7; 10]));
    assert_eq!(notes.take().last(), Some(&(10, Some(10))));
}

/// Each reason has its own value; what is not secure is not even asked for.
#[wasm_bindgen]
pub async fn why_there_is_no_file_is_told() {
    for (url, most, expected) in [
        ("ten.bin", 9, FetchError::TooLarge(10)),
        ("missing.bin", 9, FetchError::Status(404)),
        ("http://192.0.2.1/a.pcap", 9, FetchError::NotSecure),
        ("ftp://localhost/a.pcap", 9, FetchError::NotSecure),
        ("https://[", 9, FetchError::NotSecure),
        ("https://127.0.0.1:1/a.pcap", 9, FetchError::Blocked),
    ] {
        let got = Fetching::new().unwrap().get(url, most, |_, _| {}).await;
        assert_eq!(got, Err(expected), "{url}");
    }
    assert_eq!(
        text(
            "performance.getEntriesByType('resource').filter((one) => one.name.includes('192.0.2.1')).length"
        ),
        "0"
    );
}

/// One that is aborted ends, also when bytes have come already.
#[wasm_bindgen]
pub async fn a_fetch_ends_when_it_is_aborted() {
    let fetching = Fetching::new().unwrap();
    let other = fetching.clone();
    let got = fetching
        .get("held.bin", 99, move |_, _| {
            let other = other.clone();
            later(move || other.abort());
        })
        .await;
    assert_eq!(got, Err(FetchError::Aborted));
}

/// Only a file of the page's own server that offers ranges is read by them; its name is decoded.
#[wasm_bindgen]
pub async fn only_an_own_file_with_ranges_is_read_by_ranges() {
    let file = by_ranges("ranged%20set.pcap").await.unwrap();
    assert_eq!(
        (file.name().as_str(), file.size()),
        ("ranged set.pcap", 1000)
    );
    for url in [
        "ten.bin",
        "missing.bin",
        "https://127.0.0.1:1/ranged%20set.pcap",
    ] {
        assert_eq!(by_ranges(url).await, None, "{url}");
    }
}

/// With the port, and relative to the page where it is no address of its own.
#[wasm_bindgen]
pub fn an_address_names_its_host() {
    for (url, expected) in [
        ("https://files.example/a", Some("files.example".to_owned())),
        (
            "https://files.example:8443/a",
            Some("files.example:8443".to_owned()),
        ),
        ("a.pcap", Some(text("location.host"))),
        ("https://[", None),
    ] {
        assert_eq!(host(url), expected, "{url}");
    }
}

/// A future runs beside what started it.
#[wasm_bindgen]
pub async fn a_future_runs_beside_the_rest() {
    let notes = Notes::new();
    let (inside, outside) = (notes.writer(), notes.writer());
    spawn(async move { inside("inside") });
    outside("outside");
    drawn().await;
    assert_eq!(notes.take(), ["outside", "inside"]);
}
