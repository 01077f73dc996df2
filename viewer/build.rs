//! The page's messages: from the Fluent files to one string for each language, which the page reads in place.
//!
//! A whole Fluent would be a fifth of the page. The page's own files use text, `{ $gaps }` and choices by number,
//! and a file that uses more does not build.
//!
//! ```text
//!  catalogue  = *( id NUL pattern END )          ids in order of their bytes
//!  pattern    = *( text / gap / choice )
//!  gap        = GAP name END
//!  choice     = CHOICE name END *( key NUL pattern END ) END     the default's key is empty, and comes last
//! ```

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, io};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey,
};

/// Languages, by the names of their folders.
const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

/// The files that the page needs; what is said of causes is written by the worker.
const FILES: [&str; 2] = ["words.ftl", "viewer.ftl"];

const NUL: char = '\u{0}';
const END: char = '\u{1}';
const GAP: char = '\u{2}';
const CHOICE: char = '\u{3}';

fn main() -> io::Result<()> {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/locales");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    println!("cargo::rerun-if-changed={}", locales.display());
    println!("cargo::rerun-if-changed=build.rs");
    for language in LANGUAGES {
        let mut messages = BTreeMap::new();
        for file in FILES {
            let path = locales.join(language).join(file);
            let named = |what: String| io::Error::other(format!("{}: {what}", path.display()));
            let text = fs::read_to_string(&path).map_err(|error| named(error.to_string()))?;
            read(&text, &mut messages).map_err(named)?;
        }
        let catalogue: String = messages
            .iter()
            .map(|(id, pattern)| format!("{id}{NUL}{pattern}{END}"))
            .collect();
        let file = Path::new(&out).join(format!("{language}.messages"));
        fs::write(file, catalogue)?;
    }
    Ok(())
}

fn read(text: &str, messages: &mut BTreeMap<String, String>) -> Result<(), String> {
    let resource = fluent_syntax::parser::parse(text)
        .map_err(|(_, errors)| format!("not Fluent: {errors:?}"))?;
    for entry in resource.body {
        match entry {
            Entry::Message(message) => {
                let id = message.id.name;
                let pattern = message.value.ok_or_else(|| format!("{id} has no value"))?;
                if !message.attributes.is_empty() {
                    return Err(format!("{id} has attributes, which the page cannot read"));
                }
                let written = write(&pattern).map_err(|what| format!("{id}: {what}"))?;
                messages.insert(id.to_owned(), written);
            }
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            Entry::Term(_) | Entry::Junk { .. } => {
                return Err("terms and junk cannot be read by the page".to_owned());
            }
        }
    }
    Ok(())
}

fn write(pattern: &Pattern<&str>) -> Result<String, String> {
    let mut written = String::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => written.push_str(value),
            PatternElement::Placeable { expression } => written += &placeable(expression)?,
        }
    }
    Ok(written)
}

fn placeable(expression: &Expression<&str>) -> Result<String, String> {
    match expression {
        Expression::Inline(InlineExpression::VariableReference { id }) => {
            Ok(format!("{GAP}{}{END}", id.name))
        }
        Expression::Select {
            selector: InlineExpression::VariableReference { id },
            variants,
        } => {
            let mut written = format!("{CHOICE}{}{END}", id.name);
            let mut default = String::new();
            for variant in variants {
                let pattern = write(&variant.value)?;
                let key = match (&variant.key, variant.default) {
                    (_, true) => {
                        default = format!("{NUL}{pattern}{END}");
                        continue;
                    }
                    (VariantKey::Identifier { name: "one" }, false) => "one",
                    (VariantKey::NumberLiteral { value }, false)
                        if value.bytes().all(|digit| digit.is_ascii_digit()) =>
                    {
                        value
                    }
                    (key, false) => return Err(format!("the page knows no key {key:?}")),
                };
                written += &format!("{key}{NUL}{pattern}{END}");
            }
            written += &default;
            written.push(END);
            Ok(written)
        }
        other => Err(format!("the page cannot read {other:?}")),
    }
}
