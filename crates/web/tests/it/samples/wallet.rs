//! A payer's wallet and one payment's receipt.

use countersign_domain::order::OrderStatus;
use countersign_web::pages::{ActivityLine, GoodsLine, ReceiptPage, RefundLine, Seller, WalletPage};
use countersign_web::view::{Money, Pager, StatusPill, TextField};

use super::money::wallets;
use super::{DAY, HOUR, MINUTE, Sample, at, payer, sample, usdt};

fn line(text: &str, reference: &str, (amount, href): (Money, &str), age: i64) -> ActivityLine {
    ActivityLine {
        text: text.to_owned(),
        reference: reference.to_owned(),
        amount,
        at: at(-age),
        href: (!href.is_empty()).then(|| href.to_owned()),
    }
}

fn wallet(full: bool, link: TextField) -> WalletPage {
    let receipt = "/portal/wallet/payments/210462863998500864";
    let paid = Money::new("-0.06858263", "BNB");
    let activity = vec![
        line("Payment to Harbour Books", "HB2026112120480", (paid, receipt), 24 * MINUTE),
        line("Refund from Harbour Books", "HB2026112120477", (usdt("14.50"), receipt), 5 * HOUR),
        line("Money came in", "", (usdt("10000.00"), ""), 2 * DAY),
    ];
    let coming = vec![line("Refund from Harbour Books", "HB2026112120480", (usdt("1.00"), receipt), MINUTE)];
    WalletPage {
        chrome: payer(true),
        payer_name: "Paula Payer".to_owned(),
        payer_id: "38755197".to_owned(),
        wallets: wallets(),
        coming: if full { coming } else { vec![] },
        has_more_coming: full,
        activity: if full { activity } else { vec![] },
        pager: Pager::default(),
        link,
    }
}

fn receipt() -> ReceiptPage {
    ReceiptPage {
        chrome: payer(true),
        seller: Seller { name: "Harbour Books".to_owned(), partner: String::new(), via: "Acme Checkout".to_owned() },
        status: StatusPill::order(OrderStatus::Refunding),
        goods: vec![GoodsLine {
            name: "Atlas of Remote Islands".to_owned(),
            detail: "Judith Schalansky, cloth binding".to_owned(),
        }],
        amount: usdt("42.00"),
        fiat: Some(Money::new("39.90", "EUR")),
        paid: Money::new("0.06858263", "BNB"),
        rate: "1 BNB = 612.4 USDT".to_owned(),
        refunds: vec![
            RefundLine {
                amount: usdt("4.00"),
                at: at(-20 * MINUTE),
                arrived: true,
                reason: "Shipping was free".to_owned(),
            },
            RefundLine { amount: usdt("1.00"), at: at(-MINUTE), arrived: false, reason: String::new() },
        ],
        at: at(-24 * MINUTE),
        transaction_id: "M_P_210462863998500865".to_owned(),
        trade_no: "HB2026112120480".to_owned(),
        checkout_href: "/checkout/c0ffee".to_owned(),
    }
}

pub(super) fn all() -> Vec<Sample> {
    let wrong = TextField::holding("https://pay.elsewhere.example/checkout/c0ffee")
        .wrong("This link leads to pay.elsewhere.example, which is not us.");
    vec![
        sample("wallet", &wallet(true, TextField::default())),
        sample("wallet-empty", &wallet(false, TextField::default())),
        sample("wallet-wrong-link", &wallet(true, wrong)),
        sample("receipt", &receipt()),
    ]
}
