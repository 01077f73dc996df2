//! Where things are in the checkout, and beside it.

use std::path::{Path, PathBuf};

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || root().join("target"),
        |folder| root().join(PathBuf::from(folder)),
    )
}

/// Where the built viewer goes.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The folder of large material that is not part of the project (public captures, the maker of
/// benchmark captures): `$STALLSCOPE_SHARED`, or `shared` beside the checkout.
pub(crate) fn beside() -> PathBuf {
    std::env::var_os("STALLSCOPE_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from)
}
