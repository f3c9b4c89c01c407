//! What is in a wallet.

use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::{Amount, Currency, Scope};
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
    if let Some(currency) = currency {
        return Ok(vec![of_currency(tx, call, wallet, currency)?]);
    }
    let balances = of_acting(tx, call, wallet)?.into_iter();
    Ok(balances.filter(|balance| balance.available.minor() != 0 || balance.frozen.minor() != 0).collect())
}

/// The balance of the acting merchant's wallet in one currency, also when it is zero.
pub fn of_currency(
    tx: &mut dyn ReadTx,
    call: &Call,
    wallet: Wallet,
    currency: Currency,
) -> Result<Balance, AuthorityError> {
    let found = of_acting(tx, call, wallet)?.into_iter().find(|balance| balance.available.currency() == currency);
    let zero = Amount::zero(currency);
    Ok(found.unwrap_or(Balance { available: zero, frozen: zero, updated_at: call.now }))
}

fn of_acting(tx: &mut dyn ReadTx, call: &Call, wallet: Wallet) -> Result<Vec<Balance>, AuthorityError> {
    let acting = authority::authorize(tx, call, Need::scope(Scope::Balance))?;
    Ok(ledger::balances(tx, Owner::Merchant(acting.merchant_id), wallet)?)
}
