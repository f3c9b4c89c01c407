//! API keys and the webhook endpoint.

use askama::Template;

use crate::view::{Chrome, Moment, Pager, Problem, StatusPill, TextField, Tick};

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

/// One webhook delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryLine {
    /// What addresses it in our own paths.
    pub delivery_id: String,
    /// `PAY`, `TECH_PROVIDER`, …
    pub biz_type: String,
    /// `PAY_SUCCESS`, …
    pub biz_status: String,
    /// What it is about (`bizIdStr`).
    pub biz_id: String,
    /// Where it goes.
    pub url: String,
    /// Delivered, pending, parked.
    pub state: StatusPill,
    /// Tries so far.
    pub attempts: u32,
    /// `HTTP 200`, `timeout`, …; empty before the first try.
    pub last_result: String,
    /// The last try, or when it was put in.
    pub at: Moment,
    /// The next try.
    pub next: Option<Moment>,
    /// Whether it can be sent again by hand.
    pub may_retry: bool,
}

/// The endpoint's form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookPanel {
    /// The endpoint's URL.
    pub url: TextField,
    /// A note of the merchant.
    pub description: TextField,
    /// For the summary.
    pub problems: Vec<Problem>,
}

/// The webhook endpoint and what was sent to it.
#[derive(Template)]
#[template(path = "pages/webhook.html")]
pub struct WebhookPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The endpoint.
    pub panel: WebhookPanel,
    /// Newest first.
    pub deliveries: Vec<DeliveryLine>,
    /// Paging.
    pub pager: Pager,
}
