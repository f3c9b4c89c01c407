//! The application with its cast: a merchant, a provider that may act for it, and two payers, all with empty wallets.

use countersign_domain::ledger::{AccountRef, Owner, PlatformAccount, Wallet};
use countersign_domain::payer::PayerStatus;
use countersign_domain::{Amount, Currency, Scope};
use countersign_testkit::{Authority, Merchant, Operator, Payer, Provider, TestApp};

use crate::model::{Account, Books};
use crate::step::{Coin, Holder};

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

/// The currency of the product that a coin stands for.
pub(crate) fn currency(coin: Coin) -> Currency {
    match coin {
        Coin::Usdt => Currency::USDT,
        Coin::Xrp => Currency::from_code("XRP").expect("it is listed"),
    }
}

fn coin(currency: Currency) -> Coin {
    let known = [Coin::Usdt, Coin::Xrp].into_iter().find(|coin| self::currency(*coin) == currency);
    known.unwrap_or_else(|| panic!("no sequence holds {currency}"))
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
    pub async fn deposit(&self, to: Holder, coin: Coin, minor: i64) {
        let amount = Amount::from_minor(minor, currency(coin)).to_string();
        let amount = (amount.as_str(), currency(coin));
        match to {
            Holder::Merchant => self.operator.credit(&self.merchant, Wallet::Funding, amount).await,
            Holder::Provider => self.operator.credit(&self.provider, Wallet::Funding, amount).await,
            Holder::Payer(second) => self.operator.credit(self.payer(second), Wallet::Funding, amount).await,
        }
    }

    /// Freezes a payer, or lets it go.
    pub async fn set_frozen(&self, second: bool, frozen: bool) {
        let status = if frozen { PayerStatus::Frozen } else { PayerStatus::Active };
        self.operator.set_payer_status(self.payer(second).id, status).await;
    }

    /// What one XRP is worth, in millionths of a USDT.
    pub fn set_price(&self, millionths: i64) {
        let price = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
        self.app.set_price(currency(Coin::Xrp), price.parse().expect("the price is a rate"));
    }

    fn holder(&self, owner: Owner) -> Holder {
        match owner {
            Owner::Merchant(id) if id == self.merchant.id => Holder::Merchant,
            Owner::Merchant(id) if id == self.provider.id => Holder::Provider,
            Owner::Payer(id) => Holder::Payer(id == self.payers[1].id),
            Owner::Merchant(id) => panic!("merchant {id} is not of the cast"),
        }
    }

    /// Everything that the application's ledger holds.
    pub async fn books(&self) -> Books {
        let (accounts, platform) = self.app.ledger().await;
        let mut books = Books::default();
        for stored in accounts {
            let coin = coin(stored.available.currency());
            let (free, held) = match stored.account {
                AccountRef::Wallet(owner, Wallet::Funding) => {
                    let holder = self.holder(owner);
                    (Account::Funding(holder, coin), Account::Held(holder, coin))
                }
                AccountRef::Wallet(owner, Wallet::Spot) => {
                    let holder = self.holder(owner);
                    (Account::Spot(holder, coin), Account::HeldInSpot(holder, coin))
                }
                AccountRef::ProviderDebt(_) => {
                    books.add(Account::Debt(coin), stored.available.minor());
                    continue;
                }
                AccountRef::Platform(_) => continue,
            };
            books.add(free, stored.available.minor());
            books.add(held, stored.frozen.minor());
        }
        for sum in platform {
            let coin = coin(sum.currency);
            let account = match sum.account {
                PlatformAccount::Deposits => Account::Deposits(coin),
                PlatformAccount::Commission => Account::Commission(coin),
                PlatformAccount::Rounding => Account::Rounding(coin),
                PlatformAccount::Conversion => Account::Conversion(coin),
            };
            books.add_wide(account, sum.balance);
        }
        books
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
