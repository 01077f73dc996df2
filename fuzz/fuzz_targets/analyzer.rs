//! libFuzzer's way into [`stallscope_fuzz::targets::analyzer`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stallscope_fuzz::targets::analyzer::target(data));
