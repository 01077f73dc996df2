//! What leaves the machine: that nothing in it tells what was taken out, that links arrive or say why not, and that
//! every form can be read by the programs it is for.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test ends where its surroundings are not as they must be, and may be a table of cases"
)]

mod forms;
mod leaks;
mod links;
mod packets;
mod readers;
mod reports;
