//! What was varied, a line for each arm of an address that failed; of addresses without failures nothing is to be compared.

use std::fmt;

use super::Page;
use super::numbers::count;
use super::pen::Ink;
use super::table::{Cell, Table};
use crate::report::v1::{Server, ServerArm};

/// Addresses whose arms are shown; the report has all.
const SHOWN: usize = 8;

pub(super) fn write(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    let compared = page.report.servers.iter();
    let compared: Vec<&Server> = compared
        .filter(|server| server.arms.iter().any(|arm| arm.failures > 0))
        .collect();
    if compared.is_empty() {
        return Ok(());
    }
    let pen = page.pen;
    writeln!(
        out,
        "\n{}{}",
        pen.paint(Ink::Strong, "Arms"),
        pen.paint(
            Ink::Dim,
            "  one thing changed at a time; p: chance alone makes it differ so much from the base"
        )
    )?;
    let mut table = Table::default();
    let head = ["address", "arm"].map(|word| Cell::left(Ink::Dim, word));
    let numbers = ["attempts", "failed", "p"].map(|word| Cell::right(Ink::Dim, word));
    table.push(head.into_iter().chain(numbers).collect());
    for server in compared.iter().take(SHOWN) {
        for (index, arm) in server.arms.iter().enumerate() {
            let address = if index == 0 { &*server.address } else { "" };
            table.push(row(&pen.clean(address), arm));
        }
    }
    table.write(out, pen)?;
    if let Some(hidden) = compared
        .len()
        .checked_sub(SHOWN)
        .filter(|hidden| *hidden > 0)
    {
        let text = format!("and {} more addresses", count(hidden as u64));
        writeln!(out, "  {}", pen.paint(Ink::Dim, &text))?;
    }
    Ok(())
}

fn row(address: &str, arm: &ServerArm) -> Vec<Cell> {
    let ink = if arm.failures > 0 {
        Ink::Fail
    } else {
        Ink::Dim
    };
    let chance = match arm.chance {
        None => String::new(),
        Some(chance) if chance < 0.0001 => "< 0.0001".to_owned(),
        Some(chance) => format!("{chance:.4}"),
    };
    vec![
        Cell::left(Ink::Strong, address),
        Cell::left(Ink::Plain, arm.arm.as_str()),
        Cell::right(Ink::Plain, count(arm.attempts)),
        Cell::right(ink, count(arm.failures)),
        Cell::right(Ink::Dim, chance),
    ]
}
