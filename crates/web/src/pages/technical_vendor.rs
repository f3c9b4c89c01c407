//! Partner Features → Technical Vendor: a provider asks merchants for authority and sees what became of it (`spec/partner.md` §4.8).

use askama::Template;

use crate::view::{Chrome, Moment, Pager, Problem, ScopeText, StatusPill, TextField, Tick, TimelineEntry};

/// One authorization in the provider's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationLine {
    /// Its public id.
    pub authorization_id: String,
    /// Its details page.
    pub href: String,
    /// The merchant's name.
    pub merchant_name: String,
    /// The merchant's public id.
    pub merchant_id: String,
    /// Where it stands.
    pub status: StatusPill,
    /// Whether it asks to change an existing grant.
    pub is_change: bool,
    /// Scope codes.
    pub scopes: Vec<String>,
    /// When it was asked.
    pub created: Moment,
    /// When the merchant decided.
    pub decided: Option<Moment>,
    /// When the request or the grant ends.
    pub expires: Option<Moment>,
}

/// The provider's authorizations.
#[derive(Template)]
#[template(path = "pages/authorization_list.html")]
pub struct AuthorizationListPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Newest first.
    pub lines: Vec<AuthorizationLine>,
    /// Paging.
    pub pager: Pager,
    /// How many requests may be open at once; shown when the list is full.
    pub open_limit_reached: Option<u32>,
}

/// *Add authorization*.
#[derive(Template)]
#[template(path = "pages/authorization_add.html")]
pub struct AuthorizationAddPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Whom to ask.
    pub merchant_id: TextField,
    /// The scopes this provider may ask for: value is the code.
    pub scopes: Vec<Tick>,
    /// What is wrong with the choice of scopes.
    pub scopes_error: Option<String>,
    /// Addresses and ranges, one per line.
    pub addresses: TextField,
    /// For the summary.
    pub problems: Vec<Problem>,
}

/// After *Add authorization*: the link to share.
#[derive(Template)]
#[template(path = "pages/authorization_created.html")]
pub struct AuthorizationCreatedPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The merchant's name.
    pub merchant_name: String,
    /// The merchant's public id.
    pub merchant_id: String,
    /// The whole link, with scheme and host.
    pub review_url: String,
    /// Until when it can be used.
    pub expires: Moment,
    /// Scopes asked for.
    pub scopes: Vec<&'static ScopeText>,
    /// Its details page.
    pub detail_href: String,
    /// Whether an older open request to the same merchant was closed by this one (`spec/decisions.md` row 16).
    pub replaced_older: bool,
    /// Whether it asks to change an existing grant.
    pub is_change: bool,
}

/// The token as far as this answer shows it.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenView {
    /// Its first and last characters: `4f92…2e15`.
    Masked(String),
    /// Whole, in the answer to the reveal form alone.
    Shown(String),
    /// None to show: the request never came that far, or the grant is gone.
    None,
}

/// *Details* of one authorization, provider's side.
#[derive(Template)]
#[template(path = "pages/authorization_detail.html")]
pub struct AuthorizationDetailPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Its public id.
    pub authorization_id: String,
    /// The merchant's name.
    pub merchant_name: String,
    /// The merchant's public id.
    pub merchant_id: String,
    /// Where it stands.
    pub status: StatusPill,
    /// What that means for calls, in a sentence.
    pub status_text: String,
    /// The token.
    pub token: TokenView,
    /// Scopes asked for or granted.
    pub scopes: Vec<&'static ScopeText>,
    /// Addresses; empty means any.
    pub addresses: Vec<String>,
    /// Limits of the merchant in words (`At most 500 USDT an order`), empty for none.
    pub limits: Vec<String>,
    /// When the request or grant ends.
    pub expires: Option<Moment>,
    /// The link to share while pending.
    pub review_url: Option<String>,
    /// Where to cancel, while pending.
    pub cancel_href: Option<String>,
    /// Newest first.
    pub timeline: Vec<TimelineEntry>,
}

/// Asks before a pending request is cancelled.
#[derive(Template)]
#[template(path = "pages/authorization_cancel.html")]
pub struct AuthorizationCancelPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Its public id.
    pub authorization_id: String,
    /// The merchant's name.
    pub merchant_name: String,
    /// The merchant's public id.
    pub merchant_id: String,
}
