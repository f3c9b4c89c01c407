//! What is in a wallet.

use countersign_domain::id::MerchantId;
use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::{Currency, Scope};
use countersign_store::ReadTx;
use countersign_store::queries::ledger::{self, Balance};

use crate::authority::{self, AuthorityError, Call, Need};

/// The balances of the acting merchant's wallet: of one currency, also when it is zero, or all that are not zero
/// (`decisions.md` row 40).
pub fn query(
    tx: &mut dyn ReadTx,
    call: &Call,
    wallet: Wallet,
    currency: Option<Currency>,
) -> Result<Vec<Balance>, AuthorityError> {
    let acting = authority::authorize(tx, call, Need::scope(Scope::Balance))?;
    Ok(of_merchant(tx, acting.merchant_id, wallet, currency, call.now)?)
}

fn of_merchant(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    wallet: Wallet,
    currency: Option<Currency>,
    now: countersign_domain::Timestamp,
) -> Result<Vec<Balance>, countersign_store::StoreError> {
    let balances = ledger::balances(tx, Owner::Merchant(merchant), wallet)?;
    let Some(currency) = currency else {
        return Ok(balances
            .into_iter()
            .filter(|balance| balance.available.minor() != 0 || balance.frozen.minor() != 0)
            .collect());
    };
    let zero = countersign_domain::Amount::zero(currency);
    let of_currency = balances.into_iter().find(|balance| balance.available.currency() == currency);
    Ok(vec![of_currency.unwrap_or(Balance { available: zero, frozen: zero, updated_at: now })])
}
