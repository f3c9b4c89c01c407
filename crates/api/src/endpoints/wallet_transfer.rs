//! `wallet/transfer` and `wallet/transfer/query`: the acting merchant moves money between its own wallets.

use countersign_service::wallet_transfers::{self, NewTransfer};
use countersign_wire::answers::{WalletTransferMade, WalletTransferResult};
use countersign_wire::requests::{WalletTransfer, WalletTransferQuery};

use crate::answer::{Answer, Outcome, Repeatable, RepeatableOutcome};
use crate::convert;
use crate::refusals;
use crate::signed::Signed;

/// A transfer that exists is done: it has no other status.
const SUCCESS: &str = "SUCCESS";

/// `wallet/transfer`. The same call again moves nothing and is answered as a repeat, with the data of the first.
pub(crate) async fn create(signed: Signed) -> RepeatableOutcome<WalletTransferMade> {
    let (asked, call) = signed.read(WalletTransfer::from_body)?;
    let currency = convert::currency(&asked.currency, "currency")?;
    let new = NewTransfer {
        request_id: asked.request_id.clone().into_owned(),
        direction: convert::transfer_direction(&asked.transfer_type),
        amount: convert::amount(&asked.amount, currency, "amount")?,
        amount_sent: asked.amount.echo().into_owned(),
    };
    let written = signed
        .state
        .platform
        .write("wallet_transfer", move |tx, platform| wallet_transfers::create(tx, platform, &call, &new));
    let transferred = written.await.map_err(refusals::wallet_transfer)?;
    let made = WalletTransferMade {
        tran_id: asked.request_id.into_owned(),
        status: SUCCESS.to_owned(),
        currency: asked.currency.into_owned(),
        amount: transferred.amount_sent,
        transfer_type: asked.transfer_type.into_owned(),
    };
    Ok(if transferred.repeated { Repeatable::Again(made) } else { Repeatable::First(made) })
}

/// `wallet/transfer/query`.
pub(crate) async fn query(signed: Signed) -> Outcome<WalletTransferResult> {
    let (asked, call) = signed.read(WalletTransferQuery::from_body)?;
    let id = asked.tran_id.clone().into_owned();
    let found =
        signed.state.platform.read("wallet_transfer_query", move |tx, _| wallet_transfers::query(tx, &call, &id));
    let found = found.await.map_err(refusals::wallet_transfer_query)?;
    Ok(Answer(WalletTransferResult {
        tran_id: found.request_id,
        status: SUCCESS.to_owned(),
        currency: Some(found.amount.currency().code().to_owned()),
        amount: Some(found.amount_sent),
    }))
}
