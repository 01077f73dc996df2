//! One request and its response over HTTP/2 (RFC 9113): a library speaks it over a pipe in memory, whose bytes go through
//! TLS one way and the other, and are looked at frame by frame on the way.
//!
//! ```text
//!  library <-> far | near <-> frames <-> TLS <-> watched socket
//! ```

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::Write as _;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::client::SendRequest;
use stallscope_shared::http::facts::HttpVersion;
use stallscope_shared::probe::{SocketError, What};
use stallscope_shared::time::Timestamp;
use tokio::io::{AsyncRead as _, AsyncWrite as _, DuplexStream, ReadBuf};
use tokio::time::Instant;

use super::exchange::{Came, PAUSE, next};
use super::fields::{Head, request};
use super::frames::{Frames, GOAWAY, HEADERS, RST_STREAM};
use crate::probe::attempt::Task;
use crate::probe::clock::now;
use crate::probe::limits::Deadline;
use crate::probe::tls::Session;
use crate::probe::watched::{Over, Watched};

/// What the pipe holds: more than one turn of the library says.
const PIPE: usize = 64 << 10;
/// The first stream of a client (RFC 9113 §5.1.1), and the only one.
const STREAM: u32 = 1;
/// The code of a GOAWAY that finds no fault (RFC 9113 §7).
const NO_ERROR: u32 = 0;

/// What the library knows of the response.
#[derive(Debug, Default)]
struct Answer {
    status: Option<u16>,
    head: Head,
    body: u64,
    is_whole: bool,
}

/// Asks and reads the answer.
pub(in crate::probe) async fn exchange(
    watched: &mut Watched,
    session: &mut Session,
    task: &Task,
    limits: (&Deadline, Instant),
) -> Result<(), Over> {
    // The pipe is emptied in one go: who shares the thread waits no longer for it than for a record of HTTP/1.1.
    tokio::task::unconstrained(spoken(watched, session, task, limits)).await
}

async fn spoken(
    watched: &mut Watched,
    session: &mut Session,
    task: &Task,
    (first_byte, began): (&Deadline, Instant),
) -> Result<(), Over> {
    if let Some(http) = &mut watched.recorder.log.http {
        http.version = Some(HttpVersion::Http2);
    }
    let (near, far) = tokio::io::duplex(PIPE);
    let Ok((sender, connection)) = h2::client::handshake(far).await else {
        return Err(Over);
    };
    let answer = RefCell::new(Answer::default());
    let mut library = pin!(async {
        let asked = async {
            // What the server ends is in its frames.
            let _in_frames = ask(sender, task, &answer).await;
        };
        let _in_frames = tokio::join!(biased; connection, asked);
    });
    let mut talk = Talk {
        near,
        incoming: Vec::new(),
        is_over: false,
        out: Frames::of_client(),
        into: Frames::of_server(),
        written: 0,
        last: None,
        has_head: false,
        is_refused: false,
    };
    let mut deadline = first_byte.clone();
    loop {
        let plain = poll_fn(|context| Poll::Ready(talk.turn(library.as_mut(), context))).await;
        talk.note(watched, &answer.borrow());
        if answer.borrow().is_whole || answer.borrow().body >= task.max_bytes {
            let bytes = answer.borrow().body;
            watched.recorder.seen(talk.last, What::BodyRead { bytes });
            return Ok(());
        }
        if !plain.is_empty() {
            talk.send(watched, session, &plain, &deadline).await?;
        }
        if talk.is_over {
            return Err(talk.broken(watched));
        }
        let was_begun = talk.last.is_some();
        let came = next(watched, Some(session), &deadline, false).await?;
        talk.take(watched, came);
        if !was_begun && talk.last.is_some() {
            let limits = &task.limits;
            deadline = Deadline::first([
                (limits.body.as_ref(), Instant::now()),
                (limits.whole.as_ref(), began),
            ]);
        }
    }
}

/// The library's part: the request, the response's head and its body.
async fn ask(
    sender: SendRequest<Bytes>,
    task: &Task,
    answer: &RefCell<Answer>,
) -> Result<(), h2::Error> {
    let Some(request) = request(task, http::Version::HTTP_2) else {
        return Ok(());
    };
    let mut sender = sender.ready().await?;
    let body = task.request.body.clone().map(Bytes::from);
    let (response, mut stream) = sender.send_request(request, body.is_none())?;
    if let Some(body) = body {
        stream.send_data(body, true)?;
    }
    let response = response.await?;
    {
        let mut answer = answer.borrow_mut();
        answer.status = Some(response.status().as_u16());
        answer.head = Head::of(response.headers());
    }
    let mut body = response.into_body();
    while let Some(data) = body.data().await {
        let length = data?.len();
        answer.borrow_mut().body += length as u64;
        body.flow_control().release_capacity(length)?;
    }
    answer.borrow_mut().is_whole = true;
    Ok(())
}

/// What passes between the library and the socket.
struct Talk {
    near: DuplexStream,
    /// What came and is not yet in the pipe.
    incoming: Vec<u8>,
    /// The library has nothing more to say.
    is_over: bool,
    out: Frames,
    into: Frames,
    /// Bytes of the request so far, on the wire.
    written: u32,
    /// When the last packet of the response came.
    last: Option<Timestamp>,
    has_head: bool,
    /// The server said that it does not go on, or that it takes no notice of the request.
    is_refused: bool,
}

impl Talk {
    /// Lets the library take what came, and say what it has to say.
    fn turn(
        &mut self,
        mut library: Pin<&mut impl Future<Output = ()>>,
        context: &mut Context<'_>,
    ) -> Vec<u8> {
        let mut said = Vec::new();
        let mut room = vec![0; PIPE];
        loop {
            // Twice: what one of its halves learns, the other may have to say something to.
            for _ in 0..2 {
                if !self.is_over {
                    self.is_over = library.as_mut().poll(context).is_ready();
                }
            }
            let mut has_moved = false;
            if !self.incoming.is_empty() {
                let write = Pin::new(&mut self.near).poll_write(context, &self.incoming);
                if let Poll::Ready(Ok(taken @ 1..)) = write {
                    self.incoming.drain(..taken);
                    has_moved = true;
                }
            }
            let mut read = ReadBuf::new(&mut room);
            let is_read = Pin::new(&mut self.near)
                .poll_read(context, &mut read)
                .is_ready();
            if is_read && !read.filled().is_empty() {
                said.extend_from_slice(read.filled());
                has_moved = true;
            }
            if !has_moved {
                return said;
            }
        }
    }

    /// Sends what the library said.
    async fn send(
        &mut self,
        watched: &mut Watched,
        session: &mut Session,
        plain: &[u8],
        deadline: &Deadline,
    ) -> Result<(), Over> {
        let frames = self.out.feed(plain);
        let is_request = |kind: u8| {
            frames
                .iter()
                .any(|frame| frame.kind == kind && frame.stream == STREAM)
        };
        let begins = is_request(HEADERS);
        let ends = frames
            .iter()
            .any(|frame| frame.stream == STREAM && frame.ends_stream());
        // Into memory, which does not fail.
        let _infallible = session.tls.writer().write_all(plain);
        let bytes = session.outgoing();
        if let Some(tls) = &mut watched.recorder.log.tls {
            tls.records.0 += 1;
        }
        let begun = now();
        let sent = watched.send(&bytes, deadline).await?;
        self.written = self
            .written
            .saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        let mut events = Vec::new();
        if begins {
            let first = watched
                .recorder
                .push(begun.min(sent), None, What::RequestBegun);
            let samples = &watched.recorder.log.samples;
            // One segment has one stamp; of several, that of the first is not known.
            let is_one = samples
                .last()
                .is_some_and(|sample| bytes.len() <= sample.send_mss as usize);
            events.extend(is_one.then_some(first));
        }
        if ends {
            let bytes = self.written;
            events.push(
                watched
                    .recorder
                    .push(sent, None, What::RequestWritten { bytes }),
            );
        }
        let acked = ends.then_some(What::RequestAcked);
        watched.recorder.wrote(bytes.len(), events, acked);
        Ok(())
    }

    /// Takes what came.
    fn take(&mut self, watched: &mut Watched, (plain, first, at): Came) {
        for frame in self.into.feed(&plain) {
            let code = frame.code;
            match frame.kind {
                HEADERS if frame.stream == STREAM && self.last.is_none() => {
                    watched.recorder.seen(first, What::ResponseBegun);
                    self.last = Some(first.unwrap_or_else(now));
                }
                RST_STREAM if frame.stream == STREAM => {
                    watched.recorder.seen(at, What::StreamReset { code });
                }
                GOAWAY => {
                    watched.recorder.seen(at, What::GoAway { code });
                    self.is_refused |= code != NO_ERROR || frame.last_stream < STREAM;
                }
                _ => {}
            }
        }
        if let Some(last) = self.last {
            let known = at.unwrap_or_else(now);
            let after = first.unwrap_or(known).since(last);
            if after >= PAUSE {
                watched.recorder.seen(first, What::BodyResumed { after });
            }
            self.last = Some(known.max(last));
        }
        self.incoming.extend_from_slice(&plain);
    }

    /// Writes down what the library learned.
    fn note(&mut self, watched: &mut Watched, answer: &Answer) {
        if let Some(http) = &mut watched.recorder.log.http {
            http.body_bytes = answer.body;
        }
        let Some(status) = answer.status.filter(|_| !self.has_head) else {
            return;
        };
        self.has_head = true;
        watched.recorder.seen(self.last, What::HeadRead { status });
        if let Some(http) = &mut watched.recorder.log.http {
            http.content_length = answer.head.content_length;
            http.identity = answer.head.identity.clone();
        }
    }

    /// The library ended it: since the server ended the stream or the connection, or, where no frame of it says so, since
    /// it does not accept what came.
    fn broken(&self, watched: &mut Watched) -> Over {
        let is_told = watched
            .recorder
            .log
            .events
            .iter()
            .any(|event| matches!(event.what, What::StreamReset { .. }));
        if self.is_refused && !is_told {
            watched.recorder.now(What::ClosedByServer);
        } else if !is_told {
            watched.recorder.now(What::Broken(SocketError {
                errno: "EPROTO".into(),
                icmp: None,
                is_local: false,
            }));
        }
        Over
    }
}
