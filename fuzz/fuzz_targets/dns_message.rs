//! libFuzzer's way into [`stallscope_fuzz::targets::dns_message`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stallscope_fuzz::targets::dns_message::target(data));
