//! API keys.

use askama::Template;

use crate::view::{Chrome, Moment, Problem, TextField, Tick};

/// One API key. Its secret is not here: it was shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyLine {
    /// What addresses it in our own paths.
    pub key_id: String,
    /// Its name.
    pub name: String,
    /// The identity key, as sent in `BinancePay-Certificate-SN`.
    pub identity: String,
    /// Titles of the families it may call; empty means all.
    pub access: Vec<String>,
    /// Trusted addresses; empty means any.
    pub addresses: Vec<String>,
    /// When it was made.
    pub created: Moment,
    /// The last signed call.
    pub last_used: Option<Moment>,
}

/// API keys.
#[derive(Template)]
#[template(path = "pages/api_key_list.html")]
pub struct ApiKeyListPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Newest first.
    pub keys: Vec<ApiKeyLine>,
    /// How many keys there may be; shown when reached.
    pub limit_reached: Option<u32>,
}

/// The form for a new key.
#[derive(Template)]
#[template(path = "pages/api_key_add.html")]
pub struct ApiKeyAddPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Its name.
    pub name: TextField,
    /// Families it may call: value is the scope code.
    pub access: Vec<Tick>,
    /// What is wrong with the choice.
    pub access_error: Option<String>,
    /// Trusted addresses, one per line.
    pub addresses: TextField,
    /// For the summary.
    pub problems: Vec<Problem>,
}

/// The new key and its secret, shown once.
#[derive(Template)]
#[template(path = "pages/api_key_created.html")]
pub struct ApiKeyCreatedPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Its name.
    pub name: String,
    /// The identity key.
    pub identity: String,
    /// The secret, here and never again.
    pub secret: String,
    /// The base of the merchant API, with scheme and host.
    pub api_base_url: String,
}
