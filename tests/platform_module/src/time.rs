//! Timers, tasks and frames, and what the module knows of clock and memory.

use stallscope_viewer::platform::{Timer, after_frame, heap_bytes, later, now_ms};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Count, Notes, after_ms, drawn, script};

/// A timer does its work once; one that is dropped before, and one that is dropped afterwards, do no more.
#[wasm_bindgen]
pub async fn a_dropped_timer_does_nothing() {
    let [kept, dropped] = [Count::default(), Count::default()];
    let start = |count: &Count| {
        let count = count.clone();
        Timer::start(20, move || count.add()).unwrap()
    };
    let timers = (start(&kept), start(&dropped));
    drop(timers.1);
    assert_eq!(kept.get(), 0, "not at once");
    after_ms(60).await;
    assert_eq!((kept.get(), dropped.get()), (1, 0));
    drop(timers.0);
    after_ms(60).await;
    assert_eq!(kept.get(), 1);
}

/// What is done later comes after what is waiting already, and what is done after a frame after that was drawn.
#[wasm_bindgen]
pub async fn work_waits_for_its_turn() {
    let notes = Notes::new();
    let [first, second, third] = [notes.writer(), notes.writer(), notes.writer()];
    script("self.frames = 0; requestAnimationFrame(() => frames += 1)");
    after_frame(move || third(script("return frames").as_f64().map(|_| "after a frame")));
    later(move || second(Some("later")));
    first(Some("now"));
    drawn().await;
    let heard: Vec<_> = notes.take().into_iter().flatten().collect();
    assert_eq!(heard.first(), Some(&"now"));
    assert!(
        heard.contains(&"later") && heard.contains(&"after a frame"),
        "{heard:?}"
    );
    assert_eq!(script("return frames").as_f64(), Some(1.0));
}

/// The clock is the browser's, and memory is told in WebAssembly's pages of 64 KiB, as it grows.
#[wasm_bindgen]
pub fn clock_and_memory_are_the_browsers() {
    let clock = script("return Date.now()").as_f64().unwrap();
    assert!((now_ms() - clock).abs() < 1000.0);
    let before = heap_bytes();
    let held = std::hint::black_box(vec![1_u8; 4 << 20]);
    assert!(heap_bytes() >= before + held.len() as u64 - (1 << 20));
    assert_eq!(heap_bytes() % (1 << 16), 0);
}
