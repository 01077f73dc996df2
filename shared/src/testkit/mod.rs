//! Builders for tests, fuzz targets and benches: packets and captures that are right unless asked to be wrong.

pub mod capture;
pub mod conversation;
pub mod packet;
pub mod simulation;
