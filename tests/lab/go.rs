//! Go's net/http on either side, built by Debian's compiler: servers that stall as their own code makes them, and a client
//! whose texts are those that services log.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use crate::certificate;
use crate::run::Running;
use crate::scenario::Manner;
use crate::site::{Site, inside};

/// The program, which is built once for all scenarios; what was compiled stays in the target folder.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("lab/go/main.go");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let program = target.join("lab-go");
        let built = Command::new("go")
            .args(["build", "-o"])
            .args([&program, &source])
            .env("GO111MODULE", "off")
            .env("GOCACHE", target.join("go"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{said}");
        program
    })
}

/// Starts its server at these addresses, each in a manner; `authority` gets the certificate that vouches for it.
pub(crate) fn serve(
    site: &Site,
    nodes: &[(Manner, SocketAddr)],
    name: &str,
    authority: &Path,
) -> Running {
    let key = certificate::make(authority, name);
    let mut server = inside(&site.server, program().to_str().unwrap());
    server.arg("server").arg(authority).arg(key);
    for (manner, at) in nodes {
        server.arg(format!("{}@{at}", manner.name()));
    }
    // What it says of handshakes that failed is its own log.
    server.stderr(Stdio::null());
    let mut child = server.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    assert_eq!(line, "up\n");
    Running::new(child)
}

/// Its client, which says what a service would log, or nothing when all went well.
pub(crate) fn ask(
    site: &Site,
    (authority, url): (&Path, &str),
    at: SocketAddr,
    (limit, limits): (f64, &str),
) -> Child {
    let mut client = inside(&site.client, program().to_str().unwrap());
    client.arg("client").arg(authority).arg(url);
    client.args([&at.to_string(), &limit.to_string(), limits]);
    client.stdout(Stdio::piped()).spawn().unwrap()
}
