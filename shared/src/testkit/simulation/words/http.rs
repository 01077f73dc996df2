//! HTTP/1.1 in clear (RFC 9112).

/// A GET request.
#[must_use]
pub fn get(host: &str, path: &str, extra: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: simulated/1.0\r\nAccept: */*\r\n{extra}\r\n")
        .into_bytes()
}

/// A POST request's header for a body of so many bytes.
#[must_use]
pub fn post(host: &str, length: usize, extra: &str) -> Vec<u8> {
    format!("POST /upload HTTP/1.1\r\nHost: {host}\r\nUser-Agent: simulated/1.0\r\nContent-Length: {length}\r\n{extra}\r\n")
        .into_bytes()
}

/// A response's header for a body of so many bytes.
#[must_use]
pub fn head(status: &str, length: usize) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nServer: simulated\r\nContent-Type: application/octet-stream\r\nContent-Length: {length}\r\n\r\n")
        .into_bytes()
}

/// A response.
#[must_use]
pub fn response(status: &str, length: usize) -> Vec<u8> {
    let mut bytes = head(status, length);
    bytes.extend(body(length));
    bytes
}

/// So many bytes of a body.
#[must_use]
pub fn body(length: usize) -> Vec<u8> {
    let line = b"All work and no play makes a dull test; ".iter().copied();
    line.cycle().take(length).collect()
}

/// A client's CONNECT to a proxy.
#[must_use]
pub fn connect(target: &str) -> Vec<u8> {
    format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: simulated/1.0\r\n\r\n")
        .into_bytes()
}
