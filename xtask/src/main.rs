//! The one door: demo, test, build, lab, bench, tidy.

fn main() {}
