//! What all proofs of transfers share: that the transfer of a cause is the one that it names, booked at its time, with exactly the
//! legs that its cause demands.

use std::collections::BTreeMap;

use countersign_domain::id::{MerchantId, TransferId};
use countersign_domain::ledger::{AccountRef, Part, Posting, TransferKind, onto_debt};
use countersign_domain::{Amount, Currency, Timestamp};
use countersign_store::queries::ledger;
use countersign_store::{ReadTx, StoreError};

/// The transfer that a cause demands.
pub(super) struct Expected {
    pub(super) id: TransferId,
    pub(super) at: Timestamp,
    pub(super) legs: Vec<Posting>,
    /// The provider whose share is among the legs, and what they do to its wallet. How much of that its debt took instead is not
    /// told by the cause: any part of it may be.
    pub(super) share: Option<(MerchantId, Amount)>,
}

/// What is wrong with the transfer of this cause, which should be the expected one, or be none.
pub(super) fn fault(
    tx: &mut dyn ReadTx,
    (kind, reference): (TransferKind, i64),
    expected: Option<Expected>,
) -> Result<Option<String>, StoreError> {
    let booked = ledger::find_transfer(tx, kind, reference)?;
    let Some(Expected { id, at, legs, share }) = expected else {
        return Ok(booked.map(|(id, _)| format!("it knows of no {kind:?}, but transfer {id} is one")));
    };
    if booked != Some((id, at)) {
        return Ok(Some(format!("no {kind:?} is booked as transfer {id} at its time")));
    }
    let moved = moved(&ledger::postings_of_transfer(tx, id)?);
    let legs = share.map_or(legs.clone(), |share| with_debt(legs, share, &moved));
    let demanded: Vec<_> = legs.iter().map(|leg| (leg.account, leg.part, leg.amount)).collect();
    Ok((moved != self::moved(&demanded)).then(|| format!("transfer {id} does not move what it says")))
}

/// What one transfer moves on each part of each account.
type Moved = BTreeMap<(AccountRef, Part, Currency), i128>;

/// The legs with as much of the share on the provider's debt as was booked there, where that is a part of it.
fn with_debt(legs: Vec<Posting>, (provider, share): (MerchantId, Amount), moved: &Moved) -> Vec<Posting> {
    let debt = (AccountRef::ProviderDebt(provider), Part::Available, share.currency());
    let booked = moved.get(&debt).and_then(|minor| i64::try_from(*minor).ok()).unwrap_or_default();
    let is_part = booked.signum() == share.minor().signum() && booked.unsigned_abs() <= share.minor().unsigned_abs();
    if is_part { onto_debt(legs, provider, Amount::from_minor(booked, share.currency())) } else { legs }
}

fn moved(postings: &[(AccountRef, Part, Amount)]) -> Moved {
    let mut moved = Moved::new();
    for (account, part, amount) in postings {
        *moved.entry((*account, *part, amount.currency())).or_default() += i128::from(amount.minor());
    }
    moved.retain(|_, minor| *minor != 0);
    moved
}
