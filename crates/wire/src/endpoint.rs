//! The endpoints there are, as data: the router, the API description and the generated tests read this table.

use crate::requests::{
    BALANCE_V1, BALANCE_V2, NO_PARAMETERS, ORDER_CLOSE, ORDER_QUERY_V1, ORDER_QUERY_V2, ORDER_REFUND,
    ORDER_REFUND_QUERY, ORDER_V1, ORDER_V2, ORDER_V3, PAYER_VERIFICATION, PROVIDER_CREATE, PROVIDER_RECORD,
    PROVIDER_RECORD_GET, SUB_MERCHANT_ADD, SUB_MERCHANT_MODIFY, SUB_MERCHANT_QUERY, WALLET_TRANSFER,
    WALLET_TRANSFER_QUERY,
};
use crate::result_code::ResultCode;
use crate::schema::Schema;
use crate::scope::ScopeName;

/// What every merchant-API path begins with.
pub const PATH_PREFIX: &str = "/binancepay/openapi";

/// The most bytes of an unknown path that are compared with the known ones.
const COMPARED_MAX: usize = 96;

/// An endpoint's identity, for matching exhaustively.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndpointId {
    /// `certificates`.
    Certificates,
    /// `service/provider/config/query`.
    ProviderConfigQuery,
    /// `service/provider/create`.
    ProviderCreate,
    /// `service/provider/record/get`.
    ProviderRecordGet,
    /// `service/provider/record`.
    ProviderRecord,
    /// `order`.
    OrderCreateV1,
    /// `v2/order`.
    OrderCreateV2,
    /// `v3/order`.
    OrderCreateV3,
    /// `order/query`.
    OrderQueryV1,
    /// `v2/order/query`.
    OrderQueryV2,
    /// `order/refund`.
    OrderRefund,
    /// `order/refund/query`.
    OrderRefundQuery,
    /// `order/close`.
    OrderClose,
    /// `order/payer/verification`.
    PayerVerification,
    /// `balance`.
    BalanceV1,
    /// `v2/balance`.
    BalanceV2,
    /// `wallet/transfer`.
    WalletTransfer,
    /// `wallet/transfer/query`.
    WalletTransferQuery,
    /// `submerchant/add`.
    SubMerchantAdd,
    /// `submerchant/modify`.
    SubMerchantModify,
    /// `submerchant/query`.
    SubMerchantQuery,
}

/// Whether a call may act for another merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRule {
    /// A token may be sent; the grant must hold the endpoint's scope.
    Accepted,
    /// A token is 400001 (decisions.md row 15).
    Refused,
}

/// What is asked of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyRule {
    /// Any bytes, none included (clients.md R2): read it with `Body::parse_any`.
    Ignored,
    /// None, or a JSON object (decisions.md row 3).
    MayBeEmpty,
    /// A JSON object.
    Required,
}

/// One endpoint.
#[derive(Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its identity.
    pub id: EndpointId,
    /// Its path after [`PATH_PREFIX`], with the leading slash.
    pub path: &'static str,
    /// Its title in the API description.
    pub title: &'static str,
    /// The scope that gates it, for a token as for a key's own access ticks (decisions.md row 15); `None`: no scope.
    pub scope: Option<ScopeName>,
    /// Whether it takes a token.
    pub token: TokenRule,
    /// What is asked of the body.
    pub body: BodyRule,
    /// Its parameters.
    pub request: &'static Schema,
    /// Result codes beside [`COMMON_CODES`].
    pub codes: &'static [ResultCode],
    /// The page section.
    pub source: &'static str,
}

/// The codes any endpoint can answer.
pub const COMMON_CODES: &[ResultCode] = &[
    ResultCode::UnknownError,
    ResultCode::InvalidRequest,
    ResultCode::InvalidSignature,
    ResultCode::InvalidTimestamp,
    ResultCode::InvalidApiKeyOrIp,
    ResultCode::BadApiKeyFormat,
    ResultCode::BadHttpMethod,
    ResultCode::MediaTypeNotSupported,
    ResultCode::InvalidRequestBody,
    ResultCode::MandatoryParamEmptyOrMalformed,
    ResultCode::InvalidParamWrongLength,
    ResultCode::InvalidParamWrongValue,
    ResultCode::InvalidParamIllegalChar,
    ResultCode::InvalidRequestTooLarge,
    ResultCode::InvalidAccountStatus,
    ResultCode::ActionTooFrequent,
    ResultCode::MerchantAccessForbidden,
];

/// All endpoints.
pub static ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: EndpointId::Certificates,
        path: "/certificates",
        title: "Query the webhook certificate",
        scope: None,
        token: TokenRule::Refused,
        body: BodyRule::Ignored,
        request: &NO_PARAMETERS,
        codes: &[],
        source: "partner.md 2.2",
    },
    Endpoint {
        id: EndpointId::ProviderConfigQuery,
        path: "/service/provider/config/query",
        title: "Query the scopes a provider may ask for",
        scope: None,
        token: TokenRule::Refused,
        body: BodyRule::MayBeEmpty,
        request: &NO_PARAMETERS,
        codes: &[],
        source: "partner.md 4.3",
    },
    Endpoint {
        id: EndpointId::ProviderCreate,
        path: "/service/provider/create",
        title: "Create an authorization request",
        scope: None,
        token: TokenRule::Refused,
        body: BodyRule::Required,
        request: &PROVIDER_CREATE,
        codes: &[ResultCode::PaymentMerchantNotFound],
        source: "partner.md 4.4",
    },
    Endpoint {
        id: EndpointId::ProviderRecordGet,
        path: "/service/provider/record/get",
        title: "Get a merchant's authorization record",
        scope: None,
        token: TokenRule::Refused,
        body: BodyRule::Required,
        request: &PROVIDER_RECORD_GET,
        codes: &[ResultCode::PaymentMerchantNotFound],
        source: "partner.md 4.5",
    },
    Endpoint {
        id: EndpointId::ProviderRecord,
        path: "/service/provider/record",
        title: "List authorization records",
        scope: None,
        token: TokenRule::Refused,
        body: BodyRule::Required,
        request: &PROVIDER_RECORD,
        codes: &[],
        source: "partner.md 4.6",
    },
    Endpoint {
        id: EndpointId::OrderCreateV1,
        path: "/order",
        title: "Create an order (v1, deprecated)",
        scope: Some(ScopeName::Checkout),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &ORDER_V1,
        codes: &[ResultCode::InvalidMerchantTradeNo, ResultCode::SubMerchantInvalid],
        source: "money.md 1.2",
    },
    Endpoint {
        id: EndpointId::OrderCreateV2,
        path: "/v2/order",
        title: "Create an order (v2)",
        scope: Some(ScopeName::Checkout),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &ORDER_V2,
        codes: &[ResultCode::InvalidMerchantTradeNo, ResultCode::SubMerchantInvalid],
        source: "money.md 1.3",
    },
    Endpoint {
        id: EndpointId::OrderCreateV3,
        path: "/v3/order",
        title: "Create an order (v3)",
        scope: Some(ScopeName::Checkout),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &ORDER_V3,
        codes: &[ResultCode::InvalidMerchantTradeNo, ResultCode::SubMerchantInvalid],
        source: "money.md 1.4",
    },
    Endpoint {
        id: EndpointId::OrderQueryV1,
        path: "/order/query",
        title: "Query an order (v1)",
        scope: Some(ScopeName::Checkout),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &ORDER_QUERY_V1,
        codes: &[ResultCode::InvalidMerchantTradeNo, ResultCode::OrderNotFound],
        source: "money.md 1.6",
    },
    Endpoint {
        id: EndpointId::OrderQueryV2,
        path: "/v2/order/query",
        title: "Query an order (v2)",
        scope: Some(ScopeName::Checkout),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &ORDER_QUERY_V2,
        codes: &[ResultCode::InvalidMerchantTradeNo, ResultCode::OrderNotFound],
        source: "money.md 1.7",
    },
    Endpoint {
        id: EndpointId::OrderRefund,
        path: "/order/refund",
        title: "Refund an order",
        scope: Some(ScopeName::Refund),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &ORDER_REFUND,
        codes: &[
            ResultCode::InvalidOrderStatus,
            ResultCode::InvalidPrepayId,
            ResultCode::TooManyRefundAttempts,
            ResultCode::InvalidRefundAmount,
            ResultCode::AccountRemainingAmountNotEnough,
        ],
        source: "money.md 3.1",
    },
    Endpoint {
        id: EndpointId::OrderRefundQuery,
        path: "/order/refund/query",
        title: "Query a refund",
        scope: Some(ScopeName::Refund),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &ORDER_REFUND_QUERY,
        codes: &[ResultCode::OrderNotFound],
        source: "money.md 3.2",
    },
    Endpoint {
        id: EndpointId::OrderClose,
        path: "/order/close",
        title: "Close an unpaid order",
        scope: Some(ScopeName::Checkout),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &ORDER_CLOSE,
        codes: &[ResultCode::InvalidMerchantTradeNo, ResultCode::OrderNotFound, ResultCode::InvalidOrderStatus],
        source: "money.md 1.8",
    },
    Endpoint {
        id: EndpointId::PayerVerification,
        path: "/order/payer/verification",
        title: "Compare what is known of a payer",
        scope: Some(ScopeName::Checkout),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &PAYER_VERIFICATION,
        codes: &[ResultCode::AccountNotFound, ResultCode::AccountKycIncomplete],
        source: "money.md 1.9",
    },
    Endpoint {
        id: EndpointId::BalanceV1,
        path: "/balance",
        title: "Query a balance (v1)",
        scope: Some(ScopeName::Balance),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &BALANCE_V1,
        codes: &[],
        source: "money.md 5.1",
    },
    Endpoint {
        id: EndpointId::BalanceV2,
        path: "/v2/balance",
        title: "Query balances (v2)",
        scope: Some(ScopeName::Balance),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &BALANCE_V2,
        codes: &[],
        source: "money.md 5.2",
    },
    Endpoint {
        id: EndpointId::WalletTransfer,
        path: "/wallet/transfer",
        title: "Transfer between funding and spot wallet",
        scope: Some(ScopeName::InternalTransfer),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &WALLET_TRANSFER,
        codes: &[ResultCode::RepeatRequestSuccess, ResultCode::InsufficientBalance],
        source: "money.md 4.1",
    },
    Endpoint {
        id: EndpointId::WalletTransferQuery,
        path: "/wallet/transfer/query",
        title: "Query a transfer between wallets",
        scope: Some(ScopeName::InternalTransfer),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &WALLET_TRANSFER_QUERY,
        codes: &[ResultCode::OrderNotFound],
        source: "money.md 4.2",
    },
    Endpoint {
        id: EndpointId::SubMerchantAdd,
        path: "/submerchant/add",
        title: "Enrol a sub-merchant",
        scope: Some(ScopeName::SubMerchant),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &SUB_MERCHANT_ADD,
        codes: &[ResultCode::SubMerchantExists, ResultCode::PaymentMerchantNotFound],
        source: "founding document 004, partner.md 5.2",
    },
    Endpoint {
        id: EndpointId::SubMerchantModify,
        path: "/submerchant/modify",
        title: "Rewrite a sub-merchant",
        scope: Some(ScopeName::SubMerchant),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &SUB_MERCHANT_MODIFY,
        codes: &[ResultCode::SubMerchantExists, ResultCode::PaymentMerchantNotFound],
        source: "partner.md 5.3",
    },
    Endpoint {
        id: EndpointId::SubMerchantQuery,
        path: "/submerchant/query",
        title: "Query a sub-merchant",
        scope: Some(ScopeName::SubMerchant),
        token: TokenRule::Accepted,
        body: BodyRule::Required,
        request: &SUB_MERCHANT_QUERY,
        codes: &[],
        source: "partner.md 5.4",
    },
];

impl Endpoint {
    /// The endpoint at this path, with or without [`PATH_PREFIX`].
    pub fn find(path: &str) -> Option<&'static Self> {
        let path = path.strip_prefix(PATH_PREFIX).unwrap_or(path);
        ENDPOINTS.iter().find(|endpoint| endpoint.path == path)
    }

    /// The endpoint with this identity.
    pub fn of(id: EndpointId) -> &'static Self {
        let found = ENDPOINTS.iter().find(|endpoint| endpoint.id == id);
        found.expect("every identity has its row, which a test proves")
    }

    /// The scopes of which one is enough: [`Endpoint::scope`], and for a refund's query also that of the order (decisions.md
    /// row 15).
    pub fn scopes(&self) -> impl Iterator<Item = ScopeName> {
        let also = if self.id == EndpointId::OrderRefundQuery { Some(ScopeName::Checkout) } else { None };
        self.scope.into_iter().chain(also)
    }

    /// The known path most like an unknown one (decisions.md row 2); the first such in table order.
    pub fn nearest(path: &str) -> &'static Self {
        let path = path.strip_prefix(PATH_PREFIX).unwrap_or(path).to_ascii_lowercase();
        let compared = &path.as_bytes()[..path.len().min(COMPARED_MAX)];
        // A known path with something behind it is meant more likely than one that happens to be as long.
        let continued = |known: &str| path.strip_prefix(known).is_some_and(|rest| rest.starts_with('/'));
        let nearest = ENDPOINTS.iter().min_by_key(|endpoint| {
            let distance = edit_distance(compared, endpoint.path.as_bytes());
            if continued(endpoint.path) { distance / 2 } else { distance }
        });
        nearest.expect("there are endpoints")
    }
}

/// Levenshtein's distance in one row; the work is bounded by [`COMPARED_MAX`] times the longest path.
fn edit_distance(left: &[u8], right: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, from) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, to) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

impl crate::refusal::Refusal {
    /// An unknown path below [`PATH_PREFIX`]: 400001, a text that names the nearest known path, and HTTP 404, which is
    /// the router's part (decisions.md row 2).
    pub fn unknown_path(path: &str) -> Self {
        let nearest = Endpoint::nearest(path).path;
        let rule = format!("there is no such path; the nearest is {PATH_PREFIX}{nearest}");
        let message = format!("Unknown path. Did you mean {PATH_PREFIX}{nearest} ?");
        Self::invalid_request(rule, "decisions.md row 2").with_message(&message)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::refusal::Refusal;

    #[test]
    fn paths_and_identities_are_unique_and_found() {
        let paths: HashSet<_> = ENDPOINTS.iter().map(|endpoint| endpoint.path).collect();
        let ids: HashSet<_> = ENDPOINTS.iter().map(|endpoint| endpoint.id).collect();
        assert_eq!((paths.len(), ids.len()), (ENDPOINTS.len(), ENDPOINTS.len()));
        for endpoint in ENDPOINTS {
            assert_eq!(Endpoint::find(endpoint.path), Some(endpoint));
            assert_eq!(Endpoint::find(&format!("{PATH_PREFIX}{}", endpoint.path)), Some(endpoint));
            assert_eq!(Endpoint::of(endpoint.id), endpoint);
            assert_eq!(Endpoint::nearest(endpoint.path), endpoint);
        }
    }

    #[test]
    fn only_scoped_endpoints_take_a_token() {
        for endpoint in ENDPOINTS {
            assert_eq!(endpoint.scope.is_some(), endpoint.token == TokenRule::Accepted, "{}", endpoint.path);
        }
    }

    #[test]
    fn the_nearest_path_is_named() {
        let rows = [
            ("/binancepay/openapi/v3/orders", "/v3/order"),
            ("/binancepay/openapi/v3/order/create", "/v3/order"),
            ("/v2/order/Query", "/v2/order/query"),
            ("/certificate", "/certificates"),
            ("/service/provider/records", "/service/provider/record"),
        ];
        for (path, expected) in rows {
            assert_eq!(Endpoint::nearest(path).path, expected, "{path}");
        }
        let refusal = Refusal::unknown_path(&"/\u{e9}".repeat(10_000));
        assert_eq!(refusal.code.digits(), "400001");
        assert!(refusal.message.contains(PATH_PREFIX));
    }

    #[test]
    fn distances_are_levenshteins() {
        for (left, right, distance) in [("", "abc", 3), ("kitten", "sitting", 3), ("abc", "abc", 0), ("ab", "ba", 2)] {
            assert_eq!(edit_distance(left.as_bytes(), right.as_bytes()), distance);
        }
    }
}
