//! A merchant's side of the authority it gave: see, narrow, freeze, disable, block. The token is never here.

use askama::Template;

use super::{LimitsForm, PendingRequest};
use crate::view::{Chrome, Moment, Problem, ScopeText, StatusPill, TextField, Tick, TimelineEntry};

/// One vendor in the merchant's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorLine {
    /// Its details page.
    pub href: String,
    /// The provider's name.
    pub provider_name: String,
    /// The provider's public id.
    pub provider_id: String,
    /// Where the authority stands.
    pub status: StatusPill,
    /// Titles of the scopes, in plain words.
    pub scopes: Vec<&'static str>,
    /// Since when.
    pub since: Moment,
    /// The last call under it.
    pub last_used: Option<Moment>,
    /// When it ends by itself.
    pub ends: Option<Moment>,
}

/// A merchant's vendors.
#[derive(Template)]
#[template(path = "pages/vendor_list.html")]
pub struct VendorListPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Requests that wait for a decision.
    pub pending: Vec<PendingRequest>,
    /// Vendors, those with authority first.
    pub lines: Vec<VendorLine>,
}

/// What a merchant can still do with a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VendorState {
    /// Can be narrowed, frozen, disabled.
    Authorized,
    /// Can be unfrozen or disabled.
    Frozen,
    /// Over: nothing can be done.
    Ended,
}

/// One vendor, with the forms to narrow, freeze and disable.
#[derive(Template)]
#[template(path = "pages/vendor_detail.html")]
pub struct VendorDetailPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The authorization's public id.
    pub authorization_id: String,
    /// The provider's name.
    pub provider_name: String,
    /// The provider's public id.
    pub provider_id: String,
    /// What can be done.
    pub state: VendorState,
    /// Where it stands.
    pub status: StatusPill,
    /// Since when.
    pub since: Moment,
    /// The last call under it.
    pub last_used: Option<Moment>,
    /// Scopes in force, in plain words.
    pub granted: Vec<&'static ScopeText>,
    /// The same as check boxes of the narrowing form.
    pub scopes: Vec<Tick>,
    /// What is wrong with the choice of scopes.
    pub scopes_error: Option<String>,
    /// Addresses in force; empty means any.
    pub addresses_now: Vec<String>,
    /// The same, editable, one per line.
    pub addresses: TextField,
    /// Limits in force in words; empty for none.
    pub limits_now: Vec<String>,
    /// Limits to set.
    pub limits: LimitsForm,
    /// For the summary.
    pub problems: Vec<Problem>,
    /// Newest first.
    pub timeline: Vec<TimelineEntry>,
    /// Whether the narrowing form stands open when the page opens.
    pub narrowing_open: bool,
}

/// Asks before authority is withdrawn for good.
#[derive(Template)]
#[template(path = "pages/vendor_disable.html")]
pub struct VendorDisablePage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The authorization's public id.
    pub authorization_id: String,
    /// The provider's name.
    pub provider_name: String,
    /// The provider's public id.
    pub provider_id: String,
}

/// A provider that may not ask again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockedLine {
    /// The provider's name.
    pub provider_name: String,
    /// The provider's public id, sent back to unblock.
    pub provider_id: String,
    /// Since when.
    pub since: Moment,
}

/// Providers that may not ask.
#[derive(Template)]
#[template(path = "pages/blocked_providers.html")]
pub struct BlockedProvidersPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Newest first.
    pub lines: Vec<BlockedLine>,
}
