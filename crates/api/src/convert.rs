//! The wire's names for things of the domain, and back. Every match is exhaustive: a new thing does not go unnamed.

use countersign_domain::id::MerchantId;
use countersign_domain::ledger::Wallet;
use countersign_domain::order::{OrderStatus, Terminal};
use countersign_domain::sub_merchant::SubMerchantStatus;
use countersign_domain::wallet_transfer::Direction;
use countersign_domain::{Amount, Currency, Scope, ScopeSet};
use countersign_service::authorizations::WireStatus;
use countersign_wire::{DecimalError, Refusal, ResultCode, ScopeName, WireDecimal};

/// The scope with this name.
pub(crate) fn scope(name: ScopeName) -> Scope {
    match name {
        ScopeName::Convert => Scope::Convert,
        ScopeName::Refund => Scope::Refund,
        ScopeName::Checkout => Scope::Checkout,
        ScopeName::Payout => Scope::Payout,
        ScopeName::Report => Scope::Report,
        ScopeName::InternalTransfer => Scope::InternalTransfer,
        ScopeName::Balance => Scope::Balance,
        ScopeName::DirectDebit => Scope::DirectDebit,
        ScopeName::ProfitSharing => Scope::ProfitSharing,
        ScopeName::SubMerchant => Scope::SubMerchant,
    }
}

/// The scope with this spelling of the wire.
pub fn scope_named(spelling: &str) -> Option<Scope> {
    ScopeName::from_wire(spelling).map(scope)
}

// `jobs` has the same table: `wire` knows no domain, `domain` no spellings, and neither of these two crates may use the
// other. Both tables are exhaustive and tested against `ScopeName::SPELLINGS`, so they cannot drift apart.
/// The scope's name.
pub(crate) fn scope_name(scope: Scope) -> ScopeName {
    match scope {
        Scope::Convert => ScopeName::Convert,
        Scope::Refund => ScopeName::Refund,
        Scope::Checkout => ScopeName::Checkout,
        Scope::Payout => ScopeName::Payout,
        Scope::Report => ScopeName::Report,
        Scope::InternalTransfer => ScopeName::InternalTransfer,
        Scope::Balance => ScopeName::Balance,
        Scope::DirectDebit => ScopeName::DirectDebit,
        Scope::ProfitSharing => ScopeName::ProfitSharing,
        Scope::SubMerchant => ScopeName::SubMerchant,
    }
}

/// The spellings of a set's scopes, in the page's order.
pub(crate) fn scope_spellings(scopes: ScopeSet) -> Vec<String> {
    scopes.iter().map(|scope| scope_name(scope).as_str().to_owned()).collect()
}

/// An authorization's status (`decisions.md` row 19).
pub(crate) fn authorization_status(status: WireStatus) -> &'static str {
    match status {
        WireStatus::Pending => "PENDING",
        WireStatus::Authorized => "AUTHORIZED",
        WireStatus::Rejected => "REJECTED",
        WireStatus::Disabled => "DISABLED",
        WireStatus::Expired => "EXPIRED",
    }
}

/// An order's status (`money.md` §1.10).
pub(crate) fn order_status(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Initial => "INITIAL",
        OrderStatus::Pending => "PENDING",
        OrderStatus::Paid => "PAID",
        OrderStatus::Canceled => "CANCELED",
        OrderStatus::Expired => "EXPIRED",
        OrderStatus::Refunding => "REFUNDING",
        OrderStatus::Refunded => "REFUNDED",
        OrderStatus::FullRefunded => "FULL_REFUNDED",
        OrderStatus::Error => "ERROR",
    }
}

/// A refund's status (`money.md` §3.2). None fails: what is accepted is held until it arrives.
pub(crate) fn refund_status(has_arrived: bool) -> &'static str {
    if has_arrived { "REFUND_SUCCESS" } else { "REFUND_PENDING" }
}

/// A sub-merchant's status (`decisions.md` row 26).
pub(crate) fn sub_merchant_status(status: SubMerchantStatus) -> &'static str {
    match status {
        SubMerchantStatus::Active => "ACTIVE",
        SubMerchantStatus::Suspended => "SUSPENDED",
    }
}

/// Where the payer meets an order; the schema has let only known names through.
pub(crate) fn terminal(name: &str) -> Terminal {
    match name {
        "APP" => Terminal::App,
        "WEB" => Terminal::Web,
        "WAP" => Terminal::Wap,
        "MINI_PROGRAM" => Terminal::MiniProgram,
        "PAYMENT_LINK" => Terminal::PaymentLink,
        _ => Terminal::Others,
    }
}

/// The wallet with this name; the schema has let only the two names through.
pub(crate) fn wallet(name: &str) -> Wallet {
    if name == "SPOT_WALLET" { Wallet::Spot } else { Wallet::Funding }
}

/// The direction of a transfer between wallets; the schema has let only the two names through.
pub(crate) fn transfer_direction(name: &str) -> Direction {
    if name == "TO_PAY" { Direction::ToFunding } else { Direction::ToSpot }
}

/// A merchant's id; a text that is no number is nobody's (`decisions.md` row 53).
pub(crate) fn merchant_id(text: &str) -> Result<MerchantId, Refusal> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain).ok_or_else(|| {
        let rule = "merchantId: there is no such merchant; ids are numbers, as the portal shows them";
        Refusal::new(ResultCode::PaymentMerchantNotFound, rule, "decisions.md row 53")
    })
}

/// The currency with this code (`decisions.md` row 55).
pub(crate) fn currency(code: &str, field: &'static str) -> Result<Currency, Refusal> {
    Currency::from_code(code).ok_or_else(|| {
        let known: Vec<&str> = Currency::all().map(Currency::code).collect();
        let rule = format!("{field}: expected one of {}", known.join(", "));
        Refusal::out_of_range(field, rule, "decisions.md row 55")
    })
}

/// An amount of `currency` (`decisions.md` rows 10 and 55).
pub(crate) fn amount(decimal: &WireDecimal<'_>, currency: Currency, field: &'static str) -> Result<Amount, Refusal> {
    let minor = decimal.minor(currency.scale()).map_err(|error| match error {
        DecimalError::Malformed | DecimalError::TooPrecise => {
            let rule = format!("{field}: {currency} has at most {} decimals", currency.scale());
            Refusal::malformed(field, rule, "decisions.md row 10")
        }
        DecimalError::OutOfRange => {
            let rule = format!("{field}: the amount is larger than {currency} is kept in");
            Refusal::out_of_range(field, rule, "decisions.md row 55")
        }
    })?;
    Ok(Amount::from_minor(minor, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_go_there_and_back() {
        for name in ScopeName::ALL {
            assert_eq!(scope_name(scope(name)), name);
        }
        assert_eq!(scope_spellings(ScopeSet::ALL), ScopeName::SPELLINGS);
    }

    #[test]
    fn terminals_wallets_and_directions_have_the_schemas_names() {
        let known: Vec<Terminal> =
            countersign_wire::requests::TERMINAL_TYPES.iter().map(|name| terminal(name)).collect();
        let others = known.iter().filter(|terminal| **terminal == Terminal::Others).count();
        assert!(others <= 1, "only OTHERS may fall through: {known:?}");
        assert_eq!(
            countersign_wire::requests::WALLETS.iter().map(|name| wallet(name)).collect::<Vec<_>>(),
            [Wallet::Funding, Wallet::Spot]
        );
        assert_eq!(
            countersign_wire::requests::TRANSFER_TYPES.iter().map(|name| transfer_direction(name)).collect::<Vec<_>>(),
            [Direction::ToSpot, Direction::ToFunding]
        );
    }

    #[test]
    fn merchant_ids_are_plain_numbers() {
        assert_eq!(merchant_id("123456789").expect("a number").get(), 123_456_789);
        for text in ["merchant1", "", "+1", "-1", "99999999999999999999"] {
            assert_eq!(merchant_id(text).expect_err(text).code.digits(), "400208");
        }
    }
}
