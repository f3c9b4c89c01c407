//! Orders: the list, and one order with what happened and what was booked.

use askama::Template;

use crate::view::{Choice, Chrome, Moment, Money, Pager, StatusPill, TimelineEntry};

/// One order in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// Its details page.
    pub href: String,
    /// The merchant's own number.
    pub trade_no: String,
    /// What was ordered.
    pub goods: String,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub status: StatusPill,
    /// When it was made.
    pub created: Moment,
    /// The provider that made it; empty when the merchant did.
    pub via: String,
}

/// A merchant's orders.
#[derive(Template)]
#[template(path = "pages/order_list.html")]
pub struct OrderListPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Newest first.
    pub lines: Vec<OrderLine>,
    /// Filter by state; sent as `state` by GET.
    pub states: Vec<Choice>,
    /// Paging.
    pub pager: Pager,
}

/// A name and a value about an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderFacts {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether it is an id, shown in fixed width.
    pub is_code: bool,
}

/// One posting of a transfer that belongs to the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostingLine {
    /// `Payment`, `Commission`, `Refund`, …
    pub kind: String,
    /// Which account of this merchant.
    pub account: String,
    /// Signed: money that leaves has a minus.
    pub amount: Money,
    /// When it was booked.
    pub at: Moment,
}

/// One order.
#[derive(Template)]
#[template(path = "pages/order_detail.html")]
pub struct OrderDetailPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The merchant's own number.
    pub trade_no: String,
    /// What was ordered.
    pub goods: String,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub status: StatusPill,
    /// When it was made.
    pub created: Moment,
    /// Ids, terminal, provider, fees, …
    pub facts: Vec<OrderFacts>,
    /// Newest first.
    pub timeline: Vec<TimelineEntry>,
    /// This merchant's postings, oldest first.
    pub postings: Vec<PostingLine>,
    /// The checkout page while it can be paid.
    pub checkout_href: Option<String>,
}
