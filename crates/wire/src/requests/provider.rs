//! `service/provider/create`, `record/get` and `record` (partner.md 4.4 to 4.6).

use std::borrow::Cow;

use serde::Serialize;

use crate::body::Body;
use crate::refusal::Refusal;
use crate::schema::{Charset, Field, Kind, Schema};
use crate::scope::ScopeName;

/// The most rows of one page (partner.md 4.6).
pub const RECORD_ROWS_MAX: i64 = 10;
/// The last page one can ask for: it bounds the arithmetic, no provider has so many records.
const RECORD_PAGE_MAX: i64 = 1_000_000;
/// The most addresses of an authorization; the page gives no bound.
const IP_WHITELIST_MAX: usize = 100;
/// The longest address or range: an IPv6 one in full with a prefix length has 43 characters.
const IP_LENGTH_MAX: usize = 64;

/// A merchant id. The founding document sends `merchant1`, so letters pass here; whether it exists is judged later.
const MERCHANT_ID: Kind = Kind::Identifier { max: 32, charset: Charset::Alphanumeric };

/// The parameters of `service/provider/create`.
pub static PROVIDER_CREATE: Schema = Schema {
    name: "AuthorizationCreate",
    source: "partner.md 4.4",
    fields: &[
        Field::required("merchantId", MERCHANT_ID, "the merchant to ask"),
        Field::required(
            "scopes",
            Kind::List { of: &Kind::Enum(&ScopeName::SPELLINGS), min: 1, max: SCOPES_MAX, skip_empty: false },
            "what to ask for; a part of the provider's allowed scopes",
        ),
        Field::required(
            "ipWhitelist",
            Kind::List { of: &Kind::text(IP_LENGTH_MAX), min: 0, max: IP_WHITELIST_MAX, skip_empty: true },
            "addresses and ranges that calls for the merchant may come from; an empty list means from any",
        ),
    ],
};

/// Twice the number of scopes: a repeated name does no harm, an endless list would.
const SCOPES_MAX: usize = 20;

/// The parameters of `service/provider/record/get`.
pub static PROVIDER_RECORD_GET: Schema = Schema {
    name: "AuthorizationGet",
    source: "partner.md 4.5",
    fields: &[Field::required("merchantId", MERCHANT_ID, "the merchant whose record is asked for")],
};

/// The parameters of `service/provider/record`.
pub static PROVIDER_RECORD: Schema = Schema {
    name: "AuthorizationList",
    source: "partner.md 4.6",
    fields: &[
        Field::required("page", Kind::Integer { min: 1, max: RECORD_PAGE_MAX }, "the page's number, from 1"),
        Field::required("rows", Kind::Integer { min: 1, max: RECORD_ROWS_MAX }, "how many rows a page has"),
        Field::optional("merchantId", MERCHANT_ID, "only records of this merchant"),
    ],
};

/// A request for authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderCreate<'a> {
    /// The merchant to ask.
    pub merchant_id: Cow<'a, str>,
    /// Scope spellings, each one of [`ScopeName::SPELLINGS`], at least one.
    pub scopes: Vec<Cow<'a, str>>,
    /// Addresses and ranges as sent, empty ones left out (decisions.md row 51); their syntax is judged by the domain.
    pub ip_whitelist: Vec<Cow<'a, str>>,
}

impl<'a> ProviderCreate<'a> {
    /// Reads and judges the body.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&PROVIDER_CREATE)?;
        Ok(Self {
            merchant_id: checked.take_required_text("merchantId"),
            scopes: checked.take_texts("scopes"),
            ip_whitelist: checked.take_texts("ipWhitelist"),
        })
    }

    /// The scopes by name, in the order sent.
    pub fn scope_names(&self) -> impl Iterator<Item = ScopeName> + '_ {
        self.scopes.iter().filter_map(|scope| ScopeName::from_wire(scope))
    }
}

/// A question for one merchant's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderRecordGet<'a> {
    /// The merchant.
    pub merchant_id: Cow<'a, str>,
}

impl<'a> ProviderRecordGet<'a> {
    /// Reads and judges the body.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&PROVIDER_RECORD_GET)?;
        Ok(Self { merchant_id: checked.take_required_text("merchantId") })
    }
}

/// A question for a page of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderRecordList<'a> {
    /// From 1.
    pub page: i64,
    /// 1 to [`RECORD_ROWS_MAX`].
    pub rows: i64,
    /// Only this merchant's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<Cow<'a, str>>,
}

impl<'a> ProviderRecordList<'a> {
    /// Reads and judges the body.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&PROVIDER_RECORD)?;
        Ok(Self {
            page: checked.integer("page").expect("the schema requires page"),
            rows: checked.integer("rows").expect("the schema requires rows"),
            merchant_id: checked.take_text("merchantId"),
        })
    }
}
