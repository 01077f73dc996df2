//! One request and its response over HTTP/3 (RFC 9114).

use bytes::{Buf as _, Bytes};
use h3::client::{RequestStream, builder};
use h3::error::StreamError;
use stallscope_shared::probe::What;
use tokio::time::Instant;

use super::ending;
use super::line::Line;
use crate::probe::attempt::Task;
use crate::probe::http::{Head, PAUSE, request};
use crate::probe::limits::Deadline;
use crate::probe::watched::Over;

type Stream = RequestStream<h3_quinn::BidiStream<Bytes>, Bytes>;

/// Asks and reads the answer.
pub(super) async fn exchange(
    line: &Line<'_>,
    connection: &quinn::Connection,
    task: &Task,
    began: Instant,
) -> Result<(), Over> {
    let limits = &task.limits;
    let whole = (limits.whole.as_ref(), began);
    let deadline = Deadline::first([(limits.first_byte.as_ref(), Instant::now()), whole]);
    let over = |error: StreamError| ending::stream(line.witness, connection, &error);
    line.witness.asks();
    let over_quic = h3_quinn::Connection::new(connection.clone());
    let mut made = builder();
    let made = made.send_grease(false).build::<_, _, Bytes>(over_quic);
    let made = line.step(&deadline, made).await?;
    let (mut library, mut sender) =
        made.map_err(|_closed| ending::closed(line.witness, connection))?;
    // What goes wrong on its own streams ends those of requests as well.
    let driver = tokio::task::spawn_local(async move { library.wait_idle().await });
    let asked = async {
        let mut stream = ask(line, &mut sender, task, &deadline)
            .await?
            .map_err(over)?;
        read(line, &mut stream, task, (&deadline, began))
            .await?
            .map_err(over)
    };
    let ended = asked.await;
    driver.abort();
    ended
}

/// Sends the request.
async fn ask(
    line: &Line<'_>,
    sender: &mut h3::client::SendRequest<h3_quinn::OpenStreams, Bytes>,
    task: &Task,
    deadline: &Deadline,
) -> Result<Result<Stream, StreamError>, Over> {
    let Some(request) = request(task, http::Version::HTTP_3) else {
        return Err(Over);
    };
    let body = task.request.body.clone().map(Bytes::from);
    let asked = async {
        let mut stream = sender.send_request(request).await?;
        let sent = async {
            if let Some(body) = body {
                stream.send_data(body).await?;
            }
            stream.finish().await
        };
        match sent.await {
            // The server wants no more of the body, which is no reason not to read its answer (RFC 9114 §4.1.1).
            Ok(()) | Err(StreamError::RemoteTerminate { .. }) => Ok(stream),
            Err(error) => Err(error),
        }
    };
    let asked = line.step(deadline, asked).await?;
    line.witness.has_asked();
    Ok(asked)
}

/// Reads the response.
async fn read(
    line: &Line<'_>,
    stream: &mut Stream,
    task: &Task,
    (first_byte, began): (&Deadline, Instant),
) -> Result<Result<(), StreamError>, Over> {
    let response = loop {
        match line.step(first_byte, stream.recv_response()).await? {
            Ok(response) if response.status().is_informational() => {}
            Ok(response) => break response,
            Err(error) => return Ok(Err(error)),
        }
    };
    line.witness.seen(What::ResponseBegun);
    let status = response.status().as_u16();
    line.witness.seen(What::HeadRead { status });
    let head = Head::of(response.headers());
    line.witness.record(|recorder| {
        if let Some(http) = &mut recorder.log.http {
            http.content_length = head.content_length;
            http.identity = head.identity;
        }
    });
    let limits = &task.limits;
    let deadline = Deadline::first([
        (limits.body.as_ref(), Instant::now()),
        (limits.whole.as_ref(), began),
    ]);
    let mut bytes = 0;
    let mut last = line.witness.latest();
    while bytes < task.max_bytes {
        let data = match line.step(&deadline, stream.recv_data()).await? {
            Ok(Some(data)) => data,
            Ok(None) if is_short(task, status, head.content_length, bytes) => {
                line.witness.seen(What::ClosedByServer);
                return Err(Over);
            }
            Ok(None) => break,
            Err(error) => return Ok(Err(error)),
        };
        bytes += data.remaining() as u64;
        let came = line.witness.latest();
        let after = came.since(last);
        if after >= PAUSE {
            line.witness.seen(What::BodyResumed { after });
        }
        last = came.max(last);
        line.witness.record(|recorder| {
            recorder.came(Some(came));
            if let Some(http) = &mut recorder.log.http {
                http.body_bytes = bytes;
            }
        });
    }
    line.witness.seen(What::BodyRead { bytes });
    Ok(Ok(()))
}

/// The server finished the stream before the body was as long as the head says (RFC 9114 §4.1.2), of a response that has
/// one (RFC 9110 §6.4.1).
fn is_short(task: &Task, status: u16, announced: Option<u64>, bytes: u64) -> bool {
    let has_no_body = task.request.method == "HEAD" || matches!(status, 204 | 304);
    !has_no_body && announced.is_some_and(|length| bytes < length)
}
