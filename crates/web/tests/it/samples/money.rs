//! Home, orders, checkout, wallet.

use countersign_web::pages::{
    ActivityLine, BalanceLine, BalanceWallet, CheckoutPage, CheckoutState, DashboardPage, GoodsLine, OrderDetailPage,
    OrderFacts, OrderLine, OrderListPage, PendingRequest, PostingLine, QuickLink, WalletPage,
};
use countersign_web::qr::QrSvg;
use countersign_web::view::{Chrome, Money, Pager, Place, SandboxBanner, StatusPill};

use super::{DAY, HOUR, MINUTE, NOW, Sample, anonymous, at, choice, event, merchant, payer, sample, usdt};

pub(super) fn request() -> PendingRequest {
    PendingRequest {
        provider_name: "Acme Checkout".to_owned(),
        review_href: "/portal/review-authorization?authId=210462863998500864".to_owned(),
        summary: "4 permissions, one of them moves money out".to_owned(),
        expires: at(22 * HOUR),
    }
}

fn balance(amount: &str, currency: &str, frozen: Option<&str>) -> BalanceLine {
    BalanceLine { available: Money::new(amount, currency), frozen: frozen.map(|held| Money::new(held, currency)) }
}

fn wallets() -> Vec<BalanceWallet> {
    vec![
        BalanceWallet {
            name: "Funding wallet".to_owned(),
            lines: vec![
                balance("18204.55", "USDT", Some("120.00")),
                balance("1200.00", "USDC", None),
                balance("0.48213000", "BTC", None),
            ],
        },
        BalanceWallet { name: "Spot wallet".to_owned(), lines: vec![] },
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
    let mut samples = vec![
        sample("home", &home(ahead, vec![request()], orders())),
        sample("home-empty", &home(merchant(Some(Place::Home)), vec![], vec![])),
        sample("orders", &list(orders(), older)),
        sample("orders-empty", &list(vec![], Pager::default())),
        sample("order", &order_detail()),
        sample("wallet", &wallet(true)),
        sample("wallet-empty", &wallet(false)),
    ];
    samples.extend(checkouts());
    samples
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

fn wallet(full: bool) -> WalletPage {
    let line = |text: &str, reference: &str, amount: &str, age: i64| ActivityLine {
        text: text.to_owned(),
        reference: reference.to_owned(),
        amount: usdt(amount),
        at: at(-age),
    };
    let activity = vec![
        line("Payment to Harbour Books", "HB2026112120480", "-42.00", 24 * MINUTE),
        line("Refund from Harbour Books", "HB2026112120477", "14.50", 5 * HOUR),
        line("Credited by the sandbox", "", "10000.00", 2 * DAY),
    ];
    WalletPage {
        chrome: payer(true),
        payer_name: "Paula Payer".to_owned(),
        payer_id: "38755197".to_owned(),
        wallets: wallets(),
        activity: if full { activity } else { vec![] },
        pager: Pager::default(),
    }
}

fn checkout(chrome: Chrome, state: CheckoutState, open: bool) -> CheckoutPage {
    let link = "http://127.0.0.1:8420/checkout/c0ffee5f0a47c6a9e2b1f1c7";
    CheckoutPage {
        chrome,
        token: "c0ffee".to_owned(),
        merchant_name: "Harbour Books".to_owned(),
        via: "Acme Checkout".to_owned(),
        goods: vec![
            GoodsLine {
                name: "Atlas of Remote Islands".to_owned(),
                detail: "Judith Schalansky, cloth binding".to_owned(),
                amount: Some(usdt("38.00")),
            },
            GoodsLine { name: "Shipping".to_owned(), detail: String::new(), amount: Some(usdt("4.00")) },
        ],
        amount: usdt("42.00"),
        trade_no: "HB2026112120480".to_owned(),
        expires: at(48 * MINUTE),
        qr: open.then(|| QrSvg::draw(link, "QR code of this payment").expect("a link fits")),
        state,
        return_url: "https://harbour.example/thanks".to_owned(),
        problems: vec![],
    }
}

fn checkouts() -> Vec<Sample> {
    let sign_in = CheckoutState::SignIn { href: "/portal/sign-in?next=%2Fcheckout%2Fc0ffee".to_owned() };
    let currencies =
        vec![choice("USDT", "USDT, you have 10,000.00", true), choice("BNB", "BNB, you have 10.00", false)];
    let confirm =
        |obstacle: &str| CheckoutState::Confirm { currencies: currencies.clone(), obstacle: obstacle.to_owned() };
    let pay = CheckoutState::Pay {
        amount: Money::new("0.06858262", "BNB"),
        rate: "1 BNB = 612.40 USDT".to_owned(),
        locked_until: at(MINUTE),
        quote_id: "q_81".to_owned(),
    };
    let paid =
        |by_you| CheckoutState::Paid { at: at(-MINUTE), transaction_id: "P_A1B2C3D4E5F60718".to_owned(), by_you };
    let foreign = CheckoutState::NotAPayer { account: "Harbour Books".to_owned() };
    let mut plain_merchant = merchant(None);
    plain_merchant.nav = None;
    vec![
        sample("checkout-sign-in", &checkout(anonymous(), sign_in, true)),
        sample("checkout-confirm", &checkout(payer(false), confirm(""), true)),
        sample("checkout-short", &checkout(payer(false), confirm("There is not enough in your funding wallet."), true)),
        sample("checkout-pay", &checkout(payer(false), pay, false)),
        sample("checkout-paid", &checkout(payer(false), paid(true), false)),
        sample("checkout-paid-other", &checkout(anonymous(), paid(false), false)),
        sample("checkout-expired", &checkout(anonymous(), CheckoutState::Expired, false)),
        sample("checkout-closed", &checkout(anonymous(), CheckoutState::Closed, false)),
        sample("checkout-not-a-payer", &checkout(plain_merchant, foreign, true)),
    ]
}
