//! Money, authorizations, orders and the ledger as pure code.
//!
//! Nothing here reads a clock, draws randomness or performs I/O: time and identifiers are arguments. States are enums
//! with data and transitions consume `self`, so that a wrong step is a typed refusal and not a row in a database.
//!
//! Where to look: [`authorization`] for the consent life cycle, [`order`] for orders, [`refund`] for what goes back of them,
//! [`ledger`] for double entry, [`external_posting`] for what enters and leaves through custody, [`admin_key`] for who may post
//! it, [`commission`] for what the platform takes, [`money`] and [`currency`] for amounts, [`rates`] for what they are worth,
//! [`sub_merchant`] and [`reference`] for channel partners, [`payer_identity`] for who payers are,
//! [`event`] for what webhooks and mails tell, [`webhook_endpoint`] for where merchants want to be told.

pub mod address;
pub mod admin_key;
pub mod api_key;
pub mod audit;
pub mod authorization;
pub mod client_address;
pub mod commission;
pub mod currency;
pub mod event;
pub mod external_posting;
pub mod id;
pub mod initiator;
pub mod ledger;
pub mod merchant;
pub mod money;
pub mod order;
pub mod payer;
pub mod payer_identity;
pub mod rates;
pub mod reference;
pub mod refund;
pub mod scope;
pub mod sub_merchant;
pub mod time;
pub mod user;
pub mod wallet_transfer;
pub mod webhook_endpoint;

pub use address::{AddressList, AddressRange};
pub use currency::Currency;
pub use initiator::Initiator;
pub use money::Amount;
pub use scope::{Scope, ScopeSet};
pub use time::Timestamp;
