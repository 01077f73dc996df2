//! Lengths as drawings write them.

/// A length in tenths of a pixel, which nobody can tell from the exact one; whole ones without a point.
pub(crate) fn px(length: f64) -> String {
    let tenths = (length * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if tenth == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{tenth}")
    }
}

#[cfg(test)]
mod tests {
    use super::px;

    #[test]
    fn lengths_have_at_most_one_decimal() {
        for (length, text) in [
            (0.0, "0"),
            (-0.04, "0"),
            (-0.26, "-0.3"),
            (12.0, "12"),
            (-7.5, "-7.5"),
            (899.96, "900"),
            (f64::NAN, "0"),
        ] {
            assert_eq!(px(length), text);
        }
    }
}
