//! Answers: what stands in the envelope's `data`, keys in the recorded order (clients.md 5), absent ones left out.
//!
//! Each also deserialises, for the SDK.

mod balance;
mod certificate;
mod order;
mod order_v1;
mod provider;
mod refund;
mod sub_merchant;
mod wallet_transfer;

pub use balance::{AssetBalance, BalanceV1Answer, BalanceV2Answer};
pub use certificate::Certificate;
pub use order::{OrderCreated, OrderState, PaidInfo, PaidInstruction};
pub use order_v1::{OrderCreatedV1, OrderStateV1};
pub use provider::{Authorization, AuthorizationPage, ProviderConfig};
pub use refund::RefundState;
pub use sub_merchant::{SubMerchant, SubMerchantId};
pub use wallet_transfer::{WalletTransferMade, WalletTransferResult};
