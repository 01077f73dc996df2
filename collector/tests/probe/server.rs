//! Servers that misbehave in one way each, on a port of their own, until the test is over.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};
use socket2::{Domain, Socket, Type};

/// What a server does with a connection.
pub(crate) type Manner = fn(TcpStream);

/// Begins to serve; each connection has a thread of its own.
pub(crate) fn serve(manner: Manner) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            thread::spawn(move || manner(stream));
        }
    });
    address
}

/// A port that nobody listens on, nor can begin to: it is taken for as long as the tests run, at every address.
pub(crate) fn nobody() -> SocketAddr {
    static TAKEN: LazyLock<Socket> = LazyLock::new(|| {
        let taken = Socket::new(Domain::IPV6, Type::STREAM, None).and_then(|socket| {
            socket.set_only_v6(false)?;
            socket.bind(&SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)).into())?;
            Ok(socket)
        });
        // A host without IPv6.
        taken.unwrap_or_else(|_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
            socket.bind(&any.into()).unwrap();
            socket
        })
    });
    let taken = TAKEN.local_addr().unwrap().as_socket().unwrap();
    SocketAddr::from((Ipv4Addr::LOCALHOST, taken.port()))
}

/// Longer than any limit of the tests: what is kept open for so long is never closed.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(60);

/// Reads the ClientHello, all of it: closing with unread bytes would reset.
pub(crate) fn hello(stream: &mut TcpStream) -> Vec<u8> {
    let mut header = [0; 5];
    stream.read_exact(&mut header).unwrap();
    let length = usize::from(u16::from_be_bytes([header[3], header[4]]));
    let mut record = vec![0; length];
    stream.read_exact(&mut record).unwrap();
    [header.to_vec(), record].concat()
}

/// The server's TLS.
pub(crate) fn tls() -> ServerConnection {
    tls_of(|_| {})
}

/// The same, with another provider or other versions.
pub(crate) fn tls_with(
    change: impl FnOnce(&mut CryptoProvider),
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> ServerConnection {
    let mut provider = rustls::crypto::aws_lc_rs::default_provider();
    change(&mut provider);
    connection(provider, versions, |_| {})
}

/// The same, with another configuration.
pub(crate) fn tls_of(change: impl FnOnce(&mut ServerConfig)) -> ServerConnection {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    connection(provider, rustls::ALL_VERSIONS, change)
}

fn connection(
    provider: CryptoProvider,
    versions: &[&'static rustls::SupportedProtocolVersion],
    change: impl FnOnce(&mut ServerConfig),
) -> ServerConnection {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/probe/tls");
    let chain = CertificateDer::from_pem_file(folder.join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .unwrap();
    // A ticket that is sent behind the request looks like a response where nobody can read it.
    config.send_tls13_tickets = 0;
    change(&mut config);
    ServerConnection::new(Arc::new(config)).unwrap()
}

/// The server's first flight for a ClientHello.
pub(crate) fn flight(hello: &[u8]) -> Vec<u8> {
    let mut tls = tls();
    let mut left = hello;
    while !left.is_empty() {
        tls.read_tls(&mut left).unwrap();
    }
    tls.process_new_packets().unwrap();
    let mut bytes = Vec::new();
    while tls.wants_write() {
        tls.write_tls(&mut bytes).unwrap();
    }
    bytes
}

/// Shakes hands and reads a request, then answers by `answer`.
pub(crate) fn asked(stream: TcpStream, answer: impl FnOnce(&mut dyn FnMut(&[u8]), &TcpStream)) {
    asked_in(
        stream,
        tls(),
        |stream, flight| stream.write_all(flight).unwrap(),
        answer,
    );
}

/// The same, when the ClientHello was read already.
pub(crate) fn answer_to(
    stream: TcpStream,
    hello: &[u8],
    answer: impl FnOnce(&mut dyn FnMut(&[u8]), &TcpStream),
) {
    let mut tls = tls();
    let mut left = hello;
    while !left.is_empty() {
        tls.read_tls(&mut left).unwrap();
    }
    tls.process_new_packets().unwrap();
    asked_in(
        stream,
        tls,
        |stream, flight| stream.write_all(flight).unwrap(),
        answer,
    );
}

/// The same, with the server's flights sent by `send`.
pub(crate) fn asked_in(
    mut stream: TcpStream,
    mut tls: ServerConnection,
    send: impl Fn(&mut TcpStream, &[u8]),
    answer: impl FnOnce(&mut dyn FnMut(&[u8]), &TcpStream),
) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if tls.wants_write() {
            let mut flight = Vec::new();
            while tls.wants_write() {
                tls.write_tls(&mut flight).unwrap();
            }
            send(&mut stream, &flight);
            continue;
        }
        if tls.read_tls(&mut stream).unwrap() == 0 {
            return;
        }
        tls.process_new_packets().unwrap();
        let mut piece = [0; 4096];
        while let Ok(read) = tls.reader().read(&mut piece) {
            request.extend_from_slice(&piece[..read]);
        }
    }
    let peer = stream.try_clone().unwrap();
    let mut say = |bytes: &[u8]| {
        tls.writer().write_all(bytes).unwrap();
        while tls.wants_write() {
            tls.write_tls(&mut stream).unwrap();
        }
    };
    answer(&mut say, &peer);
}
