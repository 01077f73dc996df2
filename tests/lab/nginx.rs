//! Debian's nginx on the nodes: a server that nobody made for these tests.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::certificate;
use crate::run::Running;
use crate::site::{Site, inside};

/// How long it may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts it at these addresses; `authority` gets the certificate that vouches for it.
pub(crate) fn start(site: &Site, at: &[SocketAddr], name: &str, authority: &Path) -> Running {
    let folder = authority.parent().unwrap();
    let key = certificate::make(authority, name);
    let listen: String = at
        .iter()
        .map(|at| format!("    listen {at} ssl;\n"))
        .collect();
    let folder = folder.display();
    let configuration = format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n\
         events {{}}\nhttp {{\n  access_log off;\n  client_body_temp_path {folder}/body;\n  \
         proxy_temp_path {folder}/proxy;\n  fastcgi_temp_path {folder}/fastcgi;\n  \
         uwsgi_temp_path {folder}/uwsgi;\n  scgi_temp_path {folder}/scgi;\n  server {{\n{listen}    \
         ssl_certificate {};\n    ssl_certificate_key {};\n    \
         location / {{ return 200 \"served\\n\"; }}\n  }}\n}}\n",
        authority.display(),
        key.display(),
    );
    let file = Path::new(&folder.to_string()).join("nginx.conf");
    fs::write(&file, configuration).unwrap();
    let mut nginx = inside(&site.server, "nginx");
    nginx.arg("-p").arg(folder.to_string()).arg("-c").arg(&file);
    let running = Running::new(
        nginx
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    await_it(site, at[0]);
    running
}

/// Waits until it takes connections, inside of its own namespace.
fn await_it(site: &Site, at: SocketAddr) {
    let begun = Instant::now();
    let is_up = || {
        let mut openssl = inside(&site.server, "openssl");
        openssl.args(["s_client", "-connect", &at.to_string()]);
        let output = openssl.stdin(Stdio::null()).output().unwrap();
        output.status.success()
    };
    while !is_up() {
        assert!(begun.elapsed() < PATIENCE, "nginx does not start");
        thread::sleep(Duration::from_millis(50));
    }
}
