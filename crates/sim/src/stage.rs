//! The application with its cast: a merchant, a provider that may act for it, and two payers, all with empty wallets.

use countersign_domain::ledger::Wallet;
use countersign_domain::{Amount, Currency, Scope};
use countersign_testkit::{Authority, Merchant, Operator, Payer, Provider, TestApp};

use crate::step::Holder;

/// What the provider may do for the merchant.
pub(crate) const GRANTED: [Scope; 3] = [Scope::Checkout, Scope::Refund, Scope::InternalTransfer];

/// The cast.
pub struct Stage {
    /// The application.
    pub app: TestApp,
    /// Whose orders are paid.
    pub merchant: Merchant,
    /// Who acts for it.
    pub provider: Provider,
    /// By which token.
    pub authority: Authority,
    /// Who pays.
    pub payers: [Payer; 2],
    /// Who runs the platform.
    pub operator: Operator,
}

impl Stage {
    /// Puts the cast on.
    pub async fn set(app: TestApp) -> Self {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let authority = app.grant(&provider, &merchant, &GRANTED).await;
        let payers = [app.payer("First").await, app.payer("Second").await];
        let operator = app.operator().await;
        Self { app, merchant, provider, authority, payers, operator }
    }

    /// The payer with this number.
    pub fn payer(&self, second: bool) -> &Payer {
        &self.payers[usize::from(second)]
    }

    /// Books money that comes in from outside.
    pub async fn deposit(&self, to: Holder, minor: i64) {
        let amount = Amount::from_minor(minor, Currency::USDT).to_string();
        let amount = (amount.as_str(), Currency::USDT);
        match to {
            Holder::Merchant => self.operator.credit(&self.merchant, Wallet::Funding, amount).await,
            Holder::Provider => self.operator.credit(&self.provider, Wallet::Funding, amount).await,
            Holder::Payer(second) => self.operator.credit(self.payer(second), Wallet::Funding, amount).await,
        }
    }

    /// What is free in a wallet, in minor units of USDT.
    pub async fn held(&self, holder: Holder, wallet: Wallet) -> i64 {
        let balance = match holder {
            Holder::Merchant => self.app.balance(&self.merchant, wallet, Currency::USDT).await,
            Holder::Provider => self.app.balance(&self.provider, wallet, Currency::USDT).await,
            Holder::Payer(second) => self.app.balance(self.payer(second), wallet, Currency::USDT).await,
        };
        balance.minor()
    }
}
