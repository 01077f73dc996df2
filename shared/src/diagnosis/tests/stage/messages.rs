//! What the connections say: TLS records and HTTP/2 frames.

/// A ClientHello of TLS 1.3.
#[derive(Clone, Copy)]
pub(in super::super) struct Hello {
    /// Two cipher suites: the fingerprint.
    pub(in super::super) suites: [u16; 2],
    /// It offers to resume a session.
    pub(in super::super) resumes: bool,
    /// Bytes of padding.
    pub(in super::super) padding: usize,
    /// Records that it is cut into.
    pub(in super::super) records: usize,
}

impl Default for Hello {
    fn default() -> Self {
        Self {
            suites: [0x1301, 0x1302],
            resumes: false,
            padding: 100,
            records: 1,
        }
    }
}

impl Hello {
    pub(in super::super) fn bytes(self) -> Vec<u8> {
        let name = b"api.shop.example";
        let entry = [&[0][..], &sized(2, name)].concat();
        let mut extensions = extension(0, &sized(2, &entry));
        extensions.extend(extension(43, &[2, 3, 4]));
        extensions.extend(extension(21, &vec![0; self.padding]));
        if self.resumes {
            let identity = [sized(2, b"ticket-of-the-last-session"), vec![0, 0, 1, 0]].concat();
            let binders = sized(2, &sized(1, &[9; 32]));
            extensions.extend(extension(41, &[sized(2, &identity), binders].concat()));
        }
        let suites: Vec<u8> = self.suites.iter().flat_map(|s| s.to_be_bytes()).collect();
        let message = hello(1, &[sized(2, &suites), vec![1, 0]].concat(), &extensions);
        let size = message.len().div_ceil(self.records);
        message.chunks(size).flat_map(handshake).collect()
    }
}

/// The server's flight in TLS 1.3: its hello, and what is encrypted.
pub(in super::super) fn flight() -> Vec<u8> {
    let message = hello(2, &[0x13, 0x01, 0], &extension(43, &[3, 4]));
    [handshake(&message), record(20, &[1]), sealed(900)].concat()
}

/// The server's flight in TLS 1.2, its certificate in clear.
pub(in super::super) fn flight_with_certificate(issuer: &str) -> Vec<u8> {
    let chosen = hello(2, &[0xc0, 0x2f, 0], &[]);
    let certificate = sized(3, &certificate(issuer));
    let chain = message(11, &sized(3, &certificate));
    [chosen, chain, message(14, &[])]
        .iter()
        .flat_map(|message| handshake(message))
        .collect()
}

/// The client's answer to that: its key share, and what is encrypted.
pub(in super::super) fn key_exchange() -> Vec<u8> {
    let share = message(16, &sized(1, &[4; 65]));
    [handshake(&share), finished()].concat()
}

/// ChangeCipherSpec and an encrypted Finished of TLS 1.2.
pub(in super::super) fn finished() -> Vec<u8> {
    [record(20, &[1]), record(22, &[8; 40])].concat()
}

/// Encrypted application data.
pub(in super::super) fn sealed(bytes: usize) -> Vec<u8> {
    record(23, &vec![7; bytes])
}

fn handshake(message: &[u8]) -> Vec<u8> {
    record(22, message)
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 3, 3], &sized(2, body)[..]].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind], &sized(3, body)[..]].concat()
}

fn hello(kind: u8, choice: &[u8], extensions: &[u8]) -> Vec<u8> {
    let head = [&[3, 3], &[5; 32][..], &[0]].concat();
    message(kind, &[&head, choice, &sized(2, extensions)].concat())
}

fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &sized(2, body)].concat()
}

/// Behind its length, in so many bytes.
fn sized(width: usize, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&length[4 - width..], body].concat()
}

/// As much of a certificate as says who issued it (RFC 5280 §4.1).
fn certificate(issuer: &str) -> Vec<u8> {
    const SEQUENCE: u8 = 0x30;
    const SET: u8 = 0x31;
    let common_name = [der(6, &[0x55, 4, 3]), der(12, issuer.as_bytes())].concat();
    let name = der(SEQUENCE, &der(SET, &der(SEQUENCE, &common_name)));
    let moment = der(23, b"230101000000Z");
    let validity = der(SEQUENCE, &[moment.clone(), moment].concat());
    let algorithm = der(SEQUENCE, &der(6, &[42, 3]));
    let fields = [
        der(0xa0, &der(2, &[2])),
        der(2, &[1]),
        algorithm.clone(),
        name.clone(),
        validity,
        name,
        algorithm.clone(),
    ];
    let signed = der(SEQUENCE, &fields.concat());
    der(SEQUENCE, &[signed, algorithm, der(3, &[0, 1])].concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    if length < 128 {
        return [&[tag, length], content].concat();
    }
    [&[tag, 0x81, length], content].concat()
}

/// An HTTP/2 client's first words.
pub(in super::super) fn preface() -> Vec<u8> {
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &frame(4, 0, 0, &[])[..],
    ]
    .concat()
}

/// SETTINGS without a value.
pub(in super::super) fn settings() -> Vec<u8> {
    frame(4, 0, 0, &[])
}

/// `GET /`, which ends the stream.
pub(in super::super) fn get(stream: u32) -> Vec<u8> {
    frame(1, 5, stream, &[0x82, 0x86, 0x84])
}

/// `:status: 200`, with a body to follow.
pub(in super::super) fn ok(stream: u32) -> Vec<u8> {
    frame(1, 4, stream, &[0x88])
}

/// A part of a body.
pub(in super::super) fn data(stream: u32, bytes: usize, is_last: bool) -> Vec<u8> {
    frame(0, u8::from(is_last), stream, &vec![b'x'; bytes])
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [&head, payload].concat()
}
