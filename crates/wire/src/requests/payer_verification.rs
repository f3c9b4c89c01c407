//! `order/payer/verification` (money.md 1.9): does a payer's identification say what the merchant was told?

use std::borrow::Cow;

use serde::Serialize;

use crate::body::{Body, Checked};
use crate::names::{PayerFactName, PayerTypeName};
use crate::refusal::Refusal;
use crate::schema::{Charset, Field, Kind, Schema};

/// What a payer can be.
pub const PAYER_TYPES: &[&str] = PayerTypeName::SPELLINGS;

/// What can be asked about a payer. Which of them are for whom, and which must be among them, is for the domain to say.
pub const PAYER_CATEGORIES: &[&str] = PayerFactName::SPELLINGS;

/// The most characters of a value.
pub const PAYER_VALUE_MAX: usize = 1024;
/// The most characters of a Binance ID; account numbers have nine digits, and ids of the pages at most nineteen.
const BINANCE_ID_MAX: usize = 19;
/// The most facts in one call: each category once.
const INFORMATION_MAX: usize = PAYER_CATEGORIES.len();

static INFORMATION: &[Field] = &[
    Field::required("category", Kind::Enum(PAYER_CATEGORIES), "what is compared"),
    Field::required(
        "value",
        Kind::text(PAYER_VALUE_MAX),
        "what it should be; dates as YYYY-MM-DD, countries as ISO 3166 alpha-2 codes",
    ),
];

/// The parameters of `order/payer/verification`.
pub static PAYER_VERIFICATION: Schema = Schema {
    name: "PayerVerification",
    source: "money.md 1.9",
    fields: &[
        Field::required(
            "binanceId",
            Kind::Identifier { max: BINANCE_ID_MAX, charset: Charset::Alphanumeric },
            "the payer's Binance ID",
        ),
        Field::required("payerType", Kind::Enum(PAYER_TYPES), "what the payer is"),
        Field::optional(
            "information",
            Kind::List { of: &Kind::Object(INFORMATION), min: 0, max: INFORMATION_MAX, skip_empty: false },
            "what is known of the payer; the type alone is compared when absent",
        ),
    ],
};

/// What `order/payer/verification` asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PayerVerification<'a> {
    /// The payer's Binance ID.
    pub binance_id: Cow<'a, str>,
    /// One of [`PAYER_TYPES`].
    pub payer_type: Cow<'a, str>,
    /// What is known of the payer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub information: Vec<PayerInformation<'a>>,
}

/// One fact about a payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PayerInformation<'a> {
    /// One of [`PAYER_CATEGORIES`].
    pub category: Cow<'a, str>,
    /// What it should be.
    pub value: Cow<'a, str>,
}

impl<'a> PayerInformation<'a> {
    fn take(mut checked: Checked<'a>) -> Self {
        Self { category: checked.take_required_text("category"), value: checked.take_required_text("value") }
    }
}

impl<'a> PayerVerification<'a> {
    /// Reads and judges a body of `order/payer/verification`.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&PAYER_VERIFICATION)?;
        Ok(Self {
            binance_id: checked.take_required_text("binanceId"),
            payer_type: checked.take_required_text("payerType"),
            information: checked.take_objects("information").into_iter().map(PayerInformation::take).collect(),
        })
    }
}
