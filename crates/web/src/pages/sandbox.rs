//! What the sandbox alone has: the console on `/` and the mailbox on `/sandbox/mail`. `serve` never mounts them.

use askama::Template;

use crate::view::{Chrome, Moment, Pager};

/// A seeded actor, with everything needed to play it. These are sandbox secrets, meant to be read.
#[derive(Clone, PartialEq, Eq)]
pub struct ActorCard {
    /// What the sign-in form sends as `actor`.
    pub key: String,
    /// `Technical service provider`, `Merchant`, `Channel partner`, `Payer`, `Operator`.
    pub role: String,
    /// What it is for, in a sentence.
    pub purpose: String,
    /// Its name.
    pub name: String,
    /// What its id is called: `Merchant ID`, `Binance ID`; empty for none.
    pub id_name: String,
    /// Its public id.
    pub id: String,
    /// API key; empty for none.
    pub api_key: String,
    /// API secret; empty for none.
    pub api_secret: String,
    /// Where it signs in.
    pub email: String,
    /// With what.
    pub password: String,
}

/// A step of the guided path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuideStep {
    /// What to do.
    pub title: String,
    /// How.
    pub text: String,
    /// Something to copy into a terminal; empty for none.
    pub command: String,
    /// A page that goes with it, as text and address.
    pub link: Option<(String, String)>,
    /// Whether the world shows that it was done.
    pub done: bool,
}

/// The console: the sandbox's first page.
#[derive(Template)]
#[template(path = "pages/console.html")]
pub struct ConsolePage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The merchant API's base, with scheme and host.
    pub api_base_url: String,
    /// The control API's base, with scheme and host.
    pub control_url: String,
    /// Its bearer token; empty when the reader came without the one-time link.
    pub control_token: String,
    /// Actors; empty when the reader came without the one-time link.
    pub actors: Vec<ActorCard>,
    /// Next steps.
    pub steps: Vec<GuideStep>,
    /// Business time.
    pub now: Moment,
    /// Mails in the mailbox.
    pub mail_count: u32,
}

/// One mail in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLine {
    /// Its page.
    pub href: String,
    /// To whom.
    pub to: String,
    /// About what.
    pub subject: String,
    /// How it begins.
    pub preview: String,
    /// When.
    pub at: Moment,
}

/// The mailbox: everything this sandbox mailed, to anybody.
#[derive(Template)]
#[template(path = "pages/mailbox.html")]
pub struct MailboxPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Newest first.
    pub lines: Vec<MailLine>,
    /// Paging.
    pub pager: Pager,
}

/// A part of a mail's text.
pub(crate) enum MailPart<'a> {
    Text(&'a str),
    /// One of our own pages, as path.
    Link {
        shown: &'a str,
        path: &'a str,
    },
}

/// What a reader of the mailbox may see of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailBody {
    /// All of it.
    Open {
        /// The text part.
        text: String,
        /// The address of the HTML part; `None` where there is none.
        html_href: Option<String>,
    },
    /// Nothing: it holds a link that grants, and the reader came without the console's one-time link.
    Closed,
}

/// One mail.
#[derive(Template)]
#[template(path = "pages/mail_message.html")]
pub struct MailMessagePage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// To whom.
    pub to: String,
    /// From whom.
    pub from: String,
    /// About what.
    pub subject: String,
    /// What there is to read.
    pub body: MailBody,
    /// When.
    pub at: Moment,
    /// Scheme and host of this sandbox: links to it in the text become links here; no other does.
    pub base_url: String,
}

impl MailMessagePage {
    /// A text cut into words and links to our own pages.
    pub(crate) fn parts<'t>(&self, text: &'t str) -> Vec<MailPart<'t>> {
        let mut parts = Vec::new();
        for chunk in text.split_inclusive(char::is_whitespace) {
            let word = chunk.trim_end();
            // `//host` would be another site's address.
            let path = word
                .strip_prefix(self.base_url.as_str())
                .filter(|path| path.starts_with('/') && !path.starts_with("//"));
            match path {
                Some(path) if !self.base_url.is_empty() => {
                    parts.push(MailPart::Link { shown: word, path });
                    parts.push(MailPart::Text(chunk.get(word.len()..).unwrap_or_default()));
                }
                _ => parts.push(MailPart::Text(chunk)),
            }
        }
        parts
    }
}
