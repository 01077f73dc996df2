//! A line for each server: attempts, failures, median and 95th percentile of each phase.

use std::fmt;

use super::Page;
use super::numbers::{count, duration, percent};
use super::pen::{Ink, Pen};
use super::table::{Cell, Table};
use super::words;
use crate::report::v1::{PhaseName, Server};

/// Servers that are written out.
const SERVERS_SHOWN: usize = 30;
/// Longest name that is written out.
const NAME_WIDTH: usize = 32;
/// Before the phases of a server that has two lines.
const INDENT: usize = 4;
/// Between two of them.
const BLOCK_GAP: usize = 3;

const PHASES: [PhaseName; 7] = [
    PhaseName::Dns,
    PhaseName::Connect,
    PhaseName::Proxy,
    PhaseName::Tls,
    PhaseName::Request,
    PhaseName::Wait,
    PhaseName::Receive,
];

pub(super) fn write(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    let servers = &page.report.servers;
    if servers.is_empty() {
        return Ok(());
    }
    let pen = page.pen;
    let shown = servers.get(..SERVERS_SHOWN).unwrap_or(servers);
    let phases: Vec<PhaseName> = PHASES
        .into_iter()
        .filter(|phase| takes_time(shown, *phase))
        .collect();
    let hint = if phases.is_empty() {
        ""
    } else {
        "  each phase: median and 95th percentile"
    };
    writeln!(
        out,
        "\n{}{}",
        pen.paint(Ink::Strong, "Servers"),
        pen.paint(Ink::Dim, hint)
    )?;
    let fitting = [Columns::All, Columns::NoInterval, Columns::NoName]
        .into_iter()
        .map(|columns| table(pen, shown, &phases, columns))
        .find(|table| table.width() <= page.width);
    match fitting {
        Some(table) => table.write(out, pen)?,
        None => write_stacked(out, page, shown, &phases)?,
    }
    let hidden = servers.get(SERVERS_SHOWN..).unwrap_or_default();
    if !hidden.is_empty() {
        let failures = hidden
            .iter()
            .map(|server| server.failures)
            .fold(0, u64::saturating_add);
        let text = format!(
            "and {} more with {} failures in all",
            count(hidden.len() as u64),
            count(failures)
        );
        writeln!(out, "  {}", pen.paint(Ink::Dim, &text))?;
    }
    Ok(())
}

/// The phase took time at one of the servers: a column of zeros says nothing.
fn takes_time(servers: &[Server], phase: PhaseName) -> bool {
    let percentiles = servers
        .iter()
        .filter_map(|server| server.phase_percentiles.get(&phase));
    percentiles
        .into_iter()
        .any(|percentiles| percentiles.max_ns > 0)
}

/// Which columns there is room for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Columns {
    All,
    NoInterval,
    NoName,
}

fn table(pen: Pen, servers: &[Server], phases: &[PhaseName], columns: Columns) -> Table {
    let mut table = Table::default();
    let has_names =
        columns != Columns::NoName && servers.iter().any(|server| !server.names.is_empty());
    let mut head = vec![Cell::left(Ink::Dim, "address")];
    if has_names {
        head.push(Cell::left(Ink::Dim, "name"));
    }
    head.push(Cell::right(Ink::Dim, "attempts"));
    head.push(Cell::right(Ink::Dim, "failed"));
    head.push(Cell::right(Ink::Dim, ""));
    if columns == Columns::All {
        head.push(Cell::left(Ink::Dim, "95 % interval"));
    }
    let times: Vec<Vec<[String; 2]>> = phases
        .iter()
        .map(|phase| times(pen, servers, *phase))
        .collect();
    head.extend(
        phases
            .iter()
            .map(|phase| Cell::right(Ink::Phase(*phase), words::phase(*phase))),
    );
    table.push(head);
    let widths: Vec<[usize; 2]> = times
        .iter()
        .map(|column| [widest(column, 0), widest(column, 1)])
        .collect();
    for (row, server) in servers.iter().enumerate() {
        let mut cells = vec![Cell::left(Ink::Strong, pen.clean(&server.address))];
        if has_names {
            cells.push(Cell::left(Ink::Plain, name(pen, server)));
        }
        cells.extend(counts(server));
        if columns == Columns::All {
            cells.push(Cell::left(Ink::Dim, interval(server)));
        }
        for (column, [wide50, wide95]) in times.iter().zip(&widths) {
            let text = match column.get(row) {
                Some([p50, p95]) if !p50.is_empty() => format!("{p50:>wide50$} / {p95:>wide95$}"),
                _ => pen.pick("–", "-").to_owned(),
            };
            cells.push(Cell::right(Ink::Plain, text));
        }
        table.push(cells);
    }
    table
}

fn counts(server: &Server) -> [Cell; 3] {
    let ink = if server.failures > 0 {
        Ink::Fail
    } else {
        Ink::Dim
    };
    let share = match server.failures {
        0 => String::new(),
        failures => percent(failures, server.settled()),
    };
    [
        Cell::right(Ink::Plain, count(server.attempts)),
        Cell::right(ink, count(server.failures)),
        Cell::right(ink, share),
    ]
}

/// The Wilson interval in whole percent.
fn interval(server: &Server) -> String {
    let [low, high] = server.wilson95.map(|rate| (rate * 100.0).round() as u64);
    format!("{low} to {high} %")
}

fn name(pen: Pen, server: &Server) -> String {
    let Some(first) = server.names.first() else {
        return String::new();
    };
    let more = match server.names.len() {
        1 => String::new(),
        names => format!(" +{}", names - 1),
    };
    let room = NAME_WIDTH.saturating_sub(more.len());
    format!("{}{more}", pen.shorten(first, room))
}

/// Median and 95th percentile of one phase at each server; empty where it never completed.
fn times(pen: Pen, servers: &[Server], phase: PhaseName) -> Vec<[String; 2]> {
    let of = |server: &Server| match server.phase_percentiles.get(&phase) {
        Some(percentiles) if percentiles.n > 0 => [
            duration(pen, percentiles.p50_ns),
            duration(pen, percentiles.p95_ns),
        ],
        _ => [String::new(), String::new()],
    };
    servers.iter().map(of).collect()
}

fn widest(column: &[[String; 2]], part: usize) -> usize {
    let texts = column.iter().filter_map(|pair| pair.get(part));
    texts.map(|text| text.chars().count()).max().unwrap_or(0)
}

/// Two lines for each server, where one is too long: counts, then phases.
fn write_stacked(
    out: &mut dyn fmt::Write,
    page: &Page<'_>,
    servers: &[Server],
    phases: &[PhaseName],
) -> fmt::Result {
    let pen = page.pen;
    let named = table(pen, servers, &[], Columns::NoInterval);
    let table = if named.width() <= page.width {
        named
    } else {
        table(pen, servers, &[], Columns::NoName)
    };
    let mut counts = String::new();
    table.write(&mut counts, pen)?;
    let blocks: Vec<Block> = phases
        .iter()
        .map(|phase| Block::new(pen, servers, *phase))
        .collect();
    let mut lines = counts.lines();
    if let Some(head) = lines.next() {
        writeln!(out, "{head}")?;
    }
    for (row, line) in lines.enumerate() {
        writeln!(out, "{line}")?;
        let mut used = 0;
        for block in &blocks {
            if used > 0 && INDENT + used + BLOCK_GAP + block.width > page.width {
                writeln!(out)?;
                used = 0;
            }
            let gap = if used == 0 { INDENT } else { BLOCK_GAP };
            write!(out, "{:gap$}{}", "", block.text(pen, row))?;
            used += gap + block.width;
        }
        if used > 0 {
            writeln!(out)?;
        }
    }
    Ok(())
}

/// One phase at every server, as wide at each of them.
struct Block {
    phase: PhaseName,
    times: Vec<String>,
    width: usize,
}

impl Block {
    fn new(pen: Pen, servers: &[Server], phase: PhaseName) -> Self {
        let none = pen.pick("–", "-");
        let times = times(pen, servers, phase)
            .into_iter()
            .map(|[p50, p95]| match p50.as_str() {
                "" => none.to_owned(),
                _ => format!("{p50} / {p95}"),
            });
        let times: Vec<String> = times.collect();
        let widest = times.iter().map(|text| text.chars().count()).max();
        Self {
            phase,
            times,
            width: words::phase(phase).len() + 1 + widest.unwrap_or(0),
        }
    }

    fn text(&self, pen: Pen, row: usize) -> String {
        let word = words::phase(self.phase);
        let times = self.times.get(row).map_or("", String::as_str);
        let room = self.width - word.len() - 1;
        format!("{} {times:<room$}", pen.paint(Ink::Phase(self.phase), word))
    }
}
