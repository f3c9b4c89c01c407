//! Home, orders, the operator's trial balance.

use countersign_web::pages::{
    BalanceLine, BalanceWallet, DashboardPage, OrderDetailPage, OrderFacts, OrderLine, OrderListPage, PendingRequest,
    PostingLine, QuickLink, TrialBalanceCurrency, TrialBalanceLine, TrialBalancePage,
};
use countersign_web::view::{Chrome, Money, Pager, Place, SandboxBanner, StatusPill, Tone};

use super::{DAY, HOUR, MINUTE, NOW, Sample, at, choice, event, merchant, operator, sample, usdt};

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

fn order(number: u32, goods: &str, amount: &str, state: &str, via: &str) -> OrderLine {
    OrderLine {
        href: format!("/portal/orders/{number}"),
        trade_no: format!("HB20261121{number:05}"),
        goods: goods.to_owned(),
        amount: usdt(amount),
        status: StatusPill::order(state),
        created: at(-i64::from(20_482 - number) * 13 * MINUTE),
        via: via.to_owned(),
    }
}

fn orders() -> Vec<OrderLine> {
    vec![
        order(20481, "The Sea, the Sea", "18.90", "INITIAL", "Acme Checkout"),
        order(20480, "Atlas of Remote Islands", "42.00", "PAID", "Acme Checkout"),
        order(20479, "Gift voucher", "1250.00", "PAID", ""),
        order(20477, "A Time of Gifts", "14.50", "REFUNDED", "Acme Checkout"),
        order(20470, "Moby-Dick, cloth", "31.00", "EXPIRED", ""),
    ]
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
        pending,
        orders,
        links: vec![
            link("API keys", "Generate a key for your shop", "/portal/developers/api-keys", "key"),
            link("Webhook", "Hear about payments at once", "/portal/developers/webhook", "bolt"),
            link("Vendors with access", "See who acts for you", "/portal/vendors", "handshake"),
        ],
    }
}

pub(super) fn all() -> Vec<Sample> {
    let mut ahead = merchant(Some(Place::Home));
    ahead.sandbox = Some(SandboxBanner::for_clocks(NOW + 3 * DAY, NOW));
    let states = vec![choice("", "All", true), choice("PAID", "Paid", false), choice("INITIAL", "Open", false)];
    let older = Pager {
        newer: Some("/portal/orders?after=20481".to_owned()),
        older: Some("/portal/orders?before=20470".to_owned()),
    };
    let list =
        |lines, pager| OrderListPage { chrome: merchant(Some(Place::Orders)), lines, states: states.clone(), pager };
    vec![
        sample("home", &home(ahead, vec![request()], orders())),
        sample("home-empty", &home(merchant(Some(Place::Home)), vec![], vec![])),
        sample("orders", &list(orders(), older)),
        sample("orders-empty", &list(vec![], Pager::default())),
        sample("order", &order_detail()),
        sample("trial-balance", &trial_balance(true)),
        sample("trial-balance-empty", &trial_balance(false)),
    ]
}

fn order_detail() -> OrderDetailPage {
    let fact =
        |name: &str, value: &str, is_code| OrderFacts { name: name.to_owned(), value: value.to_owned(), is_code };
    let posting = |kind: &str, amount: &str, age: i64| PostingLine {
        kind: kind.to_owned(),
        account: "Funding wallet".to_owned(),
        amount: usdt(amount),
        at: at(-age),
    };
    OrderDetailPage {
        chrome: merchant(Some(Place::Orders)),
        trade_no: "HB2026112120480".to_owned(),
        goods: "Atlas of Remote Islands".to_owned(),
        amount: usdt("42.00"),
        status: StatusPill::order("PAID"),
        created: at(-26 * MINUTE),
        facts: vec![
            fact("Prepay ID", "29383937493038367292", true),
            fact("Transaction", "P_A1B2C3D4E5F60718", true),
            fact("Made by", "Acme Checkout (1000100000001)", false),
            fact("Terminal", "Web", false),
        ],
        timeline: vec![
            event(-24 * MINUTE, "Paid", "", Some(StatusPill::order("PAID"))),
            event(-25 * MINUTE, "Payer confirmed the price", "", Some(StatusPill::order("PENDING"))),
            event(-26 * MINUTE, "Created through the API", "Acme Checkout", Some(StatusPill::order("INITIAL"))),
        ],
        postings: vec![posting("Payment", "42.00", 24 * MINUTE), posting("Commission", "-0.42", 24 * MINUTE)],
        checkout_href: Some("/checkout/c0ffee".to_owned()),
    }
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
