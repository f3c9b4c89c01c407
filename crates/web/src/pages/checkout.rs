//! The hosted checkout: one order, one amount, one button.

use askama::Template;

use crate::qr::QrSvg;
use crate::view::{Chrome, Moment, Money, Problem};

/// Who is paid, as payers know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seller {
    /// The merchant, or the sub-merchant that the order names.
    pub name: String,
    /// The channel partner whose sub-merchant that is; empty for none.
    pub partner: String,
    /// The provider that made the order; empty where the merchant did.
    pub via: String,
}

/// One thing on the bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodsLine {
    /// What it is.
    pub name: String,
    /// More about it; empty for nothing.
    pub detail: String,
}

/// A currency that the order may be paid in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceChoice {
    /// What the form sends.
    pub code: String,
    /// The currency's name.
    pub name: String,
    /// What the order costs in it.
    pub price: Money,
    /// The rate in words (`1 BNB = 600 USDT`); empty for the order's own currency.
    pub rate: String,
    /// What the payer has of it.
    pub available: Money,
    /// Whether that is enough.
    pub enough: bool,
    /// Whether it is chosen when the page opens.
    pub selected: bool,
}

/// A price that is locked for its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedPrice {
    /// What leaves the payer's wallet.
    pub amount: Money,
    /// The rate in words; empty where nothing is converted.
    pub rate: String,
    /// Until when the price holds.
    pub until: Moment,
    /// The same as a distance from now.
    pub left_ms: i64,
    /// What is confirmed; sent back hidden as `offer`.
    pub offer_id: String,
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
        /// Currencies the order may be paid in and the payer holds, the order's own first.
        choices: Vec<PriceChoice>,
        /// Why some, or all, cannot be used; empty when there is nothing to say.
        obstacle: String,
    },
    /// The price is locked: pay or go back.
    Pay(LockedPrice),
    /// Another payer has confirmed a price.
    BeingPaid {
        /// Until when that price holds.
        until: Moment,
        /// The same as a distance from now.
        left_ms: i64,
    },
    /// Paid.
    Paid {
        /// When.
        at: Moment,
        /// What the reader paid; `None` where somebody else did: then only "paid" is said.
        receipt: Option<Receipt>,
    },
    /// Nobody paid in time.
    Expired,
    /// The merchant closed it.
    Closed,
    /// It was confirmed, but the payment could not be made.
    Failed,
    /// Signed in with an account that cannot pay (a merchant's).
    NotAPayer {
        /// The name of that account.
        account: String,
    },
}

/// What a payer keeps of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What left the wallet.
    pub paid: Money,
    /// The payment's public id.
    pub transaction_id: String,
    /// The receipt's own page.
    pub href: String,
}

/// The way out to the merchant's website.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayOut {
    /// An `http` or `https` link of the merchant, already checked.
    pub href: String,
    /// What the link says: `Back to Harbour Books`.
    pub text: String,
    /// After how many seconds the page goes there by itself; `None` for never.
    pub after_s: Option<u32>,
}

/// How an open page notices what happens meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// Where the order's states are told.
    pub events: String,
    /// What the page shows, as it is told there: anything else means that the page is out of date.
    pub shown: String,
    /// After how many seconds a page without scripts is asked for again; `None` where that would disturb its reader.
    pub refresh_s: Option<u32>,
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
    pub seller: Seller,
    /// What is bought.
    pub goods: Vec<GoodsLine>,
    /// The sum.
    pub amount: Money,
    /// The price in fiat that the sum was computed from; `None` where it was priced as it is.
    pub fiat: Option<Money>,
    /// The merchant's own number.
    pub trade_no: String,
    /// Until when it can be paid.
    pub expires: Moment,
    /// The same as a distance from now; never below zero.
    pub expires_left_ms: i64,
    /// This page's address as a QR code, while it can be paid.
    pub qr: Option<QrSvg>,
    /// What the reader can do.
    pub state: CheckoutState,
    /// Back to the shop, where there is a way.
    pub way_out: Option<WayOut>,
    /// How the page keeps itself up to date; `None` once nothing can happen any more.
    pub live: Option<Live>,
    /// What went wrong with the form just sent.
    pub problems: Vec<Problem>,
}

impl CheckoutPage {
    /// Whether the payer has enough of anything.
    fn can_confirm(&self) -> bool {
        matches!(&self.state, CheckoutState::Confirm { choices, .. } if choices.iter().any(|choice| choice.enough))
    }

    /// Whether the page says how long the order can still be paid; a locked price has a time of its own.
    fn shows_end(&self) -> bool {
        self.live.is_some() && !matches!(self.state, CheckoutState::Pay(_))
    }
}
