//! Servers that speak QUIC, each in its own manner, on a port of its own until the test is over.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use h3::server::RequestStream;
use quinn::crypto::rustls::QuicServerConfig;
use quinn::{
    Connection, Endpoint, EndpointConfig, Incoming, ServerConfig, TokioRuntime, TransportConfig,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Longer than any limit of the tests.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(60);

pub(crate) type Stream = RequestStream<h3_quinn::BidiStream<Bytes>, Bytes>;

/// The server's TLS, for this protocol.
pub(crate) fn config(protocol: &[u8]) -> ServerConfig {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/probe/tls");
    let chain = CertificateDer::from_pem_file(folder.join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .unwrap();
    tls.alpn_protocols = vec![protocol.to_vec()];
    ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(tls).unwrap()))
}

pub(crate) fn any_port() -> UdpSocket {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()
}

/// A port that nobody listens on, nor can begin to: it is taken for as long as the tests run, by a socket that hears
/// itself alone, so the kernel says to everybody else that nobody is there (RFC 1122 §4.1.3.1).
pub(crate) fn nobody() -> SocketAddr {
    static TAKEN: LazyLock<UdpSocket> = LazyLock::new(|| {
        let taken = any_port();
        taken.connect(taken.local_addr().unwrap()).unwrap();
        taken
    });
    TAKEN.local_addr().unwrap()
}

/// A socket that nobody reads, for as long as it is kept.
pub(crate) fn silent() -> SocketAddr {
    let socket = any_port();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        thread::sleep(FOR_EVER);
        drop(socket);
    });
    address
}

/// Answers every datagram by what this makes of it.
pub(crate) fn answering(answer: fn(&[u8]) -> Vec<u8>) -> SocketAddr {
    let socket = any_port();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut room = [0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut room) {
            socket.send_to(&answer(&room[..length]), from).unwrap();
        }
    });
    address
}

/// Does this with everybody who comes, on a thread of its own.
pub(crate) fn accepting<F>(
    socket: UdpSocket,
    (settings, config): (EndpointConfig, ServerConfig),
    manner: impl Fn(Incoming) -> F + Send + 'static,
) where
    F: Future<Output = ()> + 'static,
{
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, async move {
            let runtime = Arc::new(TokioRuntime);
            let endpoint = Endpoint::new(settings, Some(config), socket, runtime).unwrap();
            while let Some(incoming) = endpoint.accept().await {
                tokio::task::spawn_local(manner(incoming));
            }
        });
    });
}

/// The same on a port of its own.
pub(crate) fn serve<F>(manner: fn(Incoming) -> F) -> SocketAddr
where
    F: Future<Output = ()> + 'static,
{
    let socket = any_port();
    let address = socket.local_addr().unwrap();
    let made = (EndpointConfig::default(), config(b"h3"));
    accepting(socket, made, manner);
    address
}

/// The same, of a server that never tries whether larger datagrams come through.
pub(crate) fn serve_small<F>(manner: fn(Incoming) -> F) -> SocketAddr
where
    F: Future<Output = ()> + 'static,
{
    let socket = any_port();
    let address = socket.local_addr().unwrap();
    let mut transport = TransportConfig::default();
    transport.mtu_discovery_config(None);
    let mut config = config(b"h3");
    config.transport_config(Arc::new(transport));
    accepting(socket, (EndpointConfig::default(), config), manner);
    address
}

/// Shakes hands, reads a request, and does this with it; the connection is kept for ever.
pub(crate) async fn asked<F>(incoming: Incoming, answer: impl FnOnce(Connection, Stream) -> F)
where
    F: Future<Output = ()>,
{
    let connection = incoming.await.unwrap();
    let over_quic = h3_quinn::Connection::new(connection.clone());
    let mut library = h3::server::builder()
        .build::<_, Bytes>(over_quic)
        .await
        .unwrap();
    let Ok(Some(request)) = library.accept().await else {
        return;
    };
    let (_, stream) = request.resolve_request().await.unwrap();
    answer(connection, stream).await;
    // What the library does besides ends with it.
    let _until_the_client_goes = library.accept().await;
}

/// A head that announces so many bytes.
pub(crate) async fn head(stream: &mut Stream, length: u64) {
    let response = http::Response::builder()
        .header("content-length", length)
        .header("x-served-by", "edge-7")
        .body(())
        .unwrap();
    stream.send_response(response).await.unwrap();
}

pub(crate) async fn say(stream: &mut Stream, bytes: &'static [u8]) {
    stream.send_data(Bytes::from_static(bytes)).await.unwrap();
}

/// A whole response.
pub(crate) async fn whole(mut stream: Stream) {
    head(&mut stream, 5).await;
    say(&mut stream, b"hello").await;
    stream.finish().await.unwrap();
}

pub(crate) async fn healthy(incoming: Incoming) {
    asked(incoming, |_, stream| whole(stream)).await;
}
