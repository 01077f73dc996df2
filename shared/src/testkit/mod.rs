//! Builders of packets and captures for tests, fuzz targets and benches.

pub mod capture;
