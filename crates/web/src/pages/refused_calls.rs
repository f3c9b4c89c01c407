//! Calls of an API key that were refused.

use askama::Template;

use crate::pages::OrderFacts;
use crate::view::{Chrome, Moment};

/// One refused call in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCallLine {
    /// Its own page.
    pub href: String,
    /// The called path.
    pub path: String,
    /// The result code.
    pub code: String,
    /// Why, in our own words.
    pub explanation: String,
    /// When it came.
    pub at: Moment,
}

/// The refused calls of one key.
#[derive(Template)]
#[template(path = "pages/refused_call_list.html")]
pub struct RefusedCallListPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The name of the key.
    pub key_name: String,
    /// How many are kept.
    pub kept: i64,
    /// Newest first.
    pub lines: Vec<RefusedCallLine>,
}

/// One refused call.
#[derive(Template)]
#[template(path = "pages/refused_call.html")]
pub struct RefusedCallPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// What addresses the key in our own paths.
    pub key_id: String,
    /// The name of the key.
    pub key_name: String,
    /// The called path.
    pub path: String,
    /// The result code.
    pub code: String,
    /// What the caller was told.
    pub message: String,
    /// When it came.
    pub at: Moment,
    /// Why, in our own words.
    pub explanation: String,
    /// The page or decision behind it.
    pub source: String,
    /// What the signature doctor found, where it was asked.
    pub diagnosis: Option<String>,
    /// What came with it.
    pub facts: Vec<OrderFacts>,
    /// Its body as it may be shown; `None` where there is nothing to show.
    pub body: Option<String>,
    /// What is said of the body.
    pub body_note: String,
}
