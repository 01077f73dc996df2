//! Errors of sockets by their names in `errno.h`.

use std::io;

use nix::errno::Errno;

/// The name of an error, for example `ECONNREFUSED`.
pub(in crate::probe) fn name_of(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => format!("{:?}", Errno::from_raw(code)),
        None => error.kind().to_string(),
    }
}
