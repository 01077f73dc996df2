//! The folder to host: the viewer, and what static hosts read beside it. It works below any path, and needs nothing of
//! a server but that it gives files.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::{viewer, workspace};

/// Headers that a page cannot give itself, in the format that Netlify and Cloudflare Pages read.
const HEADERS: &str = "\
/*
  Content-Security-Policy: frame-ancestors 'none'
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
  Cache-Control: no-cache
";

/// Builds the viewer and writes `target/site`.
pub(crate) fn run() -> Result<()> {
    viewer::build()?;
    let site = workspace::target().join("site");
    if site.is_dir() {
        fs::remove_dir_all(&site)?;
    }
    copy(&workspace::dist(), &site)?;
    fs::write(site.join("_headers"), HEADERS)?;
    // GitHub Pages leaves out what begins with an underscore unless this is there.
    fs::write(site.join(".nojekyll"), "")?;
    println!("the folder to host: {}", site.display());
    println!("HOSTING.md says how, and how reports are put beside it");
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let path = entry?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        if path.is_dir() {
            copy(&path, &to.join(name))?;
        } else {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
