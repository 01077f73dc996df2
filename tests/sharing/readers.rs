//! What other programs ask of the forms: HAR's required fields, CSV's columns, a page without scripts or addresses
//! that it would load.

use base64::Engine as _;
use serde_json::Value;
use stallscope_shared::export::{csv, har, html, markdown};
use stallscope_shared::report::redaction::Redaction;
use stallscope_shared::text::Language;
use stallscope_viewer::worker::record;

use super::{forms, reports};

#[test]
fn har_has_what_har_1_2_requires() {
    for (name, report) in reports::of_repository() {
        let redacted = Redaction::new().apply(&report);
        let log: Value = serde_json::from_str(&har::har(&redacted)).unwrap();
        assert_eq!(log["log"]["version"], "1.2");
        for entry in log["log"]["entries"].as_array().unwrap() {
            for field in [
                "startedDateTime",
                "time",
                "request",
                "response",
                "cache",
                "timings",
            ] {
                assert!(entry.get(field).is_some(), "{name}: {field}");
            }
            for field in [
                "method",
                "url",
                "httpVersion",
                "cookies",
                "headers",
                "queryString",
                "headersSize",
                "bodySize",
            ] {
                assert!(
                    entry["request"].get(field).is_some(),
                    "{name}: request.{field}"
                );
            }
            for field in [
                "status",
                "statusText",
                "httpVersion",
                "cookies",
                "headers",
                "content",
                "redirectURL",
                "headersSize",
                "bodySize",
            ] {
                assert!(
                    entry["response"].get(field).is_some(),
                    "{name}: response.{field}"
                );
            }
            for field in ["send", "wait", "receive"] {
                assert!(
                    entry["timings"][field].as_f64().unwrap() >= 0.0,
                    "{name}: timings.{field}"
                );
            }
            for field in ["blocked", "dns", "connect", "ssl"] {
                let time = entry["timings"][field].as_f64().unwrap();
                assert!(
                    time >= 0.0 || (time + 1.0).abs() < f64::EPSILON,
                    "{name}: timings.{field}"
                );
            }
            let url = entry["request"]["url"].as_str().unwrap();
            assert!(
                url.starts_with("http://") || url.starts_with("https://"),
                "{name}: {url}"
            );
        }
    }
}

#[test]
fn every_line_of_a_table_has_every_column() {
    for (name, report) in reports::of_repository() {
        let text = csv::csv(&Redaction::new().apply(&report));
        let columns = |line: &str| {
            let mut is_quoted = false;
            line.chars()
                .filter(|character| {
                    is_quoted ^= *character == '"';
                    *character == ',' && !is_quoted
                })
                .count()
        };
        let mut lines = text.split("\r\n");
        let expected = columns(lines.next().unwrap());
        for line in lines.filter(|line| !line.is_empty()) {
            assert_eq!(columns(line), expected, "{name}: {line}");
        }
    }
}

#[test]
fn a_page_is_one_file_that_asks_for_nothing() {
    for (name, report) in reports::of_repository() {
        let redacted = Redaction::new().apply(&report);
        for languages in [&Language::ALL[..1], &Language::ALL[1..], &Language::ALL[..]] {
            let page = html::page(
                &redacted,
                &html::Options {
                    languages,
                    ..html::Options::default()
                },
            );
            for forbidden in [
                "<script",
                "<link",
                "<img",
                "<iframe",
                " src=",
                " href=",
                "url(",
                "@import",
                "javascript:",
            ] {
                assert!(!page.contains(forbidden), "{name}: {forbidden}");
            }
            assert!(
                !page.contains("{ $") && !page.contains("{$"),
                "{name}: a gap was left open"
            );
            assert!(page.len() < 600_000, "{name}: {} bytes", page.len());
            let held = html::held(&page).unwrap();
            assert_eq!(html::sha256(held.data.as_bytes()), held.data_sha256);
            assert_eq!(held.report(), Some(redacted.report()), "{name}");
            assert_eq!(
                held.written_again().as_deref(),
                Some(page.as_str()),
                "{name}"
            );
        }
    }
}

#[test]
fn a_viewer_behind_a_page_leaves_the_page_as_it_is() {
    for (name, report) in reports::of_repository() {
        let redacted = Redaction::new().apply(&report);
        let options = html::Options {
            is_in_front: true,
            ..html::Options::default()
        };
        let page = html::page(&redacted, &options);
        let both = record::behind(&page, &forms::VIEWER).unwrap();
        assert!(both.contains("script-src 'sha256-"), "{name}");
        assert!(!both.contains("'unsafe-eval'") && both.contains("connect-src 'none'"));
        let taken = html::behind::without(&both, &[]);
        assert_eq!(
            taken,
            (page.clone(), Some(forms::VIEWER.digest())),
            "{name}"
        );
        assert_eq!(
            html::behind::without(&page, &[]),
            (page.clone(), None),
            "{name}"
        );
        let by_mail = both.replace('\n', "\r\n");
        assert_eq!(html::behind::without(&by_mail, &[]), taken, "{name}");
        // Whatever else is changed around the viewer stays in the page.
        for (there, instead) in [
            ("<!--behind-->", "<!--behind--><h1>It was the network.</h1>"),
            ("script-src", "script-src 'unsafe-inline'"),
            ("connect-src 'none'", "connect-src *"),
            ("id=\"behind\"", "id=\"behind\" onclick=\"send()\""),
            ("const inflated", "send(); const inflated"),
            (
                "<!--/behind-->\n</body>",
                "<!--/behind-->\n<p>No.</p></body>",
            ),
        ] {
            let forged = both.replacen(there, instead, 1);
            assert_ne!(forged, both, "{there}");
            let (plain, _) = html::behind::without(&forged, &[]);
            assert_ne!(plain, page, "{name}: {instead}");
        }
        let held = [&both, &page].map(|page| html::held(page).unwrap());
        assert_eq!(held[0].data, held[1].data, "{name}");
    }
}

#[test]
fn a_ticket_says_what_the_page_says() {
    let report =
        stallscope_tests::report(&reports::weak_node(4, 15), "case.pcap", 1 << 20).unwrap();
    let redacted = Redaction::new().apply(&report);
    let ticket = markdown::ticket(&redacted, Language::English);
    let headline = report.headline.unwrap().statement;
    assert!(ticket.contains(&headline), "{ticket}");
    assert!(ticket.contains("| 198.51.100.22:443 |"));
    let chat = markdown::chat(&redacted, Language::English);
    assert!(
        chat.contains(&headline) && chat.lines().count() <= 3,
        "{chat}"
    );
}

#[test]
fn a_page_in_which_a_word_was_changed_is_not_the_one_that_is_written_again() {
    let report =
        stallscope_tests::report(&reports::weak_node(4, 15), "case.pcap", 1 << 20).unwrap();
    let redacted = Redaction::new().apply(&report);
    let options = html::Options {
        packets: Some(b"packets"),
        viewer: Some("https://viewer.example.org/"),
        ..html::Options::default()
    };
    let page = html::page(&redacted, &options);
    assert!(page.contains("href=\"https://viewer.example.org/#r1."));
    for (from, to) in [
        ("198.51.100.22:443", "198.51.100.23:443"),
        ("failed", "passed"),
        ("data-sha256=\"", "data-sha256=\"0"),
        ("class=\"bad\"", "class=\"\""),
    ] {
        let changed = page.replacen(from, to, 1);
        assert_ne!(changed, page, "{from}");
        let held = html::held(&changed).unwrap();
        let is_told = held.written_again().is_none_or(|again| again != changed);
        assert!(is_told, "{from}");
    }
}

#[test]
fn what_a_page_holds_is_bounded_and_its_damage_is_no_panic() {
    let report = stallscope_tests::report(&reports::weak_node(2, 5), "case.pcap", 1 << 20).unwrap();
    let page = html::page(&Redaction::new().apply(&report), &html::Options::default());
    let held = html::held(&page).unwrap();
    let (before, after) = page.split_once(&held.data).unwrap();
    for length in (0..held.data.len()).step_by(97) {
        let cut = format!("{before}{}{after}", &held.data[..length]);
        assert!(html::held(&cut).unwrap().report().is_none(), "{length}");
    }
    let mut bomb = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..128 {
        std::io::Write::write_all(&mut bomb, &[b' '; 1 << 20]).unwrap();
    }
    let bomb = base64::engine::general_purpose::STANDARD.encode(bomb.finish().unwrap());
    let bomb = format!("{before}{bomb}{after}");
    assert!(html::held(&bomb).unwrap().report().is_none());
}
