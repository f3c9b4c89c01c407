//! `balance` and `v2/balance` (money.md 5).

use std::borrow::Cow;

use serde::Serialize;

use crate::body::Body;
use crate::names::WalletName;
use crate::refusal::Refusal;
use crate::schema::{CURRENCY_CODE_MAX, CURRENCY_CODE_MIN, Charset, Field, Kind, Schema};

/// The two wallets of an account.
pub const WALLETS: &[&str] = WalletName::SPELLINGS;

/// The parameters of `balance`.
pub static BALANCE_V1: Schema = Schema {
    name: "BalanceQueryV1",
    source: "money.md 5.1",
    fields: &[
        Field::required("wallet", Kind::Enum(WALLETS), "which wallet to look into"),
        Field::required("currency", CURRENCY, "the currency"),
    ],
};

/// The parameters of `v2/balance`.
pub static BALANCE_V2: Schema = Schema {
    name: "BalanceQueryV2",
    source: "money.md 5.2",
    fields: &[
        Field::required("wallet", Kind::Enum(WALLETS), "which wallet to look into"),
        Field::optional("currency", CURRENCY, "one currency; all that are not zero when absent"),
    ],
};

/// A currency code: upper-case letters and digits. Whether it exists is for the domain to say.
pub(super) const CURRENCY: Kind =
    Kind::Text { min: CURRENCY_CODE_MIN, max: CURRENCY_CODE_MAX, charset: Charset::Upper };

/// What `balance` asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BalanceV1<'a> {
    /// `FUNDING_WALLET` or `SPOT_WALLET`.
    pub wallet: Cow<'a, str>,
    /// The currency.
    pub currency: Cow<'a, str>,
}

impl<'a> BalanceV1<'a> {
    /// Reads and judges the body.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&BALANCE_V1)?;
        Ok(Self { wallet: checked.take_required_text("wallet"), currency: checked.take_required_text("currency") })
    }
}

/// What `v2/balance` asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BalanceV2<'a> {
    /// `FUNDING_WALLET` or `SPOT_WALLET`.
    pub wallet: Cow<'a, str>,
    /// One currency, or all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Cow<'a, str>>,
}

impl<'a> BalanceV2<'a> {
    /// Reads and judges the body.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&BALANCE_V2)?;
        Ok(Self { wallet: checked.take_required_text("wallet"), currency: checked.take_text("currency") })
    }
}
