//! Refusals of orders and of what is asked about their payers.

use countersign_domain::Timestamp;
use countersign_domain::order::{CloseError as NotClosable, ORDER_LIFETIME_MAX_MS};
use countersign_domain::payer_identity::FactFault;
use countersign_domain::rates::ConversionError;
use countersign_service::orders::{CloseError, CreateError, FIAT_ORDER_CURRENCY, FiatError, QueryError};
use countersign_service::payer_identities::{IdentityError, VerifyError};
use countersign_service::rates::RateError;
use countersign_wire::{Refusal, ResultCode};

use super::{authority, store};
use crate::answer::Rejection;
use crate::convert::{fact_name, order_status};

/// What a version of order creation calls the parameters that a refusal may have to name (`decisions.md` row 59).
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrderNames {
    /// The price.
    pub(crate) amount: &'static str,
    /// The sub-merchant.
    pub(crate) sub_merchant: &'static str,
}

impl OrderNames {
    /// Of `order`.
    pub(crate) const V1: Self = Self { amount: "totalFee", sub_merchant: "subMerchantId" };
    /// Of `v2/order` and `v3/order`.
    pub(crate) const GOODS: Self = Self { amount: "orderAmount", sub_merchant: "merchant.subMerchantId" };
}

/// An order was not created. `wall_now` tells how far business time is ahead.
pub(crate) fn order_create(error: CreateError, names: OrderNames, wall_now: Timestamp) -> Rejection {
    match error {
        CreateError::Authority(error) => authority(error),
        CreateError::Fiat(error) => fiat(&error).into(),
        CreateError::NotPositive => {
            let rule = format!("{}: an order must amount to more than nothing", names.amount);
            Refusal::out_of_range(names.amount, rule, "money.md 1.1").into()
        }
        CreateError::Expiry { now } => expiry(now, wall_now).into(),
        CreateError::Duplicate => {
            let rule = "merchantTradeNo was used before by this merchant; each order needs a new one";
            Refusal::of_field(ResultCode::InvalidMerchantTradeNo, "merchantTradeNo", rule, "decisions.md row 27").into()
        }
        CreateError::SubMerchantMissing => {
            let rule = format!("{}: a channel partner must name the sub-merchant that sells", names.sub_merchant);
            Refusal::missing(names.sub_merchant, rule, "decisions.md row 60").into()
        }
        CreateError::SubMerchantInvalid => sub_merchant_invalid(names.sub_merchant).into(),
        CreateError::Collision => Rejection::internal(error),
    }
}

/// A price in fiat money that has no amount now. What time heals is 400501; a currency or an amount that no rate is for is the
/// parameter's (`docs/decisions/0004`).
fn fiat(error: &FiatError) -> Refusal {
    const SOURCE: &str = "decisions.md row 30";
    let advice = "send currency with orderAmount instead";
    match error {
        FiatError::Rates(RateError::NoSource) => {
            let rule = format!("fiatCurrency: this server has no source of rates (rates_source); {advice}");
            Refusal::out_of_range("fiatCurrency", rule, SOURCE)
        }
        FiatError::Rates(error @ (RateError::Unavailable | RateError::Stale { .. })) => {
            let rule = format!("fiatCurrency: {error}; try again later, or {advice}");
            Refusal::new(ResultCode::ActionTooFrequent, rule, SOURCE)
        }
        FiatError::Conversion(ConversionError::NoPrice(error)) => {
            Refusal::out_of_range("fiatCurrency", format!("fiatCurrency: {error}; {advice}"), SOURCE)
        }
        FiatError::Conversion(ConversionError::Money(_)) => {
            let rule = format!("fiatAmount: it is more than {FIAT_ORDER_CURRENCY} is kept in");
            Refusal::out_of_range("fiatAmount", rule, "decisions.md row 55")
        }
    }
}

/// No sub-merchant of the acting merchant.
pub(crate) fn sub_merchant_invalid(field: &'static str) -> Refusal {
    let rule = format!("{field} names no sub-merchant of this merchant, or one that is suspended");
    Refusal::of_field(ResultCode::SubMerchantInvalid, field, rule, "decisions.md row 26")
}

fn expiry(now: Timestamp, wall_now: Timestamp) -> Refusal {
    let ahead = now.ms_since(wall_now);
    let hint =
        if ahead > 0 { format!("; business time here is {ahead} ms ahead of the wall clock") } else { String::new() };
    let rule = format!(
        "orderExpireTime must lie after {} and at most {ORDER_LIFETIME_MAX_MS} ms later, in Unix milliseconds{hint}",
        now.ms()
    );
    Refusal::out_of_range("orderExpireTime", rule, "decisions.md row 29")
}

/// An order was not shown.
pub(crate) fn order_query(error: QueryError) -> Rejection {
    match error {
        QueryError::Authority(error) => authority(error),
        QueryError::NotFound => unknown_order("money.md 1.7").into(),
    }
}

fn unknown_order(source: &'static str) -> Refusal {
    Refusal::new(ResultCode::OrderNotFound, "the acting merchant has no such order", source)
}

/// An order was not closed.
pub(crate) fn order_close(error: CloseError) -> Rejection {
    match error {
        CloseError::Authority(error) => authority(error),
        CloseError::NotFound => unknown_order("decisions.md row 31").into(),
        CloseError::NotClosable(NotClosable(status)) => {
            let rule = format!("the order is {}; only one that is INITIAL can be closed", order_status(status));
            Refusal::new(ResultCode::InvalidOrderStatus, rule, "decisions.md row 31").into()
        }
    }
}

/// A payer was not compared with what the merchant was told.
pub(crate) fn payer_verification(error: VerifyError) -> Rejection {
    match error {
        VerifyError::Authority(error) => authority(error),
        VerifyError::UnknownPayer => {
            let rule = "binanceId: there is no payer with this id; merchants are none";
            Refusal::new(ResultCode::AccountNotFound, rule, "money.md 1.9").into()
        }
        VerifyError::Incomplete => {
            let rule = "binanceId: the payer has not finished identification";
            Refusal::new(ResultCode::AccountKycIncomplete, rule, "decisions.md row 37").into()
        }
        VerifyError::Identity(IdentityError::Store(error)) => store(error),
        VerifyError::Identity(error) => Rejection::internal(error),
    }
}

/// What a merchant was told of a payer cannot be right (`docs/decisions/0004`).
pub(crate) fn payer_facts(fault: FactFault) -> Refusal {
    const SOURCE: &str = "money.md 1.9";
    let of = |at: usize, member: &str| format!("information[{at}].{member}");
    match fault {
        FactFault::Foreign { at } => {
            let field = of(at, "category");
            Refusal::out_of_range(field.as_str(), format!("{field}: this category is not of that payerType"), SOURCE)
        }
        FactFault::Twice { at } => {
            let field = of(at, "category");
            Refusal::out_of_range(field.as_str(), format!("{field}: this category stands in the list before"), SOURCE)
        }
        FactFault::Format { at, expected } => {
            let field = of(at, "value");
            Refusal::malformed(field.as_str(), format!("{field}: expected {expected}"), SOURCE)
        }
        FactFault::Unlisted { at, expected } => {
            let field = of(at, "value");
            Refusal::out_of_range(field.as_str(), format!("{field}: expected {expected}"), SOURCE)
        }
        FactFault::Missing(fact) => {
            let rule = format!("information: {} must be among it for this payerType", fact_name(fact));
            Refusal::missing("information", rule, "docs/decisions/0004")
        }
    }
}
