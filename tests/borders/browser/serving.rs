//! The command's own server: what it serves is the viewer, and it opens the files that were named.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use stallscope_tests::captures::skipped;

use super::{ONE_WEAK, corpus};
use crate::webdriver::Browser;

#[test]
fn served_captures_are_read_by_ranges() {
    let what = "the command's own server in a browser";
    let Some(command) = crate::built("STALLSCOPE_COMMAND", what) else {
        return;
    };
    if !Path::new(&command).is_file() {
        skipped(what, "the command is not built");
        return;
    }
    let mut serving = Command::new(command)
        .args(["serve", "--no-open"])
        .arg(corpus(ONE_WEAK))
        .arg(corpus("d_h1_curl5_v6.pcap"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut link = String::new();
    BufReader::new(serving.stdout.take().unwrap())
        .read_line(&mut link)
        .unwrap();
    if link.is_empty() {
        skipped(what, "the command was built before the viewer");
    } else if let Some(browser) = Browser::start() {
        browser.open(link.trim());
        let facts = browser.text("facts");
        assert!(facts.contains(ONE_WEAK), "{facts}");
        assert!(facts.contains("d_h1_curl5_v6.pcap"), "{facts}");
        let whole = browser.evaluate("performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/files/') && entry.transferSize > 10000).length");
        assert_eq!(whole, 0, "the page itself fetches no capture");
        for key in ["2", "]", "3"] {
            browser.press(key);
        }
        assert!(browser.text("outcome").contains("stalled"));
        assert_eq!(browser.complaints(), Vec::<String>::new());
    } else {
        skipped(what, "chromedriver is not installed");
    }
    serving.kill().unwrap();
    serving.wait().unwrap();
}
