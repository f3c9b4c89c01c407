//! Money that came in from outside.

use std::sync::Arc;

use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::id::{MerchantId, PayerId};
use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::{Amount, Currency};
use countersign_service::Platform;
use countersign_service::audit::{self, Actor};
use countersign_service::deposits::{self, DepositError};
use countersign_store::queries::merchants;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::AdminError;

/// A deposit to book.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDeposit {
    /// The number of a merchant or payer.
    pub account: String,
    /// `FUNDING_WALLET` or `SPOT_WALLET`.
    pub wallet: String,
    /// The currency's code.
    pub currency: String,
    /// The amount, in plain decimals.
    pub amount: String,
}

/// What is free in the wallet now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deposited {
    /// In plain decimals.
    pub available: String,
}

/// Books a deposit.
pub async fn create_deposit(platform: &Arc<Platform>, request: NewDeposit) -> Result<Deposited, AdminError> {
    let number: i64 = request.account.parse().map_err(|_| AdminError::Account(request.account.clone()))?;
    let wallet = match request.wallet.as_str() {
        "FUNDING_WALLET" => Wallet::Funding,
        "SPOT_WALLET" => Wallet::Spot,
        _ => return Err(AdminError::Wallet(request.wallet)),
    };
    let currency = Currency::from_code(&request.currency).ok_or(AdminError::Currency(request.currency))?;
    let amount = Amount::parse(&request.amount, currency)?;
    let now = platform.business_now();
    let booked = platform.write("admin_deposit_create", move |tx, platform| -> Result<i64, DepositError> {
        // Merchants and payers share one space of numbers.
        let merchant = merchants::get(tx, MerchantId::new(number))?.map(|merchant| Owner::Merchant(merchant.id));
        let owner = merchant.unwrap_or(Owner::Payer(PayerId::new(number)));
        let available = deposits::create(tx, platform, (owner, wallet), amount, now)?;
        let detail = json!({ "account": number, "currency": currency, "amount": amount.to_string() });
        audit::record(tx, PLATFORM_OWNER, Actor::Operator, ("deposit_create", &detail), now)?;
        Ok(available)
    });
    Ok(Deposited { available: Amount::from_minor(booked.await?, currency).to_string() })
}
