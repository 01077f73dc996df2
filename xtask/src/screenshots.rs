//! Pictures of every view of the viewer, at the sizes of a desk and a phone, light and dark.

use anyhow::Result;

use crate::install;
use crate::process::{self, cargo};
use crate::serve::Server;
use crate::{viewer, workspace};

/// Builds the viewer and takes the pictures into `target/screenshots`.
pub(crate) fn run() -> Result<()> {
    install::packages(install::TESTS)?;
    viewer::build()?;
    let server = Server::start(workspace::dist(), 0)?;
    let folder = workspace::target().join("screenshots");
    process::run(
        cargo("test --locked --package stallscope-tests --test borders -- browser::pictures")
            .env("STALLSCOPE_VIEWER_URL", server.url())
            .env("STALLSCOPE_PICTURES", &folder),
    )?;
    println!("the pictures are in {}", folder.display());
    Ok(())
}
