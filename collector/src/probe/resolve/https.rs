//! Questions over HTTP/2 (RFC 8484 §5.2): a library speaks it over a pipe in memory, whose bytes go through TLS.
//!
//! ```text
//!  library <-> far | near <-> stream of the resolver
//! ```

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use h2::client::{ResponseFuture, SendRequest};
use hickory_proto::op::Message;
use tokio::io::DuplexStream;

use super::server::Server;
use super::stream::{MESSAGE, Stream};
use super::{Asked, Diary, Ends, answered};
use crate::probe::clock::now;

/// The name of HTTP/2 in ALPN (RFC 9113 §3.2).
pub(super) const ALPN: &[u8] = b"h2";
/// What the pipe holds: more than all questions and answers of one lookup.
const PIPE: usize = 64 << 10;

/// Asks everything that has no answer, all at once.
pub(super) async fn ask(
    stream: &mut Stream,
    server: &Server,
    asked: &mut [Asked],
    diary: &Diary,
) -> io::Result<()> {
    let (near, far) = tokio::io::duplex(PIPE);
    let ends = stream.ends();
    let (said, carried) = tokio::join!(
        biased;
        exchange(far, (server, ends), asked, diary),
        stream.carry(near)
    );
    // Where both failed, the wire knows why.
    said.map_err(|error| carried.err().unwrap_or(error))
}

/// What the library does: it ends when everything is answered, or cannot be.
async fn exchange(
    far: DuplexStream,
    (server, ends): (&Server, Ends),
    asked: &mut [Asked],
    diary: &Diary,
) -> io::Result<()> {
    let (sender, connection) = h2::client::handshake(far).await.map_err(io::Error::other)?;
    let asking = questions(sender, (server, ends), asked, diary);
    tokio::select! {
        biased;
        said = asking => said,
        ended = connection => Err(match ended {
            Ok(()) => io::ErrorKind::UnexpectedEof.into(),
            Err(error) => io::Error::other(error),
        }),
    }
}

/// An answer that is awaited, for one of the questions.
type Awaited<'a> = Pin<Box<dyn Future<Output = io::Result<Message>> + 'a>>;

/// Sends every question, then takes answers as they come.
async fn questions(
    sender: SendRequest<Bytes>,
    (server, ends): (&Server, Ends),
    asked: &mut [Asked],
    diary: &Diary,
) -> io::Result<()> {
    let mut sender = sender.ready().await.map_err(io::Error::other)?;
    let mut awaited: Vec<(usize, Awaited<'_>)> = Vec::new();
    for (index, open) in asked.iter_mut().enumerate() {
        if open.answer.is_some() {
            continue;
        }
        // So that caches on the way can tell that questions are the same (RFC 8484 §4.1).
        open.query.metadata.id = 0;
        let bytes = open.query.to_vec().map_err(io::Error::other)?;
        let at = now();
        let (response, mut body) = sender
            .send_request(request(server, bytes.len())?, false)
            .map_err(io::Error::other)?;
        body.send_data(Bytes::copy_from_slice(&bytes), true)
            .map_err(io::Error::other)?;
        diary.sent(ends, &bytes, at);
        awaited.push((index, Box::pin(answer(response, ends, diary))));
    }
    let mut said = Ok(());
    while !awaited.is_empty() {
        let (index, response) = next(&mut awaited).await;
        match response {
            Ok(response) => {
                let one = asked.get_mut(index..=index).unwrap_or_default();
                let _is_to_it = answered(one, response, ends.server);
            }
            // What is refused says nothing of the other questions.
            Err(error) => said = Err(error),
        }
    }
    said
}

/// The first answer that comes.
async fn next(awaited: &mut Vec<(usize, Awaited<'_>)>) -> (usize, io::Result<Message>) {
    poll_fn(|context| {
        for place in 0..awaited.len() {
            let Some((index, answer)) = awaited.get_mut(place) else {
                break;
            };
            if let Poll::Ready(came) = answer.as_mut().poll(context) {
                let index = *index;
                drop(awaited.remove(place));
                return Poll::Ready((index, came));
            }
        }
        Poll::Pending
    })
    .await
}

/// The head of a question.
fn request(server: &Server, length: usize) -> io::Result<http::Request<()>> {
    http::Request::post(format!("https://{}{}", server.authority(), server.path))
        .version(http::Version::HTTP_2)
        .header(http::header::ACCEPT, "application/dns-message")
        .header(http::header::CONTENT_TYPE, "application/dns-message")
        .header(http::header::CONTENT_LENGTH, length)
        .body(())
        .map_err(io::Error::other)
}

/// Reads one answer.
async fn answer(response: ResponseFuture, ends: Ends, diary: &Diary) -> io::Result<Message> {
    let response = response.await.map_err(io::Error::other)?;
    if response.status() != http::StatusCode::OK {
        let code = response.status().as_u16();
        return Err(io::Error::other(format!("it answers {code}")));
    }
    let mut body = response.into_body();
    let mut bytes = BytesMut::new();
    while let Some(data) = body.data().await {
        let data = data.map_err(io::Error::other)?;
        if bytes.len() + data.len() > MESSAGE {
            return Err(io::Error::other("its answer is no DNS message: too long"));
        }
        bytes.extend_from_slice(&data);
        body.flow_control()
            .release_capacity(data.len())
            .map_err(io::Error::other)?;
    }
    let message = Message::from_vec(&bytes).map_err(io::Error::other)?;
    diary.came(ends, &bytes);
    Ok(message)
}
