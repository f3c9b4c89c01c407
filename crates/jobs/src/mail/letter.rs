//! A letter: what a mail says, before it is text and HTML.

use askama::Template;

use super::mail::Mail;

/// The most characters of a subject: what mail programs show of one, and far below what a header may hold.
pub(super) const SUBJECT_LENGTH_MAX: usize = 150;
/// The most characters of a name in a subject, so that a long one does not push the rest out of sight.
const NAME_IN_SUBJECT_MAX: usize = 48;

/// One thing after another.
pub(super) enum Block {
    /// A paragraph.
    Text(String),
    /// A paragraph that must not be overlooked.
    Caution(String),
    /// Short lines that belong together.
    List(Vec<String>),
    /// Names and values.
    Facts(Vec<(&'static str, String)>),
    /// One of our own pages. In text the paragraph before leads to it; in HTML it is a button with these words.
    Link {
        /// The words on the button.
        label: &'static str,
        /// The page, absolute.
        href: String,
    },
}

/// What a mail says.
pub(super) struct Letter {
    /// About what.
    pub(super) subject: String,
    /// What inboxes show beside the subject: one sentence that adds to it.
    pub(super) preview: String,
    /// The heading of the HTML part; text does without, for it would repeat the subject.
    pub(super) heading: String,
    /// What is said.
    pub(super) blocks: Vec<Block>,
    /// Why this person is told, as the last line.
    pub(super) because: String,
}

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct TextPart<'a> {
    letter: &'a Letter,
    base_url: &'a str,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct HtmlPart<'a> {
    letter: &'a Letter,
    base_url: &'a str,
}

impl Letter {
    /// The mail with this letter; `base_url` is where our pages are.
    pub(super) fn to_mail(&self, to: &str, base_url: &str) -> Mail {
        Mail {
            to: to.to_owned(),
            subject: one_line(&self.subject, SUBJECT_LENGTH_MAX),
            text: TextPart { letter: self, base_url }.render().expect("templates only write to a string"),
            html: HtmlPart { letter: self, base_url }.render().expect("templates only write to a string"),
            useless_from: None,
        }
    }
}

/// A name as it may stand in a subject.
pub(super) fn name_in_subject(name: &str) -> String {
    one_line(name, NAME_IN_SUBJECT_MAX)
}

/// A text on one line: controls and line ends become blanks, and what is too long is cut with an ellipsis.
fn one_line(text: &str, length_max: usize) -> String {
    let is_break = |char: char| char.is_control() || matches!(char, '\u{2028}' | '\u{2029}');
    let line = text.split(|char: char| char.is_whitespace() || is_break(char)).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    if line.chars().count() <= length_max {
        return line;
    }
    let cut: String = line.chars().take(length_max - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_short_line() {
        let rows = [
            ("Corner Shop has authorized you", "Corner Shop has authorized you"),
            ("a\r\nBcc: everybody@x.example", "a Bcc: everybody@x.example"),
            ("a\u{2028}b\u{85}c\0d\te", "a b c d e"),
            ("  two   blanks ", "two blanks"),
            ("", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(one_line(text, 40), expected, "{text:?}");
        }
        assert_eq!(one_line("ä b c d e", 6), "ä b c…");
        assert_eq!(one_line(&"x".repeat(500), SUBJECT_LENGTH_MAX).chars().count(), SUBJECT_LENGTH_MAX);
    }
}
