//! What one types stands between two backticks in texts. A terminal shows it so; pages set it as code, and leave the
//! backticks out.

/// Cuts a text at the first code in it: what stands before, the code, and what follows. `None` where there is none; a
/// backtick without its twin is only a backtick.
#[must_use]
pub fn split_code(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('`')?;
    let (code, after) = rest.split_once('`')?;
    Some((before, code, after))
}

#[cfg(test)]
mod tests {
    use super::split_code;

    #[test]
    fn code_is_what_two_backticks_hold() {
        for (text, expected) in [
            ("accept queue", None),
            ("accept ` queue", None),
            (
                "accept queue (`ss -ltn`), load",
                Some(("accept queue (", "ss -ltn", "), load")),
            ),
            ("`-k` or `--cacert", Some(("", "-k", " or `--cacert"))),
        ] {
            assert_eq!(split_code(text), expected, "{text}");
        }
    }
}
