//! Servers of a test's own on a loopback address: what they answer is a function of what is asked, and they note what
//! they were asked and who went away in the middle of an answer.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// How long a request or the end of a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET`, `HEAD`.
    pub(crate) method: String,
    /// The path without its first slash and without a query.
    pub(crate) path: String,
    /// Names in lower case, and values.
    pub(crate) headers: Vec<(String, String)>,
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    body: Vec<u8>,
    /// After so many bytes of the body nothing comes any more.
    held_after: Option<usize>,
}

impl Answer {
    pub(crate) const fn ok(body: Vec<u8>) -> Self {
        Self::with_status("200 OK", body)
    }

    pub(crate) const fn with_status(status: &'static str, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
            held_after: None,
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Other pages may read it.
    pub(crate) fn for_all(self) -> Self {
        self.header("access-control-allow-origin", "*")
    }

    pub(crate) const fn held_after(mut self, bytes: usize) -> Self {
        self.held_after = Some(bytes);
        self
    }

    /// A file of the viewer's folder; the start page where the path ends there.
    pub(crate) fn of_folder(folder: &Path, path: &str) -> Self {
        let name = match path.rsplit('/').next() {
            None | Some("") => "index.html",
            Some(name) => name,
        };
        let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("wasm") => "application/wasm",
            _ => "application/octet-stream",
        };
        match fs::read(folder.join(name)) {
            Ok(body) => Self::ok(body).header("content-type", kind),
            Err(_) => Self::with_status("404 Not Found", Vec::new()),
        }
    }
}

/// A server. It answers until the process ends.
pub(crate) struct Host {
    address: SocketAddr,
    notes: Arc<Mutex<Notes>>,
}

#[derive(Default)]
struct Notes {
    asked: Vec<Request>,
    left: Vec<String>,
}

type Answering = Arc<dyn Fn(&Request) -> Answer + Send + Sync>;

impl Host {
    /// Over HTTP.
    pub(crate) fn plain(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(Arc::new(answer), |stream, answer, notes| {
            let asking = stream.try_clone().ok()?;
            serve(asking, stream, answer, notes)
        })
    }

    /// Over HTTPS, with a certificate that nobody vouches for.
    pub(crate) fn secure(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let own = rcgen::generate_simple_self_signed([Ipv4Addr::LOCALHOST.to_string()]).unwrap();
        let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        Self::start(Arc::new(answer), move |stream, answer, notes| {
            let tls = ServerConnection::new(Arc::clone(&config)).ok()?;
            let mut stream = StreamOwned::new(tls, stream);
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).ok()?;
                head.extend(byte);
            }
            serve(head.as_slice(), stream, answer, notes)
        })
    }

    fn start(
        answer: Answering,
        speak: impl Fn(TcpStream, &Answering, &Mutex<Notes>) -> Option<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let notes = Arc::<Mutex<Notes>>::default();
        let (noted, speak) = (Arc::clone(&notes), Arc::new(speak));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, noted) = (Arc::clone(&answer), Arc::clone(&noted));
                let speak = Arc::clone(&speak);
                thread::spawn(move || {
                    stream.set_read_timeout(Some(PATIENCE)).ok()?;
                    speak(stream, &answer, &noted)
                });
            }
        });
        Self { address, notes }
    }

    /// Address and port.
    pub(crate) fn name(&self) -> String {
        self.address.to_string()
    }

    /// What was asked of it under this path.
    pub(crate) fn asked(&self, path: &str) -> Vec<Request> {
        let notes = self.notes.lock().unwrap();
        let asked = notes.asked.iter().filter(|request| request.path == path);
        asked.cloned().collect()
    }

    /// Whether somebody who asked for this went away before all of it was sent.
    pub(crate) fn was_left(&self, path: &str) -> bool {
        let notes = self.notes.lock().unwrap();
        notes.left.iter().any(|left| left == path)
    }
}

/// Answers one request. Who goes away in the middle is noted, and no error.
fn serve(
    asking: impl Read,
    mut stream: impl Read + Write,
    answer: &Answering,
    notes: &Mutex<Notes>,
) -> Option<()> {
    let request = read(&mut BufReader::new(asking))?;
    notes.lock().unwrap().asked.push(request.clone());
    let answer = answer(&request);
    let mut head = format!(
        "HTTP/1.1 {}\r\ncontent-length: {}\r\ncache-control: no-store\r\nconnection: close\r\n",
        answer.status,
        answer.body.len()
    );
    for (name, value) in &answer.headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(b"\r\n").ok()?;
    if request.method == "HEAD" {
        return Some(());
    }
    let Some(sent) = answer.held_after else {
        return stream.write_all(&answer.body).ok();
    };
    stream.write_all(answer.body.get(..sent)?).ok()?;
    stream.flush().ok()?;
    let is_gone = stream.read(&mut [0]).map_or(true, |bytes| bytes == 0);
    if is_gone {
        notes.lock().unwrap().left.push(request.path);
    }
    Some(())
}

fn read(asking: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    asking.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let path = target.strip_prefix('/')?.split('?').next()?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        asking.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Some(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
    })
}
