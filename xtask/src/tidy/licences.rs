//! The licences of everything we link: an exact set, the one in `deny.toml`.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::install::WASM;
use crate::process::{cargo, output};
use crate::workspace;

/// One of each kind that `deny.toml` names.
const SHIPPED: [&str; 2] = ["x86_64-unknown-linux-gnu", WASM];

pub(super) fn check() -> Result<Vec<String>> {
    let rules = fs::read_to_string(workspace::root().join("deny.toml"))?;
    let allowed = allowed(&rules).context("deny.toml has no list `allow = [ … ]`")?;
    // The platforms that are shipped; what only others link is not looked at.
    let metadata: Value = serde_json::from_str(&output(
        cargo("metadata --locked --format-version 1")
            .args(SHIPPED.map(|platform| format!("--filter-platform={platform}"))),
    )?)?;
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("cargo metadata has no packages")?;
    let mut used = BTreeSet::new();
    let mut broken = Vec::new();
    for package in packages {
        let text = |field: &str| {
            package
                .get(field)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let expression = text("license");
        match choice(expression, &allowed) {
            Some(chosen) => used.extend(chosen),
            None => broken.push(format!(
                "{} {} has the licence `{expression}`, which deny.toml does not allow",
                text("name"),
                text("version")
            )),
        }
    }
    let unused = allowed.iter().filter(|licence| !used.contains(**licence));
    broken
        .extend(unused.map(|licence| format!("deny.toml allows `{licence}`, which nothing needs")));
    Ok(broken)
}

/// The quoted names in `allow = [ … ]`, in order of preference.
fn allowed(rules: &str) -> Option<Vec<&str>> {
    let (_, list) = rules.split_once("\nallow = [")?;
    let (list, _) = list.split_once(']')?;
    let code = list
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    Some(
        code.flat_map(|line| line.split('"').skip(1).step_by(2))
            .collect(),
    )
}

/// The licences that make an SPDX expression acceptable: one side of each `OR`, both of each `AND`.
/// `None` when it is not acceptable.
fn choice<'a>(expression: &str, allowed: &[&'a str]) -> Option<BTreeSet<&'a str>> {
    // Old manifests write `/` for OR.
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = tokens.as_slice();
    let chosen = any_of(&mut rest, allowed);
    if rest.is_empty() { chosen } else { None }
}

fn any_of<'a>(tokens: &mut &[&str], allowed: &[&'a str]) -> Option<BTreeSet<&'a str>> {
    let mut options = vec![all_of(tokens, allowed)];
    while let Some(("OR", rest)) = tokens.split_first().map(|(first, rest)| (*first, rest)) {
        *tokens = rest;
        options.push(all_of(tokens, allowed));
    }
    let preference = |names: &BTreeSet<&str>| {
        names
            .iter()
            .filter_map(|name| allowed.iter().position(|other| other == name))
            .max()
    };
    options.into_iter().flatten().min_by_key(preference)
}

fn all_of<'a>(tokens: &mut &[&str], allowed: &[&'a str]) -> Option<BTreeSet<&'a str>> {
    let mut sum = one(tokens, allowed);
    while let Some(("AND", rest)) = tokens.split_first().map(|(first, rest)| (*first, rest)) {
        *tokens = rest;
        let next = one(tokens, allowed);
        sum = sum.zip(next).map(|(mut sum, next)| {
            sum.extend(next);
            sum
        });
    }
    sum
}

fn one<'a>(tokens: &mut &[&str], allowed: &[&'a str]) -> Option<BTreeSet<&'a str>> {
    let (first, rest) = tokens.split_first()?;
    *tokens = rest;
    if *first == "(" {
        let inner = any_of(tokens, allowed);
        *tokens = tokens.split_first()?.1;
        return inner;
    }
    let mut name = (*first).to_owned();
    if let [with @ "WITH", exception, rest @ ..] = *tokens {
        name = format!("{name} {with} {exception}");
        *tokens = rest;
    }
    let known = allowed.iter().find(|licence| **licence == name)?;
    Some(BTreeSet::from([*known]))
}

#[cfg(test)]
mod tests {
    use super::{allowed, choice};

    #[test]
    fn expressions_are_judged() {
        let list = [
            "MIT",
            "Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
            "Unicode-3.0",
        ];
        for (expression, is_fine) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0 OR MIT", true),
            ("GPL-3.0", false),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND NCSA", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("GPL-2.0 WITH Classpath-exception", false),
            ("", false),
        ] {
            assert_eq!(choice(expression, &list).is_some(), is_fine, "{expression}");
        }
    }

    #[test]
    fn the_list_is_read() {
        let rules = "[licenses]\nallow = [\n  \"MIT\", # ours\n  \"ISC\",\n]\n";
        assert_eq!(allowed(rules).unwrap(), ["MIT", "ISC"]);
    }
}
