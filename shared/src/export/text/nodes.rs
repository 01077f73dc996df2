//! Who gave the addresses, and which machines answered behind them.

use std::fmt;

use super::Page;
use super::numbers::count;
use super::pen::Ink;
use crate::report::v1::{Node, Server};

/// Lines that are written out.
const SHOWN: usize = 12;
/// Characters of a certificate's digest that tell it from others.
const DIGEST: usize = 8;

pub(super) fn write(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    let givers = givers(&page.report.servers);
    // One for all of them says nothing.
    if givers.len() > 1 {
        section(out, page, "Given by", &givers)?;
    }
    let answered = page.report.servers.iter().filter_map(|server| {
        let nodes = server.nodes.as_deref().filter(|nodes| !nodes.is_empty())?;
        let nodes: Vec<String> = nodes.iter().map(node).collect();
        Some((server.address.clone(), nodes.join(", ")))
    });
    let answered: Vec<_> = answered.collect();
    if answered.is_empty() {
        return Ok(());
    }
    section(out, page, "Answered by", &answered)
}

/// Sets of addresses with the same givers, the givers first.
fn givers(servers: &[Server]) -> Vec<(String, String)> {
    let mut found: Vec<(String, Vec<&str>)> = Vec::new();
    for server in servers {
        let Some(givers) = &server.given_by else {
            continue;
        };
        let givers = givers.join(", ");
        match found.iter_mut().find(|(known, _)| *known == givers) {
            Some((_, addresses)) => addresses.push(&server.address),
            None => found.push((givers, vec![&server.address])),
        }
    }
    let line = |(givers, addresses): (String, Vec<&str>)| {
        let number = addresses.len();
        let shown: Vec<&str> = addresses.into_iter().take(SHOWN).collect();
        let more = match number.saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {} more", count(more as u64)),
        };
        (givers, format!("{}{more}", shown.join(", ")))
    };
    found.into_iter().map(line).collect()
}

/// `x-served-by node-3, certificate 1f2e3d4c: 12`.
fn node(node: &Node) -> String {
    let name = node.name.as_ref().map(|name| {
        let by = node.named_by.as_deref().unwrap_or_default();
        format!("{by} {name}")
    });
    let digest = node.certificate_sha256.as_ref().map(|digest| {
        let short: String = digest.chars().take(DIGEST).collect();
        format!("certificate {short}")
    });
    let parts: Vec<String> = name.into_iter().chain(digest).collect();
    format!("{} ({})", parts.join(" "), count(node.attempts))
}

fn section(
    out: &mut dyn fmt::Write,
    page: &Page<'_>,
    title: &str,
    rows: &[(String, String)],
) -> fmt::Result {
    let pen = page.pen;
    writeln!(out, "\n{}", pen.paint(Ink::Strong, title))?;
    for (label, text) in rows.iter().take(SHOWN) {
        let line = format!("{}  {}", pen.clean(label), pen.clean(text));
        let width = page.width.saturating_sub(6);
        for (index, line) in super::wrap(&line, width).iter().enumerate() {
            let indent = if index == 0 { 2 } else { 6 };
            writeln!(out, "{:indent$}{line}", "")?;
        }
    }
    let left = rows.len().saturating_sub(SHOWN);
    if left > 0 {
        let text = format!("  and {} more", count(left as u64));
        writeln!(out, "{}", pen.paint(Ink::Dim, &text))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::node;
    use crate::report::v1::Node;

    #[test]
    fn a_node_is_told_by_what_is_known_of_it() {
        let mut known = Node {
            name: Some("node-3".into()),
            named_by: Some("x-served-by".into()),
            certificate_sha256: Some("1f2e3d4c5b6a".into()),
            attempts: 12,
        };
        assert_eq!(node(&known), "x-served-by node-3 certificate 1f2e3d4c (12)");
        known.name = None;
        assert_eq!(node(&known), "certificate 1f2e3d4c (12)");
    }
}
