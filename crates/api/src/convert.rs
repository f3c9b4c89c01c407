//! The wire's names for things of the domain, and back. Every match is exhaustive: a new thing does not go unnamed.

use countersign_domain::id::MerchantId;
use countersign_domain::ledger::Wallet;
use countersign_domain::order::{OrderStatus, Terminal};
use countersign_domain::payer_identity::{Fact, PayerKind};
use countersign_domain::rates::{FIAT_SCALE, FiatAmount};
use countersign_domain::reference::FiatCurrency;
use countersign_domain::sub_merchant::SubMerchantStatus;
use countersign_domain::wallet_transfer::Direction;
use countersign_domain::{Amount, Currency, Scope, ScopeSet};
use countersign_service::authorizations::WireStatus;
use countersign_service::orders::Lookup;
use countersign_service::webhook_endpoints::UrlPolicy;
use countersign_wire::names::{
    AuthorizationStatusName, OrderStatusName, PayerFactName, PayerTypeName, RefundStatusName, SubMerchantStatusName,
    TerminalName, TransferTypeName, WalletName,
};
use countersign_wire::requests::OrderLookup;
use countersign_wire::schema::currency_codes;
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
        WireStatus::Pending => AuthorizationStatusName::Pending.as_str(),
        WireStatus::Authorized => AuthorizationStatusName::Authorized.as_str(),
        WireStatus::Rejected => AuthorizationStatusName::Rejected.as_str(),
        WireStatus::Disabled => AuthorizationStatusName::Disabled.as_str(),
        WireStatus::Expired => AuthorizationStatusName::Expired.as_str(),
    }
}

/// An order's status (`money.md` §1.10).
pub(crate) fn order_status(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Initial => OrderStatusName::Initial.as_str(),
        OrderStatus::Pending => OrderStatusName::Pending.as_str(),
        OrderStatus::Paid => OrderStatusName::Paid.as_str(),
        OrderStatus::Canceled => OrderStatusName::Canceled.as_str(),
        OrderStatus::Expired => OrderStatusName::Expired.as_str(),
        OrderStatus::Refunding => OrderStatusName::Refunding.as_str(),
        OrderStatus::Refunded => OrderStatusName::Refunded.as_str(),
        OrderStatus::FullRefunded => OrderStatusName::FullRefunded.as_str(),
        OrderStatus::Error => OrderStatusName::Error.as_str(),
    }
}

/// A refund's status (`money.md` §3.2). None fails: what is accepted is held until it arrives.
pub(crate) fn refund_status(has_arrived: bool) -> &'static str {
    if has_arrived { RefundStatusName::Success.as_str() } else { RefundStatusName::Pending.as_str() }
}

/// An order's status as v1 tells it, where one word stands for refunds in part and in full (`decisions.md` row 33).
pub(crate) fn order_status_v1(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::FullRefunded => order_status(OrderStatus::Refunded),
        status => order_status(status),
    }
}

/// By what an order is looked up; the schema has seen to it that one of the two is there.
pub(crate) fn order_lookup(asked: &OrderLookup<'_>) -> Result<Lookup, Refusal> {
    match (&asked.prepay_id, &asked.merchant_trade_no) {
        // An id that is no number is nobody's.
        (Some(id), _) => Ok(id.parse().map_or(Lookup::Impossible, Lookup::Id)),
        (None, Some(number)) => Ok(Lookup::TradeNo(number.clone().into_owned())),
        (None, None) => {
            let rule = "either prepayId or merchantTradeNo is required";
            Err(Refusal::missing("merchantTradeNo", rule, "money.md 1.7"))
        }
    }
}

/// A sub-merchant's status (`decisions.md` row 26).
pub(crate) fn sub_merchant_status(status: SubMerchantStatus) -> &'static str {
    match status {
        SubMerchantStatus::Active => SubMerchantStatusName::Active.as_str(),
        SubMerchantStatus::Suspended => SubMerchantStatusName::Suspended.as_str(),
    }
}

/// Where the payer meets an order; the schema has let only known names through.
pub(crate) fn terminal(name: &str) -> Terminal {
    match TerminalName::from_wire(name) {
        Some(TerminalName::App) => Terminal::App,
        Some(TerminalName::Web) => Terminal::Web,
        Some(TerminalName::Wap) => Terminal::Wap,
        Some(TerminalName::MiniProgram) => Terminal::MiniProgram,
        Some(TerminalName::PaymentLink) => Terminal::PaymentLink,
        Some(TerminalName::Others) | None => Terminal::Others,
    }
}

// `jobs` has the same table, for the reason that it has that of scopes.
/// The name of where the payer meets an order.
pub(crate) const fn terminal_name(terminal: Terminal) -> TerminalName {
    match terminal {
        Terminal::App => TerminalName::App,
        Terminal::Web => TerminalName::Web,
        Terminal::Wap => TerminalName::Wap,
        Terminal::MiniProgram => TerminalName::MiniProgram,
        Terminal::PaymentLink => TerminalName::PaymentLink,
        Terminal::Others => TerminalName::Others,
    }
}

/// What a payer is; the schema has let only the two names through.
pub(crate) fn payer_kind(name: &str) -> PayerKind {
    if name == PayerTypeName::Corporate.as_str() { PayerKind::Corporate } else { PayerKind::Individual }
}

/// The name of a fact about a payer.
pub(crate) const fn fact_name(fact: Fact) -> &'static str {
    match fact {
        Fact::FirstName => PayerFactName::FirstName.as_str(),
        Fact::LastName => PayerFactName::LastName.as_str(),
        Fact::DateOfBirth => PayerFactName::DateOfBirth.as_str(),
        Fact::Nationality => PayerFactName::Nationality.as_str(),
        Fact::DocumentType => PayerFactName::DocumentType.as_str(),
        Fact::DocumentNumber => PayerFactName::DocumentNumber.as_str(),
        Fact::CompanyName => PayerFactName::CompanyName.as_str(),
        Fact::RegistrationNumber => PayerFactName::RegistrationNumber.as_str(),
        Fact::RegistrationCountry => PayerFactName::RegistrationCountry.as_str(),
    }
}

/// The fact about a payer with this spelling of the wire.
pub fn fact_named(spelling: &str) -> Option<Fact> {
    Fact::ALL.into_iter().find(|fact| fact_name(*fact) == spelling)
}

/// The wallet with this name; the schema has let only the two names through.
pub(crate) fn wallet(name: &str) -> Wallet {
    if name == WalletName::Spot.as_str() { Wallet::Spot } else { Wallet::Funding }
}

/// The direction of a transfer between wallets; the schema has let only the two names through.
pub(crate) fn transfer_direction(name: &str) -> Direction {
    if name == TransferTypeName::ToPay.as_str() { Direction::ToFunding } else { Direction::ToSpot }
}

/// A merchant's id; a text that is no number is nobody's (`decisions.md` row 53).
pub(crate) fn merchant_id(text: &str) -> Result<MerchantId, Refusal> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain).ok_or_else(|| {
        let rule = "merchantId: there is no such merchant; ids are numbers, as the portal shows them";
        Refusal::new(ResultCode::PaymentMerchantNotFound, rule, "decisions.md row 53")
    })
}

/// A receiver that the outbound policy would never call is refused at once (`decisions.md` row 56).
pub(crate) fn webhook_url(url: Option<&str>, policy: &dyn UrlPolicy) -> Result<(), Refusal> {
    let Some(url) = url else { return Ok(()) };
    policy
        .check(url)
        .map_err(|why| Refusal::malformed("webhookUrl", format!("webhookUrl: {why}"), "decisions.md row 56"))
}

/// The currency with this code (`decisions.md` row 55).
pub(crate) fn currency(code: &str, field: &'static str) -> Result<Currency, Refusal> {
    Currency::from_code(code).ok_or_else(|| {
        let known: Vec<&str> = Currency::all().map(Currency::code).collect();
        let rule = format!("{field}: expected one of {}", known.join(", "));
        Refusal::out_of_range(field, rule, "decisions.md row 55")
    })
}

/// The fiat currency with this code (`decisions.md` row 30).
pub(crate) fn fiat_currency(code: &str, field: &'static str) -> Result<FiatCurrency, Refusal> {
    FiatCurrency::from_code(code).ok_or_else(|| {
        let rule = format!("{field}: expected an ISO 4217 code of a currency that people pay with");
        Refusal::out_of_range(field, rule, "decisions.md row 30")
    })
}

/// An amount of fiat money, which keeps eight decimals whatever its currency has (`decisions.md` rows 10 and 55).
pub(crate) fn fiat_amount(
    decimal: &WireDecimal<'_>,
    currency: FiatCurrency,
    field: &'static str,
) -> Result<FiatAmount, Refusal> {
    let units = decimal.minor(FIAT_SCALE).map_err(|_| {
        let rule = format!("{field}: the amount is larger than any price");
        Refusal::out_of_range(field, rule, "decisions.md row 55")
    })?;
    Ok(FiatAmount::from_units(units, currency))
}

/// The currencies of `supportPayCurrency`, each once. A code that nobody can pay in here narrows nothing and is left out; a
/// list of nothing else would be an order that nobody can pay (`docs/decisions/0004`).
pub(crate) fn pay_currencies(codes: &str) -> Result<Vec<Currency>, Refusal> {
    let mut known: Vec<Currency> = Vec::new();
    for currency in currency_codes(codes).filter_map(Currency::from_code) {
        if !known.contains(&currency) {
            known.push(currency);
        }
    }
    if known.is_empty() {
        let codes: Vec<&str> = Currency::all().map(Currency::code).collect();
        let rule = format!("supportPayCurrency: nobody can pay in any of these; known are {}", codes.join(", "));
        return Err(Refusal::out_of_range("supportPayCurrency", rule, "docs/decisions/0004"));
    }
    Ok(known)
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
        let named: Vec<_> = known.into_iter().map(|terminal| terminal_name(terminal).as_str()).collect();
        assert_eq!(named, countersign_wire::requests::TERMINAL_TYPES);
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
    fn facts_about_payers_have_the_schemas_names() {
        use countersign_wire::requests::{PAYER_CATEGORIES, PAYER_TYPES};
        assert_eq!(Fact::ALL.map(fact_name), PAYER_CATEGORIES);
        assert!(PAYER_CATEGORIES.iter().all(|name| fact_named(name).is_some_and(|fact| fact_name(fact) == *name)));
        assert_eq!(
            PAYER_TYPES.iter().map(|name| payer_kind(name)).collect::<Vec<_>>(),
            [PayerKind::Individual, PayerKind::Corporate]
        );
        assert_eq!(countersign_domain::payer_identity::FACT_LENGTH_MAX, countersign_wire::requests::PAYER_VALUE_MAX);
    }

    #[test]
    fn every_status_has_a_name_on_both_versions_of_the_query() {
        let v1: Vec<&str> = OrderStatus::ALL.into_iter().map(order_status_v1).collect();
        let v2: Vec<&str> = OrderStatus::ALL.into_iter().map(order_status).collect();
        let differing: Vec<_> = v1.iter().zip(&v2).filter(|(v1, v2)| v1 != v2).collect();
        assert_eq!(differing, [(&"REFUNDED", &"FULL_REFUNDED")]);
    }

    #[test]
    fn pay_currencies_that_are_known_count() {
        let codes = |text| pay_currencies(text).map(|known| known.into_iter().map(Currency::code).collect::<Vec<_>>());
        assert_eq!(codes("USDT").expect("known"), ["USDT"]);
        assert_eq!(codes("BNB, TON,USDT,BNB,").expect("two of them are known"), ["BNB", "USDT"]);
        let refusal = codes("TON,XYZ").expect_err("nothing is left");
        assert_eq!((refusal.code.digits(), refusal.field.as_deref()), ("400102", Some("supportPayCurrency")));
    }

    #[test]
    fn merchant_ids_are_plain_numbers() {
        assert_eq!(merchant_id("123456789").expect("a number").get(), 123_456_789);
        for text in ["merchant1", "", "+1", "-1", "99999999999999999999"] {
            assert_eq!(merchant_id(text).expect_err(text).code.digits(), "400208");
        }
    }
}
