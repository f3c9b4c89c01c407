//! The checkout in each of its states.

use countersign_web::pages::{
    CheckoutPage, CheckoutState, GoodsLine, Live, LockedPrice, PriceChoice, Receipt, Seller, WayOut,
};
use countersign_web::qr::QrSvg;
use countersign_web::view::{Chrome, Money, Problem};

use super::{MINUTE, Sample, anonymous, at, merchant, payer, sample, usdt};

fn goods() -> Vec<GoodsLine> {
    vec![
        GoodsLine {
            name: "Atlas of Remote Islands".to_owned(),
            detail: "Judith Schalansky, cloth binding · 38.00 USDT each".to_owned(),
        },
        GoodsLine { name: "Shipping".to_owned(), detail: String::new() },
    ]
}

fn way_out(state: &CheckoutState) -> WayOut {
    let (href, text) = ("https://harbour.example/thanks".to_owned(), "Back to Harbour Books".to_owned());
    let after_s = matches!(state, CheckoutState::Paid { .. }).then_some(5);
    match state {
        CheckoutState::Paid { .. } | CheckoutState::Expired | CheckoutState::Closed | CheckoutState::Failed => {
            WayOut { href, text, after_s }
        }
        _ => WayOut { href, text: "Cancel and go back to Harbour Books".to_owned(), after_s },
    }
}

fn page(chrome: Chrome, state: CheckoutState) -> CheckoutPage {
    let link = "http://127.0.0.1:8420/qr/c0ffee5f0a47c6a9e2b1f1c7c0ffee5f";
    let scannable =
        matches!(state, CheckoutState::SignIn { .. } | CheckoutState::Confirm { .. } | CheckoutState::NotAPayer { .. });
    let open = scannable || matches!(state, CheckoutState::Pay(_) | CheckoutState::BeingPaid { .. });
    CheckoutPage {
        chrome,
        token: "c0ffee".to_owned(),
        seller: Seller { name: "Harbour Books".to_owned(), partner: String::new(), via: "Acme Checkout".to_owned() },
        goods: goods(),
        amount: usdt("42.00"),
        fiat: None,
        trade_no: "HB2026112120480".to_owned(),
        expires: at(48 * MINUTE),
        expires_left_ms: 48 * MINUTE,
        qr: scannable.then(|| QrSvg::draw(link, "QR code of this payment").expect("a link fits")),
        way_out: Some(way_out(&state)),
        live: open.then(|| Live {
            events: "/checkout/c0ffee/events".to_owned(),
            shown: "open".to_owned(),
            refresh_s: Some(15),
        }),
        state,
        problems: vec![],
    }
}

fn choice(code: &str, name: &str, (price, rate): (&str, &str), (available, enough): (&str, bool)) -> PriceChoice {
    PriceChoice {
        code: code.to_owned(),
        name: name.to_owned(),
        price: Money::new(price, code),
        rate: rate.to_owned(),
        available: Money::new(available, code),
        enough,
        selected: code == "USDT" && enough,
    }
}

fn confirm(poor: bool) -> CheckoutState {
    let own = if poor { ("0", false) } else { ("10000.00", true) };
    let obstacle = if poor { "There is not enough in your funding wallet." } else { "" };
    let mut choices = vec![choice("USDT", "Tether", ("42.00", ""), own)];
    if !poor {
        choices.extend([
            choice("BNB", "BNB", ("0.06858263", "1 BNB = 612.4 USDT"), ("10.00", true)),
            choice("BTC", "Bitcoin", ("0.00070001", "1 BTC = 59,999.12 USDT"), ("0.0005", false)),
        ]);
    }
    CheckoutState::Confirm { choices, obstacle: obstacle.to_owned() }
}

fn pay() -> CheckoutState {
    CheckoutState::Pay(LockedPrice {
        amount: Money::new("0.06858263", "BNB"),
        rate: "1 BNB = 612.4 USDT".to_owned(),
        until: at(MINUTE),
        left_ms: MINUTE,
        offer_id: "210462863998500864".to_owned(),
    })
}

fn paid(by_you: bool) -> CheckoutState {
    let receipt = by_you.then(|| Receipt {
        paid: Money::new("0.06858263", "BNB"),
        transaction_id: "M_P_210462863998500865".to_owned(),
        href: "/portal/wallet/payments/210462863998500864".to_owned(),
    });
    CheckoutState::Paid { at: at(-MINUTE), receipt }
}

/// A sub-merchant's order, priced in fiat, with long names and many digits.
fn crowded() -> CheckoutPage {
    CheckoutPage {
        seller: Seller {
            name: "Buchhandlung am Großen Neumarkt und Kontor für Seekarten".to_owned(),
            partner: "Channel Pay".to_owned(),
            via: "Acme Checkout".to_owned(),
        },
        fiat: Some(Money::new("39.90", "EUR")),
        amount: usdt("92233720368.54775807"),
        trade_no: "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4".to_owned(),
        ..page(payer(false), confirm(false))
    }
}

pub(super) fn all() -> Vec<Sample> {
    let sign_in = CheckoutState::SignIn { href: "/portal/sign-in?next=%2Fcheckout%2Fc0ffee".to_owned() };
    let busy = CheckoutState::BeingPaid { until: at(MINUTE), left_ms: MINUTE };
    let foreign = CheckoutState::NotAPayer { account: "Harbour Books".to_owned() };
    let mut plain_merchant = merchant(None);
    plain_merchant.nav = None;
    let mut stale = page(payer(false), confirm(false));
    stale.problems = vec![Problem::of("currency", "This price does not hold any more. Please confirm the new one.")];
    vec![
        sample("checkout-sign-in", &page(anonymous(), sign_in)),
        sample("checkout-confirm", &page(payer(false), confirm(false))),
        sample("checkout-stale", &stale),
        sample("checkout-crowded", &crowded()),
        sample("checkout-short", &page(payer(false), confirm(true))),
        sample("checkout-pay", &page(payer(false), pay())),
        sample("checkout-busy", &page(anonymous(), busy)),
        sample("checkout-paid", &page(payer(false), paid(true))),
        sample("checkout-paid-other", &page(anonymous(), paid(false))),
        sample("checkout-expired", &page(anonymous(), CheckoutState::Expired)),
        sample("checkout-closed", &page(anonymous(), CheckoutState::Closed)),
        sample("checkout-failed", &page(payer(false), CheckoutState::Failed)),
        sample("checkout-not-a-payer", &page(plain_merchant, foreign)),
    ]
}
