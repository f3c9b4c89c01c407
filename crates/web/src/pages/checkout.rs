//! The hosted checkout: one order, one amount, one button.

use askama::Template;

use crate::qr::QrSvg;
use crate::view::{Choice, Chrome, Moment, Money, Problem};

/// One thing on the bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodsLine {
    /// What it is.
    pub name: String,
    /// More about it; empty for nothing.
    pub detail: String,
    /// How much of the sum it makes, where that is known.
    pub amount: Option<Money>,
}

/// What the reader can do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckoutState {
    /// Nobody is signed in.
    SignIn {
        /// The sign-in page that leads back here.
        href: String,
    },
    /// Signed in: choose a currency and confirm the price.
    Confirm {
        /// Currencies the order may be paid in, with the wallet's balance in the label.
        currencies: Vec<Choice>,
        /// Why it cannot be paid (`Not enough in your funding wallet`); empty when it can.
        obstacle: String,
    },
    /// The price is locked: pay or go back.
    Pay {
        /// What leaves the payer's wallet.
        amount: Money,
        /// The rate in words (`1 BNB = 612.40 USDT`); empty when nothing is converted.
        rate: String,
        /// Until when the price holds.
        locked_until: Moment,
        /// What is confirmed; sent back hidden as `quote`.
        quote_id: String,
    },
    /// Paid.
    Paid {
        /// When.
        at: Moment,
        /// The payment's public id.
        transaction_id: String,
        /// Whether the reader paid it (else only "paid" is said).
        by_you: bool,
    },
    /// Nobody paid in time.
    Expired,
    /// The merchant closed it.
    Closed,
    /// Signed in with an account that cannot pay (a merchant's).
    NotAPayer {
        /// The name of that account.
        account: String,
    },
}

/// The checkout page.
#[derive(Template)]
#[template(path = "pages/checkout.html")]
pub struct CheckoutPage {
    /// What surrounds the page; no menu.
    pub chrome: Chrome,
    /// What addresses the order here.
    pub token: String,
    /// Who is paid.
    pub merchant_name: String,
    /// Through whom, where a provider made the order; empty for none.
    pub via: String,
    /// What is bought.
    pub goods: Vec<GoodsLine>,
    /// The sum.
    pub amount: Money,
    /// The merchant's own number.
    pub trade_no: String,
    /// Until when it can be paid.
    pub expires: Moment,
    /// This page's address as a QR code, while it can be paid.
    pub qr: Option<QrSvg>,
    /// What the reader can do.
    pub state: CheckoutState,
    /// Back to the shop: an `http` or `https` link of the merchant, already checked; empty for none.
    pub return_url: String,
    /// What went wrong with the form just sent.
    pub problems: Vec<Problem>,
}
