//! libFuzzer's way into [`stallscope_fuzz::targets::tcp_events`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stallscope_fuzz::targets::tcp_events::target(data));
