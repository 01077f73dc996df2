//! One file for each cause, in the order in which the decision procedure asks: is the peer the peer, did the client
//! do its part, was it cancelled, TCP, the ClientHello's delivery, the server's flight, its answer, what came after.

mod a1;
mod a10;
mod a11;
mod a2;
mod a3;
mod a4;
mod a5;
mod a6;
mod a7;
mod a8;
mod a9;
mod d1;
mod d2;
mod d3;
mod d4;
mod h1;
mod h10;
mod h11;
mod h12;
mod h13;
mod h14;
mod h15;
mod h16;
mod h17;
mod h18;
mod h19;
mod h2;
mod h20;
mod h21;
mod h22;
mod h23;
mod h24;
mod h25;
mod h26;
mod h3;
mod h4;
mod h5;
mod h6;
mod h7;
mod h8;
mod h9;
mod p1;
mod p2;
mod p3;
mod p4;
mod p5;
mod p6;
mod probed;
mod q1;
mod t1;
mod t10;
mod t11;
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
    p2::RULE,
    h17::RULE,
    h18::RULE,
    h23::RULE,
    d3::RULE,
    d2::RULE,
    d1::RULE,
    t16::RULE,
    t6::RULE,
    t11::RULE,
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
    h20::RULE,
    h21::RULE,
    h26::RULE,
    h15::RULE,
    h3::RULE,
    h4::RULE,
    h11::RULE,
    h12::RULE,
    h16::RULE,
    h13::RULE,
    h1::RULE,
    h2::RULE,
    h5::RULE,
    h6::RULE,
    h7::RULE,
    h8::RULE,
    h9::RULE,
    h10::RULE,
    h22::RULE,
    h19::RULE,
    h24::RULE,
    h25::RULE,
    h14::RULE,
    p1::RULE,
    p5::RULE,
    q1::RULE,
    p4::RULE,
    a7::RULE,
    a9::RULE,
    p3::RULE,
    a2::RULE,
    a1::RULE,
    a4::RULE,
    a8::RULE,
    p6::RULE,
    a3::RULE,
    a5::RULE,
    a6::RULE,
    a11::RULE,
    a10::RULE,
];
