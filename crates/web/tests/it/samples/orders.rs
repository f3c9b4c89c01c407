//! Orders: the list, one order, refunding and closing it.

use countersign_domain::order::OrderStatus;
use countersign_web::pages::{
    DeliveryLine, GoodsLine, OrderActs, OrderClosePage, OrderDetailPage, OrderFacts, OrderFilter, OrderLine,
    OrderListPage, OrderRefundConfirmPage, OrderRefundPage, OrderTotals, PostingLine, RefundFacts, RefundFields,
};
use countersign_web::view::{Money, Pager, Place, Problem, StatusPill, TextField};

use super::{MINUTE, Sample, at, choice, event, merchant, sample, usdt};

fn order(number: u32, goods: &str, amount: &str, status: OrderStatus, via: &str) -> OrderLine {
    OrderLine {
        href: format!("/portal/orders/{number}"),
        trade_no: format!("HB20261121{number:05}"),
        goods: goods.to_owned(),
        amount: usdt(amount),
        status: StatusPill::order(status),
        created: at(-i64::from(20_482 - number) * 13 * MINUTE),
        via: via.to_owned(),
    }
}

pub(super) fn orders() -> Vec<OrderLine> {
    vec![
        order(20481, "The Sea, the Sea", "18.90", OrderStatus::Initial, "Acme Checkout"),
        order(20480, "Atlas of Remote Islands", "42.00", OrderStatus::Paid, "Acme Checkout"),
        order(20479, "Gift voucher", "1250.00", OrderStatus::Paid, ""),
        order(20477, "A Time of Gifts", "14.50", OrderStatus::Refunded, "Acme Checkout"),
        order(20476, "Arabia Felix", "14.50", OrderStatus::FullRefunded, "Acme Checkout"),
        order(20470, "Moby-Dick, cloth", "31.00", OrderStatus::Expired, ""),
    ]
}

fn filter(search: TextField, until: TextField, is_filtered: bool) -> OrderFilter {
    OrderFilter {
        search,
        states: vec![
            choice("", "All", !is_filtered),
            choice("PAID", "Paid", is_filtered),
            choice("INITIAL", "Open", false),
        ],
        from: if is_filtered { TextField::holding("2026-11-01") } else { TextField::default() },
        to: until,
        is_filtered,
    }
}

fn list(filter: OrderFilter, lines: Vec<OrderLine>, pager: Pager) -> OrderListPage {
    OrderListPage { chrome: merchant(Some(Place::Orders)), filter, problems: vec![], lines, pager }
}

pub(super) fn all() -> Vec<Sample> {
    let none = TextField::default;
    let older = Pager {
        newer: Some("/portal/orders?after=20481".to_owned()),
        older: Some("/portal/orders?before=20470".to_owned()),
    };
    let searched = filter(TextField::holding("M_P_483729303729303001"), none(), true);
    let early = "Choose the same day as the first or a later one.";
    let wrong = OrderListPage {
        problems: vec![Problem::of("to", early)],
        ..list(filter(none(), TextField::holding("2026-10-31").wrong(early), true), vec![], Pager::default())
    };
    vec![
        sample("orders", &list(filter(none(), none(), false), orders(), older)),
        sample("orders-empty", &list(filter(none(), none(), false), vec![], Pager::default())),
        sample("orders-none-found", &list(searched, vec![], Pager::default())),
        sample("orders-wrong", &wrong),
        sample("order", &detail(Some(totals()))),
        sample("order-open", &open()),
        sample("order-refund", &refund(false)),
        sample("order-refund-wrong", &refund(true)),
        sample("order-refund-none", &refund_closed()),
        sample("order-refund-confirm", &confirm("")),
        sample(
            "order-refund-confirm-again",
            &confirm("Another refund was accepted meanwhile. Nothing was refunded yet: look at what it comes to now."),
        ),
        sample("order-close", &close(vec![])),
        sample(
            "order-close-wrong",
            &close(vec![Problem::form("Your account is frozen. Nothing was done; ask the operator.")]),
        ),
    ]
}

fn totals() -> OrderTotals {
    OrderTotals {
        paid: usdt("42.00"),
        refunded: usdt("12.00"),
        left: usdt("30.00"),
        under_way: Some("One refund waits until its payer can take it.".to_owned()),
        no_more: None,
    }
}

fn fact(name: &str, value: &str, is_code: bool) -> OrderFacts {
    OrderFacts { name: name.to_owned(), value: value.to_owned(), is_code }
}

fn delivery(status: &str, state: &str, age: i64, result: &str) -> DeliveryLine {
    DeliveryLine {
        href: "/portal/developers/deliveries/20".to_owned(),
        biz_type: "PAY".to_owned(),
        biz_status: status.to_owned(),
        words: "An order was paid".to_owned(),
        biz_id: "29383937493038367".to_owned(),
        url: "https://harbour.example/binance-pay/webhook".to_owned(),
        state: StatusPill::delivery(state),
        attempts: 1,
        last_result: result.to_owned(),
        at: at(-age),
        next: (state == "retrying").then(|| at(4 * MINUTE)),
    }
}

fn detail(totals: Option<OrderTotals>) -> OrderDetailPage {
    let posting = |what: &str, account: &str, amount: &str, age: i64| PostingLine {
        what: what.to_owned(),
        account: account.to_owned(),
        amount: usdt(amount),
        at: at(-age),
        is_own: account.starts_with("Funding"),
    };
    let goods = |name: &str, detail: &str| GoodsLine { name: name.to_owned(), detail: detail.to_owned() };
    OrderDetailPage {
        chrome: merchant(Some(Place::Orders)),
        trade_no: "HB2026112120480".to_owned(),
        product: "Atlas of Remote Islands".to_owned(),
        amount: usdt("42.00"),
        status: StatusPill::order(OrderStatus::Refunding),
        created: at(-26 * MINUTE),
        acts: OrderActs { refund_href: Some("/portal/orders/20480/refund".to_owned()), ..OrderActs::default() },
        totals,
        goods: vec![goods("Atlas of Remote Islands", "cloth · 32.00 EUR each"), goods("Gift wrapping", "")],
        facts: vec![
            fact("Prepay ID", "293839374930383672", true),
            fact("Your number", "HB2026112120480", true),
            fact("Transaction", "M_P_483729303729303001", true),
            fact("Payer", "dde730c2e0ea1f1780cf26343b98fd3b", true),
            fact("Payer gave", "0.07 BNB, at 1 BNB = 600 USDT", false),
            fact("Commission", "0.42 USDT", false),
            fact("Of it to the provider", "0.168 USDT", false),
            fact("Provider", "Acme Checkout (100000001)", false),
            fact("Terminal", "Browser on a computer", false),
        ],
        timeline: vec![
            event(
                -2 * MINUTE,
                "The 2 USDT are held until the payer can take them",
                "the platform",
                Some(StatusPill::order(OrderStatus::Refunding)),
            ),
            event(-2 * MINUTE, "Refund of 2 USDT", "Acme Checkout (100000001), on your behalf", None),
            event(
                -9 * MINUTE,
                "The payer has the 10 USDT",
                "the platform",
                Some(StatusPill::order(OrderStatus::Refunded)),
            ),
            event(
                -9 * MINUTE,
                "Refund of 10 USDT: The box was damp on arrival",
                "owner@harbour.example, in the portal",
                None,
            ),
            event(
                -24 * MINUTE,
                "Paid: 0.07 BNB, at 1 BNB = 600 USDT",
                "the payer",
                Some(StatusPill::order(OrderStatus::Paid)),
            ),
            event(-25 * MINUTE, "Price confirmed", "the payer", Some(StatusPill::order(OrderStatus::Pending))),
            event(
                -26 * MINUTE,
                "Created through the API",
                "Acme Checkout (100000001), on your behalf",
                Some(StatusPill::order(OrderStatus::Initial)),
            ),
        ],
        postings: vec![
            posting("Payment", "Funding wallet", "41.58", 24 * MINUTE),
            posting("Commission", "The platform", "0.252", 24 * MINUTE),
            posting("Fee share", "Acme Checkout (100000001)", "0.168", 24 * MINUTE),
            posting("Refund", "Funding wallet", "-9.90", 9 * MINUTE),
            posting("Commission back", "The platform", "-0.06", 9 * MINUTE),
            posting("Fee share back", "Acme Checkout (100000001)", "-0.04", 9 * MINUTE),
            posting("Held for the payer", "Funding wallet, on hold", "2.00", 2 * MINUTE),
        ],
        deliveries: vec![
            delivery("REFUND_SUCCESS", "retrying", 2 * MINUTE, "answered 503"),
            delivery("PAY_SUCCESS", "delivered", 24 * MINUTE, "answered 200"),
        ],
    }
}

fn open() -> OrderDetailPage {
    OrderDetailPage {
        status: StatusPill::order(OrderStatus::Initial),
        acts: OrderActs {
            checkout_href: Some("/checkout/c0ffee".to_owned()),
            close_href: Some("/portal/orders/20480/close".to_owned()),
            refund_href: None,
        },
        facts: vec![fact("Prepay ID", "293839374930383672", true), fact("Your number", "HB2026112120480", true)],
        timeline: vec![event(
            -26 * MINUTE,
            "Created through the API",
            "your API key “shop”",
            Some(StatusPill::order(OrderStatus::Initial)),
        )],
        postings: vec![],
        deliveries: vec![],
        ..detail(None)
    }
}

fn refund_facts() -> RefundFacts {
    RefundFacts {
        order_id: "20480".to_owned(),
        trade_no: "HB2026112120480".to_owned(),
        product: "Atlas of Remote Islands".to_owned(),
        amount: usdt("42.00"),
        refunded: usdt("12.00"),
        left: usdt("30.00"),
        attempts_left: 8,
    }
}

fn refund(is_wrong: bool) -> OrderRefundPage {
    let text = "This takes 29.7 USDT from your funding wallet, which holds less. Refund less, or wait for payments.";
    let amount = TextField::holding("30");
    OrderRefundPage {
        chrome: merchant(Some(Place::Orders)),
        facts: refund_facts(),
        is_last: false,
        fields: Some(RefundFields {
            request_id: format!("portal-{}", "c0ffee00".repeat(4)),
            amount: if is_wrong { amount.wrong(text) } else { amount },
            reason: TextField::holding(if is_wrong { "The box was damp on arrival" } else { "" }),
        }),
        closed: String::new(),
        problems: if is_wrong { vec![Problem::of("amount", text)] } else { vec![] },
    }
}

fn refund_closed() -> OrderRefundPage {
    OrderRefundPage {
        fields: None,
        closed: "It was paid more than 365 days ago, which is too long for a refund.".to_owned(),
        ..refund(false)
    }
}

fn confirm(problem: &str) -> OrderRefundConfirmPage {
    OrderRefundConfirmPage {
        chrome: merchant(Some(Place::Orders)),
        facts: refund_facts(),
        request_id: format!("portal-{}", "c0ffee00".repeat(4)),
        typed: "5".to_owned(),
        reason: "The box was damp on arrival".to_owned(),
        amount: usdt("30.00"),
        commission: Some(usdt("0.30")),
        costs: usdt("29.70"),
        left: usdt("0"),
        attempts_left: 0,
        is_more_than_typed: true,
        paid_in: Some(Money::new("0.07", "BNB")),
        told: ("30".to_owned(), "0.3".to_owned()),
        problem: problem.to_owned(),
    }
}

fn close(problems: Vec<Problem>) -> OrderClosePage {
    OrderClosePage {
        chrome: merchant(Some(Place::Orders)),
        order_id: "20481".to_owned(),
        trade_no: "HB2026112120481".to_owned(),
        amount: usdt("18.90"),
        problems,
    }
}
