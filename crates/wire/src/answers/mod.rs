//! Answers: what stands in the envelope's `data`, keys in the recorded order (clients.md 5), absent ones left out.
//!
//! Each also deserialises, for the SDK.

mod balance;
mod certificate;
mod order;
mod provider;
mod refund;
mod sub_merchant;
mod wallet_transfer;

pub use balance::{AssetBalance, BalanceV1Answer, BalanceV2Answer};
pub use certificate::Certificate;
pub use order::{OrderCreated, OrderState, PaidInfo, PaidInstruction};
pub use provider::{Authorization, AuthorizationPage, ProviderConfig};
pub use refund::RefundState;
pub use sub_merchant::{SubMerchant, SubMerchantId};
pub use wallet_transfer::{WalletTransferMade, WalletTransferResult};
