//! Developers → Deliveries: the log of webhooks, one delivery with its tries, and sending again.
//!
//! What receivers answered is a stranger's: it reaches a page as text alone, of bounded length, with nothing in it that would
//! not be seen.

use askama::Template;

use crate::view::{Choice, Chrome, Moment, Pager, Problem, StatusPill, TextField};

/// One webhook delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryLine {
    /// Its page.
    pub href: String,
    /// `PAY`, `TECH_PROVIDER`, …
    pub biz_type: String,
    /// `PAY_SUCCESS`, …
    pub biz_status: String,
    /// The same in plain words.
    pub words: String,
    /// What it is about (`bizIdStr`).
    pub biz_id: String,
    /// Where it goes.
    pub url: String,
    /// Where it stands.
    pub state: StatusPill,
    /// Tries so far.
    pub attempts: u32,
    /// How the last try went, or why there was none; empty before the first.
    pub last_result: String,
    /// When it came to its end, or when it was caused.
    pub at: Moment,
    /// The next try, where there was one before.
    pub next: Option<Moment>,
}

/// The filter of the list; sent by GET, so that an address says all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Sent as `state`.
    pub states: Vec<Choice>,
    /// Sent as `type`.
    pub kinds: Vec<Choice>,
    /// Sent as `endpoint`.
    pub endpoints: Vec<Choice>,
    /// The first day, sent as `from`.
    pub from: TextField,
    /// The last day, sent as `to`.
    pub to: TextField,
    /// Whether anything is left out of the list.
    pub is_filtered: bool,
}

/// A merchant's log of deliveries.
#[derive(Template)]
#[template(path = "pages/delivery_list.html")]
pub struct DeliveryListPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// What is asked for.
    pub filter: DeliveryFilter,
    /// What is wrong with it, for the summary.
    pub problems: Vec<Problem>,
    /// Newest first.
    pub lines: Vec<DeliveryLine>,
    /// Paging.
    pub pager: Pager,
    /// Where what failed is sent again; carries what of the filter fits there.
    pub recover_href: String,
}

/// Something that was kept of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptText {
    /// The text; `None` where it cannot be shown.
    pub text: Option<String>,
    /// What is to be known of it; may be empty.
    pub note: String,
}

/// One try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptEntry {
    /// Its number, from 1.
    pub number: i64,
    /// When it began, by the real clock.
    pub at: Moment,
    /// `Accepted`, `Failed`.
    pub outcome: StatusPill,
    /// `HTTP 500`; empty where nothing was answered.
    pub status: String,
    /// What went wrong, in words; empty for a success.
    pub error: String,
    /// How long it took.
    pub took: String,
    /// Where it went.
    pub url: String,
    /// The request's headers, names and values; empty where it did not get so far.
    pub headers: Vec<(&'static str, String)>,
    /// The beginning of the answer; `None` where there was none.
    pub answer: Option<KeptText>,
}

/// Sending a delivery again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResendPanel {
    /// Where to; sent as `to`. Empty where there is no place that takes it.
    pub targets: Vec<Choice>,
    /// What is wrong with the choice.
    pub error: Option<String>,
    /// What the button says.
    pub button: &'static str,
    /// What sending it again means, or why it cannot be sent.
    pub hint: String,
}

/// One delivery.
#[derive(Template)]
#[template(path = "pages/delivery_detail.html")]
pub struct DeliveryDetailPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// What addresses it in our own paths.
    pub delivery_id: String,
    /// `PAY_SUCCESS`, …
    pub biz_status: String,
    /// `PAY`, …
    pub biz_type: String,
    /// What happened, in plain words.
    pub words: String,
    /// What it is about (`bizIdStr`).
    pub biz_id: String,
    /// The page of the order that it is about, where that is the reader's.
    pub order_href: Option<String>,
    /// Where it stands.
    pub state: StatusPill,
    /// Why it is not tried again; empty where it is, or need not be.
    pub note: String,
    /// When it was caused.
    pub caused: Moment,
    /// The URL that it was caused for.
    pub destination: String,
    /// The endpoint that it was caused for, its name and where it is; `None` for a URL that a call named, or where it is gone.
    pub endpoint: Option<(String, String)>,
    /// Why there is none.
    pub no_endpoint: &'static str,
    /// The next try.
    pub next: Option<Moment>,
    /// Newest first.
    pub attempts: Vec<AttemptEntry>,
    /// How many tries there were in all.
    pub attempts_count: i64,
    /// Whether the clock of tries is another than that of business.
    pub clocks_differ: bool,
    /// What is sent; `None` before it was written.
    pub body: Option<KeptText>,
    /// Sending it again.
    pub resend: ResendPanel,
    /// For the summary.
    pub problems: Vec<Problem>,
}

/// What a recovery is to take in; goes with every step of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecoveryFields {
    /// The minute since when, as its field writes it.
    pub since: String,
    /// The id of the only endpoint whose messages are meant; empty for all.
    pub endpoint: String,
}

/// What would be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoverPreview {
    /// What was asked for.
    pub fields: RecoveryFields,
    /// Since when.
    pub since: Moment,
    /// The URL of the only endpoint that is meant; empty for all.
    pub of: String,
    /// How many messages; `more than 10,000` where they were not all counted.
    pub count: String,
    /// Whether that is one.
    pub is_one: bool,
    /// Whether there is nothing to send.
    pub is_empty: bool,
    /// Where to; sent as `to`.
    pub targets: Vec<Choice>,
    /// What is wrong with that choice.
    pub error: Option<String>,
}

/// Asks what is to be sent again, and tells how much that is.
#[derive(Template)]
#[template(path = "pages/delivery_recover.html")]
pub struct RecoverPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The minute since when; sent as `since` by GET.
    pub since: TextField,
    /// Whose messages; sent as `endpoint` by GET.
    pub endpoints: Vec<Choice>,
    /// What is wrong with that choice.
    pub endpoint_error: Option<String>,
    /// What that comes to, once it was asked.
    pub preview: Option<RecoverPreview>,
    /// For the summary.
    pub problems: Vec<Problem>,
}

/// What was sent again.
#[derive(Template)]
#[template(path = "pages/delivery_recovered.html")]
pub struct RecoveredPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// How many messages are back in line.
    pub resent: i64,
    /// How many are not.
    pub left: i64,
    /// What was asked for.
    pub fields: RecoveryFields,
    /// Where it goes: the id of an endpoint, or empty for where each was for.
    pub to: String,
    /// Behind which message to go on, where not everything was looked at.
    pub next: Option<String>,
}
