//! libFuzzer's way into [`stallscope_fuzz::targets::capture_reader`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stallscope_fuzz::targets::capture_reader::target(data));
