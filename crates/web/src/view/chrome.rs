//! What surrounds every page: sandbox banner, header with the signed-in person, navigation, flash message, footer.

use super::{Moment, Tone, moment};
use crate::paths;

/// What the base layout needs.
#[derive(Clone, Debug, Default)]
pub struct Chrome {
    /// The banner of the sandbox; `None` in `serve`.
    pub sandbox: Option<SandboxBanner>,
    /// Who is signed in.
    pub user: Option<UserBadge>,
    /// The menu; without it the page is a single centred column.
    pub nav: Option<Nav>,
    /// The outcome of the form sent just before, shown once.
    pub flash: Option<Flash>,
    /// The token every form carries in its field `csrf`.
    pub csrf: String,
}

impl Chrome {
    /// The fingerprinted address of one of our files; used by the layout.
    pub fn asset(&self, name: &str) -> String {
        crate::assets::url(name)
    }
}

/// "Sandbox: nothing here is real money", and the business clock where it differs from the wall clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SandboxBanner {
    /// Business time, when it is not the wall clock's.
    pub business_time: Option<Moment>,
    /// `3 days ahead`; empty when the clocks agree.
    pub difference: String,
}

impl SandboxBanner {
    /// Clocks closer than this are the same to a person.
    const SAME_MS: i64 = 2_000;

    /// The banner for a business and a wall clock, both in Unix milliseconds.
    pub fn for_clocks(business_ms: i64, wall_ms: i64) -> Self {
        let ahead = business_ms.saturating_sub(wall_ms);
        if ahead.saturating_abs() < Self::SAME_MS {
            return Self::default();
        }
        let side = if ahead > 0 { "ahead" } else { "behind" };
        Self {
            business_time: Some(Moment::at(business_ms, wall_ms)),
            difference: format!("{} {side}", moment::span(ahead.saturating_abs())),
        }
    }
}

/// Who is signed in, as the header shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserBadge {
    /// The account's name: a merchant's or a payer's.
    pub account: String,
    /// The account's public id.
    pub account_id: String,
    /// The person's e-mail address.
    pub email: String,
}

/// A message shown once after a redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// Its colour; `Bad` and `Warn` are announced at once.
    pub tone: Tone,
    /// One sentence.
    pub text: String,
}

/// The menu.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nav {
    /// Its groups, top to bottom.
    pub sections: Vec<NavSection>,
}

/// A group of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavSection {
    /// Its heading; empty for the first group.
    pub heading: &'static str,
    /// Its entries.
    pub items: Vec<NavItem>,
}

/// An entry of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// What it is called.
    pub text: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// The name of its picture.
    pub icon: &'static str,
    /// Whether the reader is there.
    pub current: bool,
    /// Things waiting there; 0 shows nothing.
    pub waiting: u32,
}

/// A page's place in the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The dashboard or the payer's wallet.
    Home,
    /// Orders.
    Orders,
    /// Partner features: a provider's authorizations.
    TechnicalVendor,
    /// Partner features: a channel partner's sub-merchants.
    SubMerchants,
    /// A merchant's vendors.
    Vendors,
    /// A merchant's blocked providers.
    Blocked,
    /// API keys.
    ApiKeys,
    /// Webhook endpoints.
    Webhooks,
    /// What was sent to them.
    Deliveries,
    /// The operator's trial balance.
    TrialBalance,
    /// The sandbox's mailbox.
    Mail,
}

/// For whom the menu is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visitor {
    /// May ask merchants for authority.
    pub is_provider: bool,
    /// May enrol sub-merchants.
    pub is_partner: bool,
    /// The sandbox has two more places.
    pub in_sandbox: bool,
    /// Requests that wait for this merchant's decision.
    pub pending_requests: u32,
}

impl Nav {
    /// The menu of somebody who acts for a merchant.
    pub fn merchant(visitor: Visitor, place: Option<Place>) -> Self {
        let item = |text, href, icon, target| NavItem { text, href, icon, current: place == Some(target), waiting: 0 };
        let mut vendors = item("Vendors with access", paths::VENDORS, "handshake", Place::Vendors);
        vendors.waiting = visitor.pending_requests;
        let mut sections = vec![
            NavSection {
                heading: "",
                items: vec![
                    item("Home", paths::HOME, "home", Place::Home),
                    item("Orders", paths::ORDERS, "receipt", Place::Orders),
                ],
            },
            NavSection {
                heading: "Access",
                items: vec![vendors, item("Blocked providers", paths::BLOCKED, "ban", Place::Blocked)],
            },
        ];
        let mut features = Vec::new();
        if visitor.is_provider {
            features.push(item("Technical vendor", paths::AUTHORIZATIONS, "pen", Place::TechnicalVendor));
        }
        if visitor.is_partner {
            features.push(item("Sub-merchant accounts", paths::SUB_MERCHANTS, "shop", Place::SubMerchants));
        }
        if !features.is_empty() {
            sections.push(NavSection { heading: "Partner features", items: features });
        }
        sections.push(NavSection {
            heading: "Developers",
            items: vec![
                item("API keys", paths::API_KEYS, "key", Place::ApiKeys),
                item("Webhooks", paths::WEBHOOKS, "bolt", Place::Webhooks),
                item("Deliveries", paths::DELIVERIES, "outbox", Place::Deliveries),
            ],
        });
        sections.extend(sandbox_section(visitor.in_sandbox, place));
        Self { sections }
    }

    /// The menu of a payer.
    pub fn payer(in_sandbox: bool, place: Option<Place>) -> Self {
        let wallet = NavItem {
            text: "Wallet",
            href: paths::WALLET,
            icon: "wallet",
            current: place == Some(Place::Home),
            waiting: 0,
        };
        let mut sections = vec![NavSection { heading: "", items: vec![wallet] }];
        sections.extend(sandbox_section(in_sandbox, place));
        Self { sections }
    }

    /// The menu of the operator.
    pub fn operator(in_sandbox: bool, place: Option<Place>) -> Self {
        let balance = NavItem {
            text: "Trial balance",
            href: paths::TRIAL_BALANCE,
            icon: "receipt",
            current: place == Some(Place::TrialBalance),
            waiting: 0,
        };
        let mut sections = vec![NavSection { heading: "", items: vec![balance] }];
        sections.extend(sandbox_section(in_sandbox, place));
        Self { sections }
    }
}

fn sandbox_section(in_sandbox: bool, place: Option<Place>) -> Option<NavSection> {
    in_sandbox.then(|| NavSection {
        heading: "Sandbox",
        items: vec![
            NavItem { text: "Console", href: paths::CONSOLE, icon: "compass", current: false, waiting: 0 },
            NavItem {
                text: "Mailbox",
                href: paths::MAIL,
                icon: "mail",
                current: place == Some(Place::Mail),
                waiting: 0,
            },
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_banner_names_the_difference_of_the_clocks() {
        assert_eq!(SandboxBanner::for_clocks(1_000, 0), SandboxBanner::default());
        let ahead = SandboxBanner::for_clocks(3 * 86_400_000, 0);
        assert_eq!(ahead.difference, "3 days ahead");
        assert!(ahead.business_time.is_some());
        assert_eq!(SandboxBanner::for_clocks(0, 7_200_000).difference, "2 hours behind");
    }

    #[test]
    fn partner_features_are_shown_to_whom_they_are_for() {
        let headings = |visitor| -> Vec<&str> {
            Nav::merchant(visitor, None).sections.iter().map(|section| section.heading).collect()
        };
        assert_eq!(headings(Visitor::default()), ["", "Access", "Developers"]);
        let features = |visitor| -> Vec<&str> {
            let sections = Nav::merchant(visitor, None).sections;
            let found = sections.into_iter().find(|section| section.heading == "Partner features");
            found.into_iter().flat_map(|section| section.items).map(|item| item.text).collect()
        };
        let provider = Visitor { is_provider: true, in_sandbox: true, ..Visitor::default() };
        assert_eq!(headings(provider), ["", "Access", "Partner features", "Developers", "Sandbox"]);
        assert_eq!(features(provider), ["Technical vendor"]);
        assert_eq!(features(Visitor { is_partner: true, ..Visitor::default() }), ["Sub-merchant accounts"]);
    }
}
