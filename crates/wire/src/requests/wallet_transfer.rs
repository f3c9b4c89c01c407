//! `wallet/transfer` and `wallet/transfer/query` (money.md 4).

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::balance::CURRENCY;
use crate::body::Body;
use crate::decimal::WireDecimal;
use crate::names::TransferTypeName;
use crate::refusal::Refusal;
use crate::schema::{Field, Kind, Schema};

/// The most characters of a `requestId`, which is the `tranId` too (money.md 4.1).
const REQUEST_ID_MAX: usize = 32;

/// The two ways between the wallets: `TO_MAIN` is into the spot wallet, `TO_PAY` into the funding wallet.
pub const TRANSFER_TYPES: &[&str] = TransferTypeName::SPELLINGS;

/// The parameters of `wallet/transfer`.
pub static WALLET_TRANSFER: Schema = Schema {
    name: "WalletTransfer",
    source: "money.md 4.1",
    fields: &[
        Field::required(
            "requestId",
            Kind::text(REQUEST_ID_MAX),
            "the merchant's own id for it: a repeat moves nothing",
        ),
        Field::required("currency", CURRENCY, "the currency"),
        Field::required("amount", Kind::Amount, "how much"),
        Field::required(
            "transferType",
            Kind::Enum(TRANSFER_TYPES),
            "TO_MAIN: into the spot wallet; TO_PAY: into the funding wallet",
        ),
    ],
};

/// The parameters of `wallet/transfer/query`.
pub static WALLET_TRANSFER_QUERY: Schema = Schema {
    name: "WalletTransferQuery",
    source: "money.md 4.2",
    fields: &[Field::required("tranId", Kind::text(REQUEST_ID_MAX), "the transfer's requestId")],
};

/// What `wallet/transfer` asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WalletTransfer<'a> {
    /// The merchant's own id for it.
    pub request_id: Cow<'a, str>,
    /// The currency.
    pub currency: Cow<'a, str>,
    /// How much; printed as a string, which is how the page types it.
    #[serde(serialize_with = "as_text")]
    pub amount: WireDecimal<'a>,
    /// One of [`TRANSFER_TYPES`].
    pub transfer_type: Cow<'a, str>,
}

fn as_text<S: Serializer>(amount: &WireDecimal<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&amount.echo())
}

impl<'a> WalletTransfer<'a> {
    /// Reads and judges the body.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&WALLET_TRANSFER)?;
        Ok(Self {
            request_id: checked.take_required_text("requestId"),
            currency: checked.take_required_text("currency"),
            amount: checked.take_decimal("amount").expect("the schema requires this amount"),
            transfer_type: checked.take_required_text("transferType"),
        })
    }
}

/// Which transfer is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WalletTransferQuery<'a> {
    /// The transfer's `requestId`.
    pub tran_id: Cow<'a, str>,
}

impl<'a> WalletTransferQuery<'a> {
    /// Reads and judges the body.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&WALLET_TRANSFER_QUERY)?;
        Ok(Self { tran_id: checked.take_required_text("tranId") })
    }
}
