//! Elements, escaped texts, and every sentence in each language of the page.

use crate::report::build::text_of;
use crate::report::v1;
use crate::text::{Language, Message, Value, render, split_code};

/// A page in the making.
pub(super) struct Markup {
    out: String,
    languages: Vec<Language>,
}

impl Markup {
    pub(super) fn new(languages: &[Language]) -> Self {
        let languages = if languages.is_empty() {
            vec![Language::default()]
        } else {
            languages.to_vec()
        };
        Self {
            out: String::with_capacity(1 << 16),
            languages,
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn is_bilingual(&self) -> bool {
        self.languages.len() > 1
    }

    pub(super) fn first_language(&self) -> Language {
        self.languages.first().copied().unwrap_or_default()
    }

    /// Markup as it stands.
    pub(super) fn raw(&mut self, markup: &str) -> &mut Self {
        self.out.push_str(markup);
        self
    }

    /// Text, escaped.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.out.push_str(&escaped(text));
        self
    }

    /// Text, escaped; what stands between two backticks is set as code.
    pub(super) fn marked(&mut self, mut text: &str) -> &mut Self {
        while let Some((before, code, after)) = split_code(text) {
            self.text(before).raw("<code>").text(code).raw("</code>");
            text = after;
        }
        self.text(text)
    }

    /// `<name attributes>`, what `inside` writes, `</name>`.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: &str,
        inside: impl FnOnce(&mut Self),
    ) -> &mut Self {
        self.out.push('<');
        self.out.push_str(name);
        if !attributes.is_empty() {
            self.out.push(' ');
            self.out.push_str(attributes);
        }
        self.out.push('>');
        inside(self);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
        self
    }

    /// An element that holds a text.
    pub(super) fn element_of(&mut self, name: &str, attributes: &str, text: &str) -> &mut Self {
        self.element(name, attributes, |page| {
            page.text(text);
        })
    }

    /// A sentence in every language, each an element of its own, side by side where there is room.
    pub(super) fn say(&mut self, name: &str, message: &Message) -> &mut Self {
        if !self.is_bilingual() {
            let text = render(self.first_language(), message);
            return self.element(name, "", |page| {
                page.marked(&text);
            });
        }
        let texts: Vec<_> = self
            .languages
            .iter()
            .map(|language| (language.tag(), render(*language, message)))
            .collect();
        self.element("div", "class=\"pair\"", |page| {
            for (tag, text) in texts {
                page.element(name, &format!("lang=\"{tag}\""), |page| {
                    page.marked(&text);
                });
            }
        })
    }

    /// A heading in every language, each on a line of its own.
    pub(super) fn lines(&mut self, message: &Message) {
        let texts: Vec<_> = self
            .languages
            .iter()
            .map(|language| (language.tag(), render(*language, message)))
            .collect();
        for (tag, text) in texts {
            self.element_of("span", &format!("class=\"language\" lang=\"{tag}\""), &text);
        }
    }

    /// A sentence of the report in every language; as it stands where it has no message.
    pub(super) fn quote(
        &mut self,
        name: &str,
        sentence: &str,
        message: Option<&v1::Message>,
    ) -> &mut Self {
        match message {
            Some(message) => self.say(name, &text_of(message)),
            None => self.element(name, "", |page| {
                page.marked(sentence);
            }),
        }
    }

    /// A few words in every language, for a heading or a drawing.
    pub(super) fn words(&self, message: &Message) -> String {
        self.each(message).join(" / ")
    }

    /// The message in every language, once where they agree.
    pub(super) fn each(&self, message: &Message) -> Vec<String> {
        let mut texts: Vec<String> = self
            .languages
            .iter()
            .map(|language| render(*language, message))
            .collect();
        texts.dedup();
        texts
    }

    /// [`Self::words`] of a message without gaps.
    pub(super) fn word(&self, id: &'static str) -> String {
        self.words(&Message::new(id))
    }

    /// A value as the page's first language writes it.
    pub(super) fn value(&self, value: impl Into<Value>) -> String {
        value.into().write(self.first_language())
    }

    /// A table's head, its columns named by messages, and its rows.
    pub(super) fn table(
        &mut self,
        class: &str,
        heads: &[String],
        rows: impl FnOnce(&mut Self),
    ) -> &mut Self {
        self.raw("<div class=\"wide\">");
        self.element("table", &format!("class=\"{class}\""), |page| {
            page.element("thead", "", |page| {
                page.element("tr", "", |page| {
                    for head in heads {
                        page.element_of("th", "scope=\"col\"", head);
                    }
                });
            });
            page.element("tbody", "", rows);
        });
        self.raw("</div>")
    }

    /// A section with its heading.
    pub(super) fn section(
        &mut self,
        class: &str,
        heading: &'static str,
        inside: impl FnOnce(&mut Self),
    ) -> &mut Self {
        let heading = self.word(heading);
        self.element("section", &format!("class=\"{class}\""), |page| {
            page.element_of("h2", "", &heading);
            inside(page);
        })
    }

    /// Something to copy, with what it is.
    pub(super) fn copyable(&mut self, what: &str, text: &str) -> &mut Self {
        self.element("figure", "class=\"code\"", |page| {
            page.element_of("figcaption", "", what);
            page.element("pre", "", |page| {
                page.element_of("code", "", text);
            });
        })
    }
}

/// Text that means nothing in HTML, SVG and attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What no document may hold (HTML, "control character in input stream").
            character if character.is_control() && character != '\n' => out.push('\u{fffd}'),
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn code_is_set_as_code_and_stays_text() {
        for (text, expected) in [
            ("queue (`ss -ltn`)", "queue (<code>ss -ltn</code>)"),
            ("`<b>` & `x", "<code>&lt;b&gt;</code> &amp; `x"),
        ] {
            let mut page = Markup::new(&[]);
            page.marked(text);
            assert_eq!(page.finish(), expected);
        }
    }
}
