//! What each layer costs for one packet, from the benches of `shared`: one layer more in each.

use anyhow::{Result, bail};

use crate::process::{self, cargo};

/// A layer's bench: its name, and nanoseconds for one packet through it and all layers before it.
#[derive(Clone, Debug, PartialEq)]
struct Layer {
    name: String,
    nanos: f64,
}

/// Runs the benches and prints a line for each layer.
pub(super) fn print() -> Result<()> {
    let command = "bench --locked --package stallscope-shared --bench layers";
    println!("$ cargo {command}");
    let layers = layers(&process::output(&mut cargo(command))?);
    if layers.is_empty() {
        bail!("`cargo {command}` named no layer");
    }
    println!(
        "\n{:<24} {:>12} {:>12}",
        "layers, one capture", "ns/packet", "of its own"
    );
    let mut before = 0.0;
    for Layer { name, nanos } in layers {
        println!("{name:<24} {nanos:>12.0} {:>12.0}", nanos - before);
        before = nanos;
    }
    Ok(())
}

/// Reads divan's table: a row that begins with a bench's name, and below it one with its packets in a second. Columns
/// are fastest, slowest, median.
fn layers(table: &str) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut name = None;
    for row in table.lines() {
        let named = row
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .find(|word| !word.is_empty());
        if let Some(layer) = named.and_then(|word| word.strip_prefix("layer_")) {
            name = Some(layer.replacen('_', " ", 1));
        }
        let median = row
            .split('│')
            .rev()
            .nth(3)
            .filter(|cell| cell.contains("item/s"));
        if let (Some(rate), true) = (median.and_then(rate), name.is_some()) {
            layers.extend(name.take().map(|name| Layer {
                name,
                nanos: 1e9 / rate,
            }));
        }
    }
    layers
}

/// `43.06 Mitem/s` as items in a second.
fn rate(cell: &str) -> Option<f64> {
    let (number, unit) = cell.trim().split_once(' ')?;
    let factor = match unit.trim() {
        "item/s" => 1.0,
        "Kitem/s" => 1e3,
        "Mitem/s" => 1e6,
        "Gitem/s" => 1e9,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As divan 0.1.21 prints it.
    const TABLE: &str = "\
Timer precision: 20 ns
layers               fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ layer_1_capture   18.23 µs      │ 240.3 µs      │ 18.73 µs      │ 21.2 µs       │ 100     │ 100
│                    35.99 GB/s    │ 2.731 GB/s    │ 35.04 GB/s    │ 30.95 GB/s    │         │
│                    147.5 Mitem/s │ 11.19 Mitem/s │ 125 Mitem/s   │ 126.8 Mitem/s │         │
╰─ layer_6_text      2.431 ms      │ 21.75 ms      │ 7.619 ms      │ 9.193 ms      │ 100     │ 100
                     269.9 MB/s    │ 30.16 MB/s    │ 86.14 MB/s    │ 71.39 MB/s    │         │
                     1.106 Mitem/s │ 123.6 Kitem/s │ 500 Kitem/s   │ 292.5 Kitem/s │         │
";

    #[test]
    fn the_median_of_each_layer_is_read() {
        let layer = |name: &str, nanos| Layer {
            name: name.to_owned(),
            nanos,
        };
        assert_eq!(
            layers(TABLE),
            [layer("1 capture", 8.0), layer("6 text", 2000.0)]
        );
    }
}
