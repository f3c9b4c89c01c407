//! Creating an order.

use countersign_domain::id::{OrderId, SubMerchantId};
use countersign_domain::order::{
    ORDER_LIFETIME_DEFAULT_MS, ORDER_LIFETIME_MAX_MS, Order, OrderState, OrderTexts, Terminal,
};
use countersign_domain::{Amount, Currency, Scope, ScopeSet, Timestamp};
use countersign_store::queries::{orders, sub_merchants};
use countersign_store::{StoreError, WriteTx};
use thiserror::Error;

use super::fiat::{FiatError, OrderPrice};
use crate::authority::{self, Acting, AuthorityError, Call, Denied, Need};
use crate::platform::{Collides, Platform};

/// What is to be created.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// The merchant's own number for it.
    pub merchant_trade_no: String,
    /// What it costs.
    pub price: OrderPrice,
    /// The currencies that the payer may use; `None`: every one that can be converted.
    pub pay_currencies: Option<Vec<Currency>>,
    /// Where the payer meets it.
    pub terminal: Terminal,
    /// What the call says of it.
    pub texts: OrderTexts,
    /// Until when it can be paid; an hour where nothing is said.
    pub expires_at: Option<Timestamp>,
    /// A channel partner's sub-merchant.
    pub sub_merchant_id: Option<SubMerchantId>,
    /// Whether a channel partner must name a sub-merchant (`decisions.md` row 60).
    pub sub_merchant_required: bool,
    /// Whether the order carries a direct-debit contract, which needs that scope too (`decisions.md` row 15).
    pub with_contract: bool,
    /// The unguessable part of its checkout link, freshly drawn.
    pub checkout_token: String,
}

/// Why an order was not created.
#[derive(Debug, Error)]
pub enum CreateError {
    /// The caller may not.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The price in fiat money has no amount now.
    #[error(transparent)]
    Fiat(#[from] FiatError),
    /// The amount is not above zero.
    #[error("an order must amount to more than nothing")]
    NotPositive,
    /// It would expire at once, or too late (`decisions.md` row 29).
    #[error("the order must expire later than {now:?} and at most {ORDER_LIFETIME_MAX_MS} ms after it")]
    Expiry {
        /// Business time as the refusal should tell it.
        now: Timestamp,
    },
    /// The merchant has used this number before (`decisions.md` row 27).
    #[error("the merchant has used this number before")]
    Duplicate,
    /// A channel partner must say for which sub-merchant.
    #[error("a channel partner must name a sub-merchant")]
    SubMerchantMissing,
    /// The sub-merchant is not this merchant's, is suspended, or there is none with this number.
    #[error("the sub-merchant is not this merchant's, or suspended")]
    SubMerchantInvalid,
    /// A drawn id is taken; run again.
    #[error("a drawn id is taken")]
    Collision,
}

impl From<StoreError> for CreateError {
    fn from(error: StoreError) -> Self {
        Self::Authority(error.into())
    }
}

impl From<Denied> for CreateError {
    fn from(denied: Denied) -> Self {
        Self::Authority(denied.into())
    }
}

impl Collides for CreateError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

/// What an answer to the caller needs.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Created {
    /// The order.
    pub id: OrderId,
    /// What is to be paid.
    pub amount: Amount,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
}

fn need(new: &NewOrder) -> Need {
    let contract = new.with_contract.then_some(Scope::DirectDebit);
    Need::All(contract.into_iter().chain([Scope::Checkout]).collect::<ScopeSet>())
}

/// Creates the order for whom the call acts.
pub fn create(tx: &mut dyn WriteTx, platform: &Platform, call: &Call, new: &NewOrder) -> Result<Created, CreateError> {
    let acting = authority::authorize(tx, call, need(new))?;
    let (amount, fiat) = new.price.settle(platform)?;
    if !amount.is_positive() {
        return Err(CreateError::NotPositive);
    }
    acting.within_limits(amount)?;
    let expires_at = expiry(new.expires_at, call.now)?;
    check_sub_merchant(tx, &acting, new)?;
    let order = Order {
        id: OrderId::new(platform.ids.next(call.now)),
        merchant_id: acting.merchant_id,
        merchant_trade_no: new.merchant_trade_no.clone(),
        on_behalf: acting.on_behalf,
        api_key_id: call.caller.key_id,
        sub_merchant_id: new.sub_merchant_id,
        amount,
        fiat,
        pay_currencies: new.pay_currencies.clone(),
        terminal: new.terminal,
        checkout_token: new.checkout_token.clone(),
        texts: new.texts.clone(),
        created_at: call.now,
        expires_at,
        state: OrderState::Initial,
    };
    if orders::insert(tx, &order)? {
        return Ok(Created { id: order.id, amount, expires_at });
    }
    // The insert gave way to a row that is there: the merchant's own number, or one that was drawn.
    match orders::by_trade_no(tx, acting.merchant_id, &new.merchant_trade_no)? {
        Some(_) => Err(CreateError::Duplicate),
        None => Err(CreateError::Collision),
    }
}

fn expiry(asked: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, CreateError> {
    let Some(asked) = asked else { return Ok(now.plus_ms(ORDER_LIFETIME_DEFAULT_MS)) };
    let lifetime = asked.ms_since(now);
    if lifetime > 0 && lifetime <= ORDER_LIFETIME_MAX_MS { Ok(asked) } else { Err(CreateError::Expiry { now }) }
}

/// A named sub-merchant must be the merchant's own and not suspended (`decisions.md` row 26); a channel partner must name
/// one where the call asks for it (row 60).
fn check_sub_merchant(tx: &mut dyn WriteTx, acting: &Acting, new: &NewOrder) -> Result<(), CreateError> {
    let Some(id) = new.sub_merchant_id else {
        let is_missing = new.sub_merchant_required && acting.is_partner;
        return if is_missing { Err(CreateError::SubMerchantMissing) } else { Ok(()) };
    };
    let found = sub_merchants::get(tx, id)?;
    if found.is_some_and(|found| found.may_sell_for(acting.merchant_id)) {
        Ok(())
    } else {
        Err(CreateError::SubMerchantInvalid)
    }
}
