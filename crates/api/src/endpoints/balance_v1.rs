//! `balance`: the acting merchant's balance in one wallet and one currency, flat.

use countersign_service::balances;
use countersign_wire::WireNumber;
use countersign_wire::answers::BalanceV1Answer;
use countersign_wire::requests::BalanceV1;

use crate::answer::{Answer, Outcome};
use crate::convert;
use crate::refusals;
use crate::signed::Signed;
use crate::valuations::{self, Valuations};

/// What is free, zero where nothing is held.
pub(crate) async fn query(signed: Signed) -> Outcome<BalanceV1Answer> {
    let (asked, call) = signed.read(BalanceV1::from_body)?;
    let currency = convert::currency(&asked.currency, "currency")?;
    let wallet = convert::wallet(&asked.wallet);
    let platform = &signed.state.platform;
    let balance = platform.read("balance_query", move |tx, _| balances::of_currency(tx, &call, wallet, currency));
    let available = balance.await.map_err(refusals::authority)?.available;
    let valuations = Valuations::now(platform);
    Ok(Answer(BalanceV1Answer {
        balance: WireNumber::padded(available.minor(), currency.scale()),
        asset: currency.code().to_owned(),
        fiat: valuations::FIAT.to_owned(),
        available_fiat_valuation: valuations.in_fiat(available),
        available_btc_valuation: valuations.in_btc(available),
    }))
}
