//! `order/close`: an order that nobody has begun to pay is taken back.

use countersign_service::Platform;
use countersign_service::authority::By;
use countersign_service::orders;
use countersign_store::WriteTx;
use countersign_wire::requests::OrderLookup;

use crate::answer::{Answer, Outcome};
use crate::convert;
use crate::refusals;
use crate::signed::Signed;

/// By our id or by the merchant's own; ours wins. The data of a success is `true` (clients.md A6).
pub(crate) async fn close(signed: Signed) -> Outcome<bool> {
    let (asked, call) = signed.read(OrderLookup::from_close)?;
    let (by, lookup) = (By::Call(call), convert::order_lookup(&asked)?);
    let close = move |tx: &mut dyn WriteTx, platform: &Platform| orders::close(tx, platform, &by, &lookup);
    signed.state.platform.write("order_close", close).await.map_err(refusals::order_close)?;
    Ok(Answer(true))
}
