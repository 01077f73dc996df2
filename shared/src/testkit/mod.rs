//! Builders of packets and captures for tests, fuzz targets and benches.

pub mod capture;
//! Builders for tests, fuzz targets and benches: packets that are right unless asked to be wrong.

pub mod packet;
