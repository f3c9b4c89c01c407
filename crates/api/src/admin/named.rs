//! Accounts, wallets and amounts as they are named in bodies and answers.

use countersign_domain::ledger::{Owner, PlatformAccount, Wallet};
use countersign_domain::{Amount, Currency};
use countersign_wire::names::WalletName;
use serde::{Deserialize, Serialize};

use super::error::AdminError;

/// One account: a merchant's or a payer's, exactly one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountName {
    /// A merchant of any kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<String>,
    /// A payer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binance_id: Option<String>,
}

impl AccountName {
    /// The name of `owner`.
    pub fn of(owner: Owner) -> Self {
        match owner {
            Owner::Merchant(id) => Self { merchant_id: Some(id.to_string()), binance_id: None },
            Owner::Payer(id) => Self { merchant_id: None, binance_id: Some(id.to_string()) },
        }
    }

    /// Whom it names.
    pub(super) fn owner(&self) -> Result<Owner, AdminError> {
        let malformed = |text: &String| AdminError::Account(text.clone());
        match (&self.merchant_id, &self.binance_id) {
            (Some(text), None) => text.parse().map(Owner::Merchant).map_err(|_| malformed(text)),
            (None, Some(text)) => text.parse().map(Owner::Payer).map_err(|_| malformed(text)),
            (None, None) | (Some(_), Some(_)) => Err(AdminError::OneAccount),
        }
    }
}

/// Wallets are called as they are in the merchant API.
const WALLETS: [(&str, Wallet); 2] =
    [(WalletName::Funding.as_str(), Wallet::Funding), (WalletName::Spot.as_str(), Wallet::Spot)];

/// The name of an account of the platform.
pub(super) const fn platform_name(account: PlatformAccount) -> &'static str {
    match account {
        PlatformAccount::Deposits => "DEPOSITS",
        PlatformAccount::Commission => "COMMISSION",
        PlatformAccount::Rounding => "ROUNDING",
        PlatformAccount::Conversion => "CONVERSION",
    }
}

/// The wallet with this name.
pub(super) fn wallet(name: &str) -> Result<Wallet, AdminError> {
    let found = WALLETS.into_iter().find(|(known, _)| *known == name);
    found.map(|(_, wallet)| wallet).ok_or_else(|| AdminError::Wallet(name.to_owned()))
}

/// A wallet's name.
pub(super) fn wallet_name(wallet: Wallet) -> String {
    let found = WALLETS.into_iter().find(|(_, known)| *known == wallet);
    found.expect("every wallet has a name").0.to_owned()
}

/// An amount in plain decimals.
pub(super) fn amount(text: &str, code: &str) -> Result<Amount, AdminError> {
    let currency = Currency::from_code(code).ok_or_else(|| AdminError::Currency(code.to_owned()))?;
    Ok(Amount::parse(text, currency)?)
}
