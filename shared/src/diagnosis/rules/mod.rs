//! One file for each cause, in the order in which the decision procedure asks: is the peer the peer, did the client
//! do its part, was it cancelled, TCP, the ClientHello's delivery, the server's flight, its answer, what came after.

#[cfg(test)]
mod connect_tests;
mod d1;
mod d2;
mod d3;
mod d4;
mod h1;
mod h2;
mod t1;
mod t10;
mod t12;
mod t13;
mod t14;
mod t15;
mod t16;
mod t17;
mod t18;
mod t2;
mod t3;
mod t4;
mod t5;
mod t6;
mod t7;
mod t8;
mod t9;

use super::Rule;

/// Every rule.
pub const ALL: &[Rule] = &[
    d3::RULE,
    d2::RULE,
    d1::RULE,
    t16::RULE,
    t6::RULE,
    t5::RULE,
    t10::RULE,
    t17::RULE,
    t18::RULE,
    t8::RULE,
    d4::RULE,
    t2::RULE,
    t7::RULE,
    t12::RULE,
    t13::RULE,
    t9::RULE,
    t14::RULE,
    t15::RULE,
    t4::RULE,
    t3::RULE,
    t1::RULE,
    h1::RULE,
    h2::RULE,
];
