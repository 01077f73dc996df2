//! HTTP/1.1 as a node of the lab speaks it: every request gets the same page.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::thread;

use super::fault::Fault;
use super::node::Node;

/// Bytes of the page: more than the first window of ten segments (RFC 6928), so that a body takes time.
const PAGE: usize = 64 << 10;
/// Lines of a request that are read, and bytes of one.
const LINES: usize = 128;
const LINE: u64 = 16 << 10;

/// Answers requests until the client leaves or asks to close. With a fault of the answer, half a page and no more.
pub(crate) fn serve(
    node: &Node,
    stream: impl Read + Write,
    fault: Option<Fault>,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = Request::read(&mut stream)? {
        if fault == Some(Fault::SlowAnswer) {
            thread::sleep(node.delay);
        }
        let head = head(node, &request);
        let stream = stream.get_mut();
        stream.write_all(head.as_bytes())?;
        let body = vec![b'.'; if request.is_head { 0 } else { PAGE }];
        if matches!(fault, Some(Fault::BodyStall | Fault::BodyReset)) {
            stream.write_all(body.get(..PAGE / 2).unwrap_or_default())?;
            return stream.flush();
        }
        stream.write_all(&body)?;
        stream.flush()?;
        if request.is_last {
            break;
        }
    }
    Ok(())
}

/// The header. A node says who it is, as nodes of real networks do.
fn head(node: &Node, request: &Request) -> String {
    let connection = if request.is_last {
        "close"
    } else {
        "keep-alive"
    };
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {PAGE}\r\nX-Served-By: lab-node-{}\r\n\
         Connection: {connection}\r\n\r\n",
        node.number
    )
}

/// What matters of a request.
struct Request {
    is_head: bool,
    is_last: bool,
}

impl Request {
    /// The next one; `None` when the client left. A body is not expected and not read.
    fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut request = Self {
            is_head: false,
            is_last: false,
        };
        for number in 0..LINES {
            let mut line = String::new();
            if stream.take(LINE).read_line(&mut line)? == 0 {
                return Ok(None);
            }
            let line = line.trim_end().to_ascii_lowercase();
            match (number, line.as_str()) {
                (0, line) => {
                    request.is_head = line.starts_with("head ");
                    request.is_last = line.ends_with("http/1.0");
                }
                (_, "") => return Ok(Some(request)),
                (_, "connection: close") => request.is_last = true,
                _ => {}
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }
}
