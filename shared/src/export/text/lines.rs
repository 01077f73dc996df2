//! Breaking text into lines.

/// Parts in lines of at most `width` characters, with separators between the parts of one line; only a part that
/// is longer than a line is broken itself.
pub(super) fn pack(parts: &[String], separator: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        let length = part.chars().count() + separator.chars().count();
        match lines.last_mut() {
            Some(line) if line.chars().count() + length <= width => {
                line.push_str(separator);
                line.push_str(part);
            }
            _ => lines.extend(wrap(part, width)),
        }
    }
    lines
}

/// `text` in lines of at most `width` characters, broken between words; a longer word has its own line.
pub(in crate::export) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += word_length;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
