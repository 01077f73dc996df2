//! libFuzzer's way into [`stallscope_fuzz::targets::link`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stallscope_fuzz::targets::link::target(data));
