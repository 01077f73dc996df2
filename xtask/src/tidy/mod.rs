//! What no compiler checks. Each check is also a test, so `cargo test` covers them.

mod fences;
mod files;
mod layers;
mod licences;
mod rules;
mod source;

use anyhow::{Result, bail};

use self::source::Source;

/// Runs every check and prints what is wrong.
pub(crate) fn run() -> Result<()> {
    let mut found = Vec::new();
    for (name, check) in CHECKS {
        let broken = check()?;
        println!(
            "{name}: {}",
            if broken.is_empty() { "ok" } else { "broken" }
        );
        found.extend(broken);
    }
    for line in &found {
        eprintln!("{line}");
    }
    if found.is_empty() {
        return Ok(());
    }
    bail!("{} things are out of order", found.len())
}

/// Gives back one sentence for everything that breaks the rule.
type Check = fn() -> Result<Vec<String>>;

const CHECKS: [(&str, Check); 11] = [
    ("every file says what it is", || each(files::first_line)),
    ("files are short", || each(files::length)),
    ("no paths of one machine", || Ok(files::machine_paths())),
    ("modules use only what is above them", || {
        each(layers::upward_only)
    }),
    ("internals are not serializable", || each(fences::serialize)),
    ("shared does not know where it runs", || {
        each(fences::platform)
    }),
    ("only platform/ knows the browser", || each(fences::browser)),
    (
        "shared brings no operating system along",
        fences::dependencies,
    ),
    ("every cause has a documented rule", || {
        Ok(rules::documented(&source::all()?))
    }),
    ("lock files are current", fences::lock_files),
    ("licences of dependencies", licences::check),
];

/// Applies a check to every Rust file of the checkout.
fn each(check: fn(&Source) -> Vec<String>) -> Result<Vec<String>> {
    Ok(source::all()?.iter().flat_map(check).collect())
}

#[cfg(test)]
mod tests {
    use super::CHECKS;

    #[test]
    fn nothing_is_out_of_order() {
        for (name, check) in CHECKS {
            assert_eq!(check().unwrap(), Vec::<String>::new(), "{name}");
        }
    }
}
