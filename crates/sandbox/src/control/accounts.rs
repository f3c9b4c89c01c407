//! `/accounts` and `/wallets/credit`.

use axum::Json;
use axum::extract::State;
use countersign_domain::ledger::Wallet;
use countersign_domain::{Amount, Currency};
use countersign_service::accounts::AccountError;
use countersign_service::api_keys::KeyError;
use countersign_service::booking::BookingError;
use countersign_service::installation::InstallationError;
use countersign_service::operator::{self, PostError, PostRefused};
use countersign_service::payer_identities::IdentityError;
use countersign_store::StoreError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::body::{self, Body};
use super::identity::Identity;
use super::refusal::Refusal;
use crate::world::{self, Actor, Kind, WorldError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAccount {
    kind: Kind,
    name: String,
    identity: Option<Identity>,
}

/// Enrols an actor with empty wallets. A payer of whom no identity is told has not finished identification.
pub(super) async fn create(
    State(control): State<Control>,
    Body(new): Body<NewAccount>,
) -> Result<Json<Actor>, Refusal> {
    if new.identity.is_some() && new.kind != Kind::Payer {
        return Err(Refusal::bad("only a payer has an 'identity'"));
    }
    let identity = new.identity.map(Identity::read).transpose()?;
    let actor = world::enrol(&control.platform, (new.kind, &new.name), identity).await.map_err(refuse)?;
    control.listeners.renew().await?;
    Ok(Json(actor))
}

fn refuse(error: WorldError) -> Refusal {
    match error {
        WorldError::Account(AccountError::Store(error))
        | WorldError::Key(KeyError::Store(error))
        | WorldError::Installation(InstallationError::Store(error))
        | WorldError::Identity(IdentityError::Store(error)) => error.into(),
        // The name is all that the caller chose.
        WorldError::Account(error) => Refusal::bad(error),
        error => Refusal::ours(error),
    }
}

#[derive(Deserialize)]
enum WalletName {
    #[serde(rename = "FUNDING_WALLET")]
    Funding,
    #[serde(rename = "SPOT_WALLET")]
    Spot,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credit {
    #[serde(deserialize_with = "body::number")]
    account: i64,
    wallet: WalletName,
    currency: String,
    amount: String,
}

/// Puts money into a wallet.
pub(super) async fn credit(State(control): State<Control>, Body(credit): Body<Credit>) -> Result<Json<Value>, Refusal> {
    let currency = Currency::from_code(&credit.currency)
        .ok_or_else(|| Refusal::bad(format!("unknown currency '{}'", credit.currency)))?;
    let amount = Amount::parse(&credit.amount, currency).map_err(Refusal::bad)?;
    let wallet = match credit.wallet {
        WalletName::Funding => Wallet::Funding,
        WalletName::Spot => Wallet::Spot,
    };
    let owner = control.platform.read("owner_find", move |tx, _| operator::find_owner(tx, credit.account)).await;
    let owner = owner.map_err(|error: StoreError| Refusal::from(error))?;
    let owner = owner.ok_or_else(|| Refusal::not_found(PostRefused::UnknownAccount.to_string()))?;
    let available = world::credit(&control.platform, owner, wallet, amount).await.map_err(|error| match error {
        PostError::Booking(BookingError::Store(error)) => error.into(),
        error => Refusal::bad(error),
    })?;
    Ok(Json(json!({ "available": available.to_string() })))
}
