//! One request and its response over HTTP/1.1.

use std::io::Write as _;

use stallscope_shared::probe::What;
use stallscope_shared::time::{Nanos, Timestamp};
use tokio::time::{Instant, timeout_at};

use super::h1::{Progress, Reader};
use crate::probe::attempt::Task;
use crate::probe::clock::now;
use crate::probe::limits::{Deadline, Named};
use crate::probe::tls::Session;
use crate::probe::watched::{ONE_PACKET, Over, Watched};

/// A pause of the body that is written down.
pub(in crate::probe) const PAUSE: Nanos = Nanos::from_millis(100);

/// Sends the request; what came of the response before all of it was sent.
pub(in crate::probe) async fn ask(
    watched: &mut Watched,
    mut session: Option<&mut Session>,
    task: &Task,
    deadline: &Deadline,
) -> Result<Option<Came>, Over> {
    let body = task.request.body.as_deref().unwrap_or_default();
    let permission = task.limits.permission.as_ref().filter(|_| !body.is_empty());
    let mut plain = task.request.head(permission.is_some());
    let mut before = 0;
    let mut first = None;
    if let Some(limit) = permission {
        let head = seal(watched, session.as_deref_mut(), plain);
        before = head.len();
        let sent = watched.send(&head, deadline).await?;
        let begun = watched.recorder.push(sent, None, What::RequestBegun);
        watched.recorder.wrote(head.len(), vec![begun], None);
        if let Some(early) = permitted(watched, session.as_deref_mut(), limit, deadline).await? {
            return Ok(Some(early));
        }
        plain = body.to_vec();
    } else {
        plain.extend_from_slice(body);
    }
    let bytes = seal(watched, session, plain);
    let begun = now();
    let sent = watched.send(&bytes, deadline).await?;
    if permission.is_none() {
        let at = begun.min(sent);
        first = Some(watched.recorder.push(at, None, What::RequestBegun));
    }
    let size = u32::try_from(before + bytes.len()).unwrap_or(u32::MAX);
    let written = What::RequestWritten { bytes: size };
    let last = watched.recorder.push(sent, None, written);
    // One segment has one stamp; of several, that of the first is not known.
    let samples = &watched.recorder.log.samples;
    let is_one = samples
        .last()
        .is_some_and(|sample| bytes.len() <= sample.send_mss as usize);
    let events = first.filter(|_| is_one).into_iter().chain([last]).collect();
    watched
        .recorder
        .wrote(bytes.len(), events, Some(What::RequestAcked));
    Ok(None)
}

/// What goes over the wire for these bytes.
fn seal(watched: &mut Watched, session: Option<&mut Session>, plain: Vec<u8>) -> Vec<u8> {
    let Some(session) = session else {
        return plain;
    };
    let mut sealed = Vec::with_capacity(plain.len() + 64);
    for piece in plain.chunks(16 << 10) {
        // Into memory, which does not fail.
        let _infallible = session.tls.writer().write_all(piece);
        sealed.extend(session.outgoing());
        if let Some(tls) = &mut watched.recorder.log.tls {
            tls.records.0 += 1;
        }
    }
    sealed
}

/// Waits for `100 Continue`, no longer than the limit; a response that comes in its place ends the waiting.
async fn permitted(
    watched: &mut Watched,
    mut session: Option<&mut Session>,
    limit: &Named,
    deadline: &Deadline,
) -> Result<Option<Came>, Over> {
    let until = Instant::now() + limit.length;
    let mut reader = Reader::new(false);
    let mut all = Vec::new();
    loop {
        let coming = next(watched, session.as_deref_mut(), deadline, true);
        let Ok(came) = timeout_at(until, coming).await else {
            let after = Nanos(i64::try_from(limit.length.as_nanos()).unwrap_or(i64::MAX));
            watched.recorder.now(What::ContinueMissed { after });
            return Ok(None);
        };
        let (bytes, first, at) = came?;
        let progress = reader.feed(&bytes);
        all.extend(bytes);
        if reader.status.is_some() || progress == Progress::Strange {
            return Ok(Some((all, first, at)));
        }
        if reader.has_continue {
            watched.recorder.seen(at, What::Continued);
            return Ok(None);
        }
    }
}

/// Reads the response; whether the connection is there for another request.
pub(in crate::probe) async fn read(
    watched: &mut Watched,
    mut session: Option<&mut Session>,
    task: &Task,
    early: Option<Came>,
    (first_byte, began): (&Deadline, Instant),
) -> Result<bool, Over> {
    let mut early = early;
    let mut reader = Reader::new(task.request.method == "HEAD");
    let mut deadline = first_byte.clone();
    let mut last: Option<Timestamp> = None;
    loop {
        let came = match early.take() {
            Some(came) => Ok(came),
            None => next(watched, session.as_deref_mut(), &deadline, last.is_none()).await,
        };
        let (bytes, first, at) = match came {
            Ok(came) => came,
            Err(Over) => {
                let is_whole = reader.is_whole_at_close() && watched.is_closed();
                if is_whole && reader.status.is_some() {
                    watched.whole(&reader, last);
                    return Ok(false);
                }
                return Err(Over);
            }
        };
        let known = at.unwrap_or_else(now);
        let Some(before) = last.replace(known) else {
            watched.recorder.seen(first, What::ResponseBegun);
            let limits = &task.limits;
            deadline = Deadline::first([
                (limits.body.as_ref(), Instant::now()),
                (limits.whole.as_ref(), began),
            ]);
            if watched.fed(&mut reader, &bytes, task, at)? {
                return Ok(reader.leaves_open());
            }
            continue;
        };
        let after = first.unwrap_or(known).since(before);
        if after >= PAUSE {
            watched.recorder.seen(first, What::BodyResumed { after });
        }
        if watched.fed(&mut reader, &bytes, task, at)? {
            return Ok(reader.leaves_open());
        }
    }
}

/// Plain bytes, and when the first and the last packet that carried them came.
pub(super) type Came = (Vec<u8>, Option<Timestamp>, Option<Timestamp>);

/// The next plain bytes, when the first and the last of what carried them came.
pub(super) async fn next(
    watched: &mut Watched,
    session: Option<&mut Session>,
    deadline: &Deadline,
    is_first: bool,
) -> Result<Came, Over> {
    let Some(session) = session else {
        let most = if is_first { ONE_PACKET } else { 64 << 10 };
        let (bytes, stamp) = watched.receive(most, deadline).await?;
        return Ok((bytes, stamp, stamp));
    };
    let plain = session.plain();
    if !plain.is_empty() {
        return Ok((plain, None, None));
    }
    let mut is_begun = true;
    loop {
        let taken = session.record(watched, deadline, &mut is_begun).await?;
        let state = match session.tls.process_new_packets() {
            Ok(state) => state,
            Err(error) => return Err(session.refused(watched, deadline, &taken, &error).await),
        };
        let plain = session.plain();
        if !plain.is_empty() {
            if let Some(tls) = &mut watched.recorder.log.tls {
                tls.records.1 += 1;
            }
            return Ok((plain, taken.first, taken.last));
        }
        if state.peer_has_closed() {
            watched.recorder.seen(taken.last, What::ClosedByServer);
            return Err(Over);
        }
    }
}

impl Watched {
    /// The server closed, and that is what the log says last.
    fn is_closed(&self) -> bool {
        let last = self.recorder.log.events.iter().rev();
        let mut said = last.filter(|event| !event.what.is_acknowledgement());
        said.next()
            .is_some_and(|event| event.what == What::ClosedByServer)
    }

    /// Feeds the reader; whether the response is whole, or enough of it was read.
    fn fed(
        &mut self,
        reader: &mut Reader,
        bytes: &[u8],
        task: &Task,
        at: Option<Timestamp>,
    ) -> Result<bool, Over> {
        let was_head_due = reader.status.is_none();
        let progress = reader.feed(bytes);
        if let Some(http) = &mut self.recorder.log.http {
            http.body_bytes = reader.body;
        }
        if let Some(status) = reader.status.filter(|_| was_head_due) {
            self.recorder.seen(at, What::HeadRead { status });
            if let Some(http) = &mut self.recorder.log.http {
                http.version = reader.version;
                http.content_length = reader.content_length;
                http.identity = std::mem::take(&mut reader.identity);
            }
        }
        match progress {
            Progress::Strange => {
                // Nothing more can be read of it: it is taken as it came.
                self.whole(reader, at);
                Ok(true)
            }
            Progress::Whole => {
                self.whole(reader, at);
                Ok(true)
            }
            Progress::Due if reader.body >= task.max_bytes => {
                self.whole(reader, at);
                Ok(true)
            }
            Progress::Due => Ok(false),
        }
    }

    fn whole(&mut self, reader: &Reader, at: Option<Timestamp>) {
        self.recorder
            .seen(at, What::BodyRead { bytes: reader.body });
    }
}
