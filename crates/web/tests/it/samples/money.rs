//! Home, the operator's trial balance.

use countersign_web::pages::{
    BalanceLine, BalanceWallet, DashboardPage, EndpointTrouble, OrderLine, PendingRequest, QuickLink,
    TrialBalanceCurrency, TrialBalanceLine, TrialBalancePage, TroubleKind,
};
use countersign_web::view::{Chrome, Money, Place, SandboxBanner, StatusPill, Tone};

use super::orders::orders;
use super::{DAY, HOUR, NOW, Sample, at, merchant, operator, sample};

pub(super) fn request() -> PendingRequest {
    PendingRequest {
        provider_name: "Acme Checkout".to_owned(),
        review_href: "/portal/review-authorization?authId=210462863998500864".to_owned(),
        summary: "4 permissions, one of them moves money out".to_owned(),
        expires: at(22 * HOUR),
    }
}

fn balance(amount: &str, currency: &str, frozen: Option<&str>) -> BalanceLine {
    let worth = match currency {
        "USDT" => Some(Money::new("18324.55", "USD")),
        "BTC" => Some(Money::new("28927.80", "USD")),
        _ => None,
    };
    BalanceLine {
        available: Money::new(amount, currency),
        frozen: frozen.map(|held| Money::new(held, currency)),
        worth,
    }
}

pub(super) fn wallets() -> Vec<BalanceWallet> {
    vec![
        BalanceWallet {
            name: "Funding wallet".to_owned(),
            lines: vec![
                balance("18204.55", "USDT", Some("120.00")),
                balance("1200.00", "USDC", None),
                balance("0.48213000", "BTC", None),
            ],
            worth: Some(Money::new("48452.35", "USD")),
        },
        BalanceWallet { name: "Spot wallet".to_owned(), lines: vec![], worth: None },
    ]
}

fn trouble(why: TroubleKind) -> EndpointTrouble {
    EndpointTrouble {
        name: "Web shop".to_owned(),
        href: "/portal/developers/webhook#endpoint-77".to_owned(),
        why,
        since: at(-5 * DAY),
    }
}

fn home(chrome: Chrome, pending: Vec<PendingRequest>, orders: Vec<OrderLine>) -> DashboardPage {
    let link = |text: &str, hint: &str, href: &str, icon| QuickLink {
        text: text.to_owned(),
        hint: hint.to_owned(),
        href: href.to_owned(),
        icon,
    };
    DashboardPage {
        chrome,
        merchant_name: "Harbour Books".to_owned(),
        merchant_id: "1000100000002".to_owned(),
        kind: "Merchant".to_owned(),
        wallets: wallets(),
        troubles: if orders.is_empty() {
            vec![]
        } else {
            [TroubleKind::Failed, TroubleKind::Failing, TroubleKind::Held].map(trouble).to_vec()
        },
        pending,
        orders,
        links: vec![
            link("API keys", "Generate a key for your shop", "/portal/developers/api-keys", "key"),
            link("Webhooks", "Hear about payments at once", "/portal/developers/webhook", "bolt"),
            link("Vendors with access", "See who acts for you", "/portal/vendors", "handshake"),
        ],
    }
}

pub(super) fn all() -> Vec<Sample> {
    let mut ahead = merchant(Some(Place::Home));
    ahead.sandbox = Some(SandboxBanner::for_clocks(NOW + 3 * DAY, NOW));
    vec![
        sample("home", &home(ahead, vec![request()], orders())),
        sample("home-empty", &home(merchant(Some(Place::Home)), vec![], vec![])),
        sample("trial-balance", &trial_balance(true)),
        sample("trial-balance-empty", &trial_balance(false)),
    ]
}

fn trial_balance(full: bool) -> TrialBalancePage {
    let currency = |code: &str, name: &str, total: &str, status: StatusPill| {
        let line = |account: &str, amount: &str| TrialBalanceLine {
            account: account.to_owned(),
            amount: Money::new(amount, code),
        };
        TrialBalanceCurrency {
            code: code.to_owned(),
            name: name.to_owned(),
            lines: vec![
                line("Custody: what came in less what went out, owed to its owners", "-276701161105.64327421"),
                line("Commission earned", "12.5"),
                line("Merchants, available", "276701161093.14327421"),
                line("Payers, held", "0"),
            ],
            total: Money::new(total, code),
            status,
        }
    };
    let currencies = vec![
        currency("BTC", "Bitcoin", "0", StatusPill::new("Balanced", Tone::Good)),
        currency("USDT", "Tether", "0.00000001", StatusPill::new("Out of balance", Tone::Bad)),
    ];
    TrialBalancePage { chrome: operator(), at: at(0), currencies: if full { currencies } else { vec![] } }
}
