//! The review page: a merchant reads what a provider asks for, and signs or refuses.
//!
//! Everything the decision grants must be on the page, because the form carries a digest of what was shown (`design.md` §6).
//! Unknown and foreign ids get [`ReviewUnavailablePage`], which has no field that could tell them apart.

use askama::Template;

use crate::view::{Choice, Chrome, Moment, Problem, ScopeText, StatusPill, TextField};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requester {
    /// Its name, chosen by itself.
    pub name: String,
    /// Its public id.
    pub id: String,
    /// Since when the platform knows it.
    pub known_since: Moment,
    /// What it has been to this merchant before (`Has worked for you since 3 Mar 2026`); empty for a first contact.
    pub history: String,
}

impl Requester {
    /// The letter in the round mark beside the name.
    pub fn initial(&self) -> String {
        self.name.trim().chars().next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default()
    }
}

/// How a line differs from what the provider may do today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A first request: there is no today.
    None,
    /// In both.
    Unchanged,
    /// Asked for, not there today.
    Added,
    /// There today, gone after approval.
    Removed,
}

impl Change {
    /// The CSS class suffix.
    pub const fn class(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unchanged => "unchanged",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }

    /// The word beside the line.
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Unchanged => "As today",
            Self::Added => "New",
            Self::Removed => "Ends",
        }
    }
}

/// A scope asked for, or one that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeLine {
    /// In plain words.
    pub text: &'static ScopeText,
    /// Against today.
    pub change: Change,
    /// Whether its box is ticked; of no meaning for [`Change::Removed`].
    pub ticked: bool,
}

/// An address or range, or one that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressLine {
    /// As people write it: `203.0.113.7`, `2001:db8::/48`.
    pub text: String,
    /// Against today.
    pub change: Change,
}

/// The limits a merchant may set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsForm {
    /// The most one order may be; empty for no limit.
    pub order_amount: TextField,
    /// Currencies of that limit.
    pub currencies: Vec<Choice>,
    /// `YYYY-MM-DD`, the last day (UTC) of the authority; empty for no end.
    pub ends_on: TextField,
    /// The earliest date the field takes.
    pub ends_on_min: String,
}

/// The review page.
#[derive(Template)]
#[template(path = "pages/review.html")]
pub struct ReviewPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The request's public id.
    pub authorization_id: String,
    /// SHA-256 of what is shown, hexadecimal; sent back hidden.
    pub digest: String,
    /// Who asks.
    pub requester: Requester,
    /// For whom the reader decides: the own merchant's name.
    pub merchant_name: String,
    /// The own merchant's public id.
    pub merchant_id: String,
    /// Whether the provider already has authority and asks to change it.
    pub is_change: bool,
    /// Asked for, then ending; in the order of [`crate::view::SCOPES`].
    pub scopes: Vec<ScopeLine>,
    /// What is wrong with the choice of scopes.
    pub scopes_error: Option<String>,
    /// Addresses asked for, then ending. None asked for means any address: the page says so loudly.
    pub addresses: Vec<AddressLine>,
    /// Limits of today's grant in words, which the form below starts from; empty for none.
    pub limits_today: Vec<String>,
    /// Limits to set.
    pub limits: LimitsForm,
    /// When it was asked.
    pub created: Moment,
    /// When the request ends undecided.
    pub expires: Moment,
    /// The request or the grant changed after the page was opened: this is the new text, nothing was decided.
    pub changed_meanwhile: bool,
    /// For the summary.
    pub problems: Vec<Problem>,
    /// The most characters the reason of a rejection has.
    pub reason_max: usize,
}

impl ReviewPage {
    /// Scopes that would be granted.
    pub fn asked(&self) -> impl Iterator<Item = &ScopeLine> {
        self.scopes.iter().filter(|line| line.change != Change::Removed)
    }

    /// Scopes that would end.
    pub fn ending(&self) -> impl Iterator<Item = &ScopeLine> {
        self.scopes.iter().filter(|line| line.change == Change::Removed)
    }

    /// Addresses that would be admitted.
    pub fn addresses_asked(&self) -> impl Iterator<Item = &AddressLine> {
        self.addresses.iter().filter(|line| line.change != Change::Removed)
    }

    /// Addresses that would no longer be admitted.
    pub fn addresses_ending(&self) -> impl Iterator<Item = &AddressLine> {
        self.addresses.iter().filter(|line| line.change == Change::Removed)
    }

    /// Titles of what the provider may do today, for the comparison.
    pub fn today(&self) -> impl Iterator<Item = &ScopeLine> {
        self.scopes.iter().filter(|line| line.change != Change::Added)
    }

    /// Addresses of today, for the comparison.
    pub fn addresses_today(&self) -> impl Iterator<Item = &AddressLine> {
        self.addresses.iter().filter(|line| line.change != Change::Added)
    }

    /// The request names no address: the token would work from anywhere.
    pub fn any_address(&self) -> bool {
        self.addresses_asked().next().is_none()
    }

    /// For a change: today's grant names no address.
    pub fn any_address_today(&self) -> bool {
        self.addresses_today().next().is_none()
    }

    /// The warning beside the button: which of the scopes asked for let money leave; empty for none.
    pub fn powerful(&self) -> String {
        let powerful = self.asked().filter(|line| line.text.weight.is_powerful());
        let titles: Vec<_> = powerful.map(|line| format!("“{}”", line.text.title)).collect();
        match titles.split_last() {
            None => String::new(),
            Some((only, [])) => format!("{only} lets money leave your account."),
            Some((last, others)) => format!("{} and {last} let money leave your account.", others.join(", ")),
        }
    }
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedOutcome {
    /// A first grant.
    Approved,
    /// A change of a grant.
    ChangeApproved,
    /// A first request was refused.
    Rejected,
    /// A change was refused: the grant stays as it was.
    ChangeRejected,
}

/// After the decision.
#[derive(Template)]
#[template(path = "pages/review_decided.html")]
pub struct ReviewDecidedPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// What was decided.
    pub outcome: DecidedOutcome,
    /// The provider's name.
    pub provider_name: String,
    /// The provider's public id.
    pub provider_id: String,
    /// When.
    pub decided: Moment,
    /// Scopes in force now; empty after a first refusal.
    pub scopes: Vec<&'static ScopeText>,
    /// Limits in force in words.
    pub limits: Vec<String>,
    /// Whether the provider is blocked from asking again.
    pub blocked: bool,
    /// The vendor's page, where there is a grant.
    pub vendor_href: Option<String>,
}

/// Why an own request cannot be decided any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewClosedReason {
    /// 24 hours passed.
    Expired(Moment),
    /// Decided before, by this or another person of the merchant.
    Decided {
        /// `Authorized`, `Rejected`, …
        status: StatusPill,
        /// When.
        at: Moment,
        /// Who, where the reader may know.
        by: String,
    },
    /// The provider cancelled it.
    Cancelled(Moment),
    /// A newer request of the same provider replaced it (`spec/decisions.md` row 16).
    Replaced {
        /// The newer request's review page.
        newer_href: String,
    },
}

/// An own request that is no longer open.
#[derive(Template)]
#[template(path = "pages/review_closed.html")]
pub struct ReviewClosedPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The provider's name.
    pub provider_name: String,
    /// The provider's public id.
    pub provider_id: String,
    /// Why it is closed.
    pub reason: ReviewClosedReason,
    /// The vendor's page, where there is a grant.
    pub vendor_href: Option<String>,
}

/// The one page for unknown ids and for requests to another merchant.
#[derive(Template)]
#[template(path = "pages/review_unavailable.html")]
pub struct ReviewUnavailablePage {
    /// What surrounds the page; its user is named in the text.
    pub chrome: Chrome,
}
