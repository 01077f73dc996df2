//! HTTP that tshark reads only when it does not wait for segments that never come.
//!
//! The oracle was made with `tcp.reassemble_out_of_order`: behind a segment that the capture lacks tshark then
//! reads nothing more. As it is installed it reads on, as we do; what it finds so is listed beside this file, by
//! packet. Targets are not: they are other people's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use stallscope_tests::captures::{beside, skipped};
use stallscope_tests::parallel::in_parallel;

use crate::oracle::{self, HttpMessage, Oracle, Stream};

/// Where the list is.
const LIST: &str = "oracle/behind_holes.tsv";
/// Makes the test write the list anew.
const REWRITE: &str = "STALLSCOPE_HOLES_REWRITE";
const HEAD: &str = "sha256\tstream\tpacket\ttime\tkind\tmethod or status\n";

/// A request or a response, where its headers were complete.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Message {
    pub(crate) frame: u32,
    pub(crate) ts: String,
    pub(crate) kind: String,
    /// Method, or status.
    pub(crate) says: String,
}

/// Messages by first digits of the capture's SHA-256 and stream.
pub(crate) type List = BTreeMap<(String, u32), Vec<Message>>;

/// The checked-in list.
pub(crate) fn read() -> io::Result<List> {
    let mut list = List::new();
    for line in fs::read_to_string(path())?.lines().skip(1) {
        let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let Ok([sha, stream, frame, ts, kind, says]) = <[String; 6]>::try_from(fields) else {
            return Err(io::Error::other(format!("{LIST}: {line}")));
        };
        let number = |text: &str| text.parse().map_err(io::Error::other);
        let message = Message {
            frame: number(&frame)?,
            ts,
            kind,
            says,
        };
        list.entry((sha, number(&stream)?))
            .or_default()
            .push(message);
    }
    Ok(list)
}

#[test]
fn tshark_reads_behind_holes_what_the_list_says() {
    let Some(folder) = beside("public", "HTTP behind holes of public captures") else {
        return;
    };
    let version = Command::new("tshark").arg("--version").output();
    if version.is_err() {
        skipped("HTTP behind holes", "tshark is not installed");
        return;
    }
    let listed = read().unwrap_or_default();
    let is_rewritten = std::env::var_os(REWRITE).is_some();
    let mut oracles = oracle::all(&folder);
    // All of them have holes somewhere; those without HTTP behind one need not be asked each time.
    oracles.retain(|oracle| {
        is_rewritten || listed.keys().any(|(sha, _)| oracle.sha256.starts_with(sha))
    });
    let found: List = in_parallel(&oracles, |oracle| ask(&folder, oracle))
        .into_iter()
        .flatten()
        .collect();
    if is_rewritten {
        write(&found).unwrap();
    }
    assert_eq!(read().unwrap(), found, "{REWRITE}=1 writes the list anew");
}

/// What tshark as it is installed finds in streams with holes, and did not find when the oracle was made.
fn ask(folder: &Path, oracle: &Oracle) -> List {
    let streams = oracle.tshark.tcp_streams.iter().filter(|s| has_hole(s));
    let streams: BTreeMap<u32, &Stream> = streams.map(|s| (s.stream, s)).collect();
    let mut list = List::new();
    if streams.is_empty() {
        return list;
    }
    let output = Command::new("tshark")
        .args(["-n", "-o", "tcp.reassemble_out_of_order:FALSE"])
        .args(["-o", "http.desegment_body:FALSE"])
        .args(["-o", "http.dechunk_body:FALSE"])
        .args([
            "-Y",
            "tcp && (http.request || http.response) && !tls && !icmp",
        ])
        .args(["-T", "fields", "-e", "tcp.stream", "-e", "frame.number"])
        .args(["-e", "frame.time_epoch", "-e", "http.request.method"])
        .args(["-e", "http.response.code", "-r"])
        .arg(folder.join(&oracle.path))
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let sha: String = oracle.sha256.chars().take(12).collect();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [stream, frame, ts, methods, codes] = fields.try_into().unwrap();
        // Packets of sFlow hold pieces of several.
        let Some((number, stream)) = stream
            .parse()
            .ok()
            .and_then(|number: u32| streams.get(&number).map(|stream| (number, stream)))
        else {
            continue;
        };
        for (kind, all) in [("request", methods), ("response", codes)] {
            let frame: u32 = frame.parse().unwrap();
            let is_same = |known: &&HttpMessage| known.frame == frame && known.kind == kind;
            if all.is_empty() || stream.http_headers.iter().find(is_same).is_some() {
                continue;
            }
            let of_stream = list.entry((sha.clone(), number)).or_default();
            of_stream.extend(all.split(',').map(|says| Message {
                frame,
                ts: ts.to_owned(),
                kind: kind.to_owned(),
                says: says.to_owned(),
            }));
        }
    }
    list
}

/// A segment is missing before one that is there, or before an acknowledgement.
fn has_hole(stream: &Stream) -> bool {
    let mut kinds = stream.analysis_by_dir.keys();
    kinds.any(|kind| kind.ends_with("lost_segment"))
}

fn write(list: &List) -> io::Result<()> {
    let mut text = HEAD.to_owned();
    for ((sha, stream), messages) in list {
        for message in messages {
            let (frame, ts) = (message.frame, &message.ts);
            let (kind, says) = (&message.kind, &message.says);
            text += &format!("{sha}\t{stream}\t{frame}\t{ts}\t{kind}\t{says}\n");
        }
    }
    fs::write(path(), text)
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(LIST)
}
