//! `v2/balance`: the acting merchant's balances in one wallet.

use countersign_service::balances;
use countersign_store::queries::ledger::Balance;
use countersign_wire::WireNumber;
use countersign_wire::answers::{AssetBalance, BalanceV2Answer};
use countersign_wire::requests::BalanceV2;

use crate::answer::{Answer, Outcome};
use crate::convert;
use crate::refusals;
use crate::signed::Signed;
use crate::valuations::{self, Valuations};

/// One currency, or all that are not zero (`decisions.md` row 40).
pub(crate) async fn query(signed: Signed) -> Outcome<BalanceV2Answer> {
    let (asked, call) = signed.read(BalanceV2::from_body)?;
    let currency = asked.currency.as_deref().map(|code| convert::currency(code, "currency")).transpose()?;
    let wallet = convert::wallet(&asked.wallet);
    let now = call.now;
    let balances =
        signed.state.platform.read("balance_query", move |tx, _| balances::query(tx, &call, wallet, currency));
    let balances = balances.await.map_err(refusals::authority)?;
    let valuations = Valuations::now(&signed.state.platform);
    Ok(Answer(BalanceV2Answer {
        balance: balances.iter().map(|balance| asset(balance, &valuations)).collect(),
        wallet: asked.wallet.into_owned(),
        update_time: now.ms(),
        fiat: valuations::FIAT.to_owned(),
    }))
}

fn asset(balance: &Balance, valuations: &Valuations) -> AssetBalance {
    let Balance { available, frozen, .. } = *balance;
    let scale = available.currency().scale();
    AssetBalance {
        available: WireNumber::padded(available.minor(), scale),
        freeze: WireNumber::padded(frozen.minor(), scale),
        asset: available.currency().code().to_owned(),
        available_fiat_valuation: valuations.in_fiat(available),
        available_btc_valuation: valuations.in_btc(available),
    }
}
