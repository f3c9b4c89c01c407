//! Which result code a use case's error is: one exhaustive match per error, here and nowhere else.
//!
//! What is our own fault is 400000 and its cause goes to the log; what time may heal is 400501.

mod orders;
mod refunds;

use countersign_domain::authorization::OPEN_REQUESTS_MAX;
use countersign_domain::sub_merchant::DetailFault;
use countersign_service::api_keys::KeyError;
use countersign_service::authority::{AuthorityError, Denied, Need};
use countersign_service::authorizations::{RecordError, RequestError};
use countersign_service::sub_merchants::{AddError, ModifyError, PartnerError, QueryError as SubMerchantQueryError};
use countersign_store::StoreError;
use countersign_wire::{Refusal, ResultCode};

use crate::answer::Rejection;
use crate::convert::scope_spellings;
use crate::endpoints::sub_merchant_details::{reason, spelling};
pub(crate) use orders::{
    OrderNames, order_close, order_create, order_query, payer_facts, payer_verification, sub_merchant_invalid,
};
pub(crate) use refunds::{order_refund, refund_query};

mod wallet_transfers;

pub(crate) use wallet_transfers::{wallet_transfer, wallet_transfer_query};

/// The database failed.
pub(crate) fn store(error: StoreError) -> Rejection {
    match error {
        StoreError::Busy(_) => Rejection::busy("the server is busy; nothing was done, try again in a moment"),
        StoreError::Unavailable(_) | StoreError::Closed => {
            Rejection::busy("the database cannot be reached at present; nothing was done, try again in a moment")
        }
        StoreError::OutcomeUnknown { .. } => {
            let rule = "the database was lost in the middle of the call: query first to see whether it happened";
            let refusal = Refusal::new(ResultCode::UnknownError, rule, "decisions.md row 1");
            Rejection { cause: Some(error.to_string().into()), ..refusal.into() }
        }
        StoreError::Panicked { .. }
        | StoreError::Constraint { .. }
        | StoreError::Corrupt { .. }
        | StoreError::RowCount { .. }
        | StoreError::NulInText { .. }
        | StoreError::Statement { .. }
        | StoreError::ReadOnly
        | StoreError::Answer { .. }
        | StoreError::Fatal(_) => Rejection::internal(error),
    }
}

/// Authority was denied or could not be decided on.
pub(crate) fn authority(error: AuthorityError) -> Rejection {
    match error {
        AuthorityError::Denied(denied) => denied_call(&denied).into(),
        AuthorityError::Store(error) => store(error),
    }
}

/// The codes of `decisions.md` rows 11 to 15 and 53.
fn denied_call(denied: &Denied) -> Refusal {
    let (code, rule, source) = match denied {
        Denied::KeyRevoked => (
            ResultCode::InvalidApiKeyOrIp,
            "the key in BinancePay-Certificate-SN was revoked".to_owned(),
            "decisions.md row 7",
        ),
        Denied::KeyLacksScope(need) => (
            ResultCode::MerchantAccessForbidden,
            format!("this call needs {}, which the API key's own access ticks do not include", needed(*need)),
            "decisions.md row 15",
        ),
        Denied::CallerFrozen => {
            (ResultCode::InvalidAccountStatus, "the caller's own account is frozen".to_owned(), "decisions.md row 53")
        }
        Denied::UnknownToken => (
            ResultCode::MerchantAccessForbidden,
            "what stands in BinancePay-technicalServiceProviderAuthId is no token of this provider".to_owned(),
            "decisions.md row 11",
        ),
        Denied::NotInForce(state) => (
            ResultCode::InvalidAccountStatus,
            format!("the token's authorization is {state:?}; calls for the merchant need one in force"),
            "decisions.md row 12",
        ),
        Denied::MerchantFrozen => (
            ResultCode::InvalidAccountStatus,
            "the account of the merchant behind the token is frozen".to_owned(),
            "decisions.md row 12",
        ),
        Denied::AddressNotListed(address) => (
            ResultCode::InvalidApiKeyOrIp,
            format!("the authorization's address list does not hold {address}"),
            "decisions.md row 14",
        ),
        Denied::ScopeNotGranted(need) => (
            ResultCode::MerchantAccessForbidden,
            format!("this call needs {}, which the merchant did not grant", needed(*need)),
            "decisions.md row 13",
        ),
        Denied::ScopeWithdrawn(need) => (
            ResultCode::MerchantAccessForbidden,
            format!("this call needs {}, which the operator no longer allows this provider", needed(*need)),
            "decisions.md row 13",
        ),
        Denied::OverLimit => (
            ResultCode::MerchantAccessForbidden,
            "the amount is over what the merchant allows this provider for one order".to_owned(),
            "decisions.md row 13",
        ),
    };
    Refusal::new(code, rule, source)
}

fn needed(need: Need) -> String {
    match need {
        Need::All(scopes) => scope_spellings(scopes).join(" and "),
        Need::Any(scopes) => scope_spellings(scopes).join(" or "),
    }
}

/// A key could not be looked up. The rest of its errors belong to making keys, which no call of the merchant API does.
pub(crate) fn key(error: KeyError) -> Rejection {
    match error {
        KeyError::Store(error) => store(error),
        KeyError::UnknownMerchant
        | KeyError::Name
        | KeyError::TooMany
        | KeyError::UnknownKey
        | KeyError::Collision
        | KeyError::Sealed(_) => Rejection::internal(error),
    }
}

/// A sub-merchant was not enrolled.
pub(crate) fn sub_merchant_add(error: AddError) -> Rejection {
    match error {
        AddError::Partner(error) => no_partner(error),
        AddError::MainMerchant => main_merchant().into(),
        AddError::Details(fault) => details(fault).into(),
        AddError::NameTaken => name_taken().into(),
        AddError::Collision => Rejection::internal(error),
    }
}

/// A sub-merchant was not rewritten.
pub(crate) fn sub_merchant_modify(error: ModifyError) -> Rejection {
    match error {
        ModifyError::Partner(error) => no_partner(error),
        ModifyError::MainMerchant => main_merchant().into(),
        ModifyError::Details(fault) => details(fault).into(),
        ModifyError::Unknown => unknown_sub_merchant().into(),
        ModifyError::NameTaken => name_taken().into(),
        ModifyError::Outdated | ModifyError::Collision => Rejection::internal(error),
    }
}

/// A sub-merchant was not shown.
pub(crate) fn sub_merchant_query(error: SubMerchantQueryError) -> Rejection {
    match error {
        SubMerchantQueryError::Partner(error) => no_partner(error),
        SubMerchantQueryError::UnknownId => unknown_sub_merchant().into(),
    }
}

fn no_partner(error: PartnerError) -> Rejection {
    match error {
        PartnerError::Authority(error) => authority(error),
        PartnerError::NotAPartner => {
            let rule = "the merchant for whom the call acts is no channel partner; the operator makes it one";
            Refusal::new(ResultCode::InvalidAccountStatus, rule, "decisions.md row 52").into()
        }
    }
}

fn main_merchant() -> Refusal {
    let rule = "mainMerchantId is not the merchant for whom the call acts; leave it out";
    Refusal::new(ResultCode::PaymentMerchantNotFound, rule, "partner.md 5.1")
}

fn unknown_sub_merchant() -> Refusal {
    let rule = "subMerchantId: the acting partner has no such sub-merchant";
    Refusal::out_of_range("subMerchantId", rule, "partner.md 5.4")
}

fn name_taken() -> Refusal {
    let rule =
        "merchantName: the partner has a sub-merchant of this name; case, width and blanks around it do not count";
    Refusal::new(ResultCode::SubMerchantExists, rule, "decisions.md row 24")
}

/// The codes of `decisions.md` rows 22 and 55.
fn details(fault: DetailFault) -> Refusal {
    const SOURCE: &str = "decisions.md row 22";
    let field = spelling(fault.field());
    match fault {
        DetailFault::Missing { condition, .. } => {
            Refusal::missing(field, format!("{field} is required {}", reason(condition)), SOURCE)
        }
        DetailFault::Blank(_) => {
            Refusal::malformed(field, format!("{field} holds nothing but white space"), "decisions.md row 24")
        }
        DetailFault::TooLongWrittenOut(_) => {
            let rule = format!("{field} is too long once its signs are written out, as names are compared");
            Refusal::malformed(field, rule, "decisions.md row 24")
        }
        DetailFault::StoreOfBothKinds => {
            let rule = "is 0 or 1; -1 needs a body without siteType and siteName whose merchantType is not 1";
            Refusal::out_of_range(field, format!("{field} {rule}"), SOURCE)
        }
        // The schema has looked at these before; they are judged here too for whoever comes past it.
        DetailFault::TooLong { max, .. } => {
            Refusal::malformed(field, format!("{field} has at most {max} characters"), "partner.md 5.2")
        }
        DetailFault::ControlCharacter(_) => {
            let rule = format!("{field} holds a control character");
            Refusal::of_field(ResultCode::InvalidParamIllegalChar, field, rule, "decisions.md row 55")
        }
        DetailFault::BeforeEpoch(_) => {
            Refusal::out_of_range(field, format!("{field} lies before 1970"), "decisions.md row 55")
        }
    }
}

/// Authority was not asked for.
pub(crate) fn authorization_request(error: RequestError) -> Rejection {
    let refuse = |code, rule: &'static str| Rejection::from(Refusal::new(code, rule, "decisions.md row 53"));
    match error {
        RequestError::NotAProvider => refuse(ResultCode::InvalidAccountStatus, NOT_A_PROVIDER),
        RequestError::Frozen(_) => {
            refuse(ResultCode::InvalidAccountStatus, "the caller's account or the merchant's is frozen")
        }
        RequestError::UnknownMerchant => {
            refuse(ResultCode::PaymentMerchantNotFound, "merchantId: there is no such merchant")
        }
        RequestError::Oneself => refuse(ResultCode::InvalidRequest, "a provider cannot ask itself for authority"),
        RequestError::NoScope => Refusal::missing("scopes", "scopes: name at least one", "decisions.md row 53").into(),
        RequestError::ScopeNotAllowed(scopes) => {
            let rule =
                format!("scopes: the operator does not allow this provider {}", scope_spellings(scopes).join(", "));
            Refusal::out_of_range("scopes", rule, "decisions.md row 53").into()
        }
        RequestError::Blocked => {
            let rule = "the merchant does not take authorization requests from this provider";
            Refusal::new(ResultCode::MerchantAccessForbidden, rule, LEFT_OPEN).into()
        }
        RequestError::TooManyOpen => {
            let rule = format!(
                "at most {OPEN_REQUESTS_MAX} requests of a provider may be open; wait for decisions or cancel some"
            );
            Refusal::new(ResultCode::ActionTooFrequent, rule, LEFT_OPEN).into()
        }
        RequestError::Store(error) => store(error),
        RequestError::Unknown | RequestError::NotOpen(_) | RequestError::Collision => Rejection::internal(error),
    }
}

/// What the numbered rows leave open is decided here.
const LEFT_OPEN: &str = "docs/decisions/0004";

const NOT_A_PROVIDER: &str = "the caller is no technical service provider; the operator makes it one";

/// Authorization records were not shown.
pub(crate) fn authorization_record(error: RecordError) -> Rejection {
    match error {
        RecordError::Authority(error) => authority(error),
        RecordError::NotAProvider => {
            Refusal::new(ResultCode::InvalidAccountStatus, NOT_A_PROVIDER, "decisions.md row 53").into()
        }
        RecordError::Unknown => {
            let rule = "there is no authorization record with this merchant";
            Refusal::new(ResultCode::PaymentMerchantNotFound, rule, "decisions.md row 20").into()
        }
        RecordError::Store(error) => store(error),
        RecordError::Sealed(_) => Rejection::internal(error),
    }
}
