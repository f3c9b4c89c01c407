//! A provider's share of commissions, and what it owes of it (`decisions.md` row 21).
//!
//! A share that goes back with a refund is taken from the provider's funding wallet as far as that holds it; the rest becomes
//! the provider's debt, so that no refund ever waits for a provider. The next shares pay the debt off before they reach the
//! wallet. Both look at what an account holds, so they lock every account of the transfer first, in the order of their ids.

use countersign_domain::Amount;
use countersign_domain::Timestamp;
use countersign_domain::id::MerchantId;
use countersign_domain::ledger::{self, AccountRef, Owner, Posting, Wallet};
use countersign_store::WriteTx;
use countersign_store::queries::ledger as rows;

use crate::booking::{self, Balances, BookingError};
use crate::platform::Platform;

/// The legs of a payment of which `provider` gets `share`, with what it owes netted. Costs a look-up where it owes nothing.
pub fn net(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (provider, share): (MerchantId, Amount),
    postings: Vec<Posting>,
    now: Timestamp,
) -> Result<Vec<Posting>, BookingError> {
    let debt = AccountRef::ProviderDebt(provider);
    if share.minor() == 0 || rows::find(tx, debt, share.currency())?.is_none() {
        return Ok(postings);
    }
    let balances = lock_all(tx, platform, (provider, share), &postings, now)?;
    let paid_off = balances.available(debt, share.currency()).min(share.minor());
    Ok(ledger::onto_debt(postings, provider, Amount::from_minor(paid_off, share.currency())))
}

/// The legs of a refund for which `provider` gives `share` back, with what its wallet lacks lent.
pub fn give_back(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (provider, share): (MerchantId, Amount),
    postings: Vec<Posting>,
    now: Timestamp,
) -> Result<Vec<Posting>, BookingError> {
    if share.minor() == 0 {
        return Ok(postings);
    }
    let balances = lock_all(tx, platform, (provider, share), &postings, now)?;
    let wallet = AccountRef::Wallet(Owner::Merchant(provider), Wallet::Funding);
    let lent = (share.minor() - balances.available(wallet, share.currency())).max(0);
    Ok(ledger::onto_debt(postings, provider, Amount::from_minor(-lent, share.currency())))
}

fn lock_all(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (provider, share): (MerchantId, Amount),
    postings: &[Posting],
    now: Timestamp,
) -> Result<Balances, BookingError> {
    let mut accounts = vec![(AccountRef::ProviderDebt(provider), share.currency())];
    for posting in postings {
        let account = (posting.account, posting.amount.currency());
        if !accounts.contains(&account) {
            accounts.push(account);
        }
    }
    booking::lock(tx, platform, &accounts, now)
}
