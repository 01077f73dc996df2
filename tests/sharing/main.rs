//! What leaves the machine: that nothing in it tells what was taken out, that links arrive or say why not, and that
//! every form can be read by the programs it is for.

mod forms;
mod leaks;
mod links;
mod packets;
mod readers;
mod reports;
