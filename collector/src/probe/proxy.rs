//! The way through a proxy.

use stallscope_shared::probe::What;

use super::http::{Progress, Reader, connect_request};
use super::limits::Deadline;
use super::watched::{ONE_PACKET, Over, Watched};

/// Asks the proxy for a tunnel (RFC 9110 §9.3.6).
pub(super) async fn tunnel(
    watched: &mut Watched,
    to: &str,
    deadline: &Deadline,
) -> Result<(), Over> {
    let request = connect_request(to);
    let sent = watched.send(&request, deadline).await?;
    let bytes = u32::try_from(request.len()).unwrap_or(u32::MAX);
    let event = watched
        .recorder
        .push(sent, None, What::ProxyAsked { bytes });
    watched.recorder.wrote(request.len(), vec![event], None);
    // An answer that grants the tunnel has no body, and of a refusal the status is enough.
    let mut reader = Reader::new(true);
    loop {
        let (bytes, stamp) = watched.receive(ONE_PACKET, deadline).await?;
        let progress = reader.feed(&bytes);
        if let Some(code) = reader.status {
            let is_granted = (200..300).contains(&code);
            let answered = What::ProxyAnswered { code, is_granted };
            watched.recorder.seen(stamp, answered);
            return if is_granted { Ok(()) } else { Err(Over) };
        }
        if progress == Progress::Strange {
            let answered = What::ProxyAnswered {
                code: 0,
                is_granted: false,
            };
            watched.recorder.seen(stamp, answered);
            return Err(Over);
        }
    }
}
