//! Moving money between a merchant's own two wallets (`money.md` §4).
//!
//! It happens at once and as a whole: there is no state between asked for and done, so one that exists is done.

use crate::id::{ApiKeyId, AuthorizationId, MerchantId, WalletTransferId};
use crate::ledger::{self, Owner, Posting, Wallet};
use crate::money::Amount;
use crate::time::Timestamp;

/// From which wallet into which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the funding wallet into the spot wallet.
    ToSpot,
    /// From the spot wallet into the funding wallet.
    ToFunding,
}

impl Direction {
    /// Where the money comes from.
    pub const fn from(self) -> Wallet {
        match self {
            Self::ToSpot => Wallet::Funding,
            Self::ToFunding => Wallet::Spot,
        }
    }

    /// Where it goes.
    pub const fn to(self) -> Wallet {
        match self {
            Self::ToSpot => Wallet::Spot,
            Self::ToFunding => Wallet::Funding,
        }
    }
}

/// One transfer that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletTransfer {
    /// Its id, which is not shown: callers know it by their own.
    pub id: WalletTransferId,
    /// Whose wallets.
    pub merchant_id: MerchantId,
    /// The merchant's own id for it, once per merchant for ever.
    pub request_id: String,
    /// The key that signed the call.
    pub api_key_id: ApiKeyId,
    /// Under which authorization, where a provider acted for the merchant.
    pub authorization_id: Option<AuthorizationId>,
    /// From which wallet into which.
    pub direction: Direction,
    /// How much, above zero.
    pub amount: Amount,
    /// The amount's digits as they were sent, which answers echo.
    pub amount_sent: String,
    /// When.
    pub created_at: Timestamp,
}

impl WalletTransfer {
    /// Whether a call for `direction` and `amount` asks for this very transfer. Digits that differ only in zeros are the same.
    pub fn is_asked_by(&self, direction: Direction, amount: Amount) -> bool {
        self.direction == direction && self.amount == amount
    }

    /// What it moves.
    pub fn postings(&self) -> [Posting; 2] {
        ledger::between_wallets(Owner::Merchant(self.merchant_id), self.direction, self.amount)
    }
}
