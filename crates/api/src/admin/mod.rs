//! What the operator does to the installation: enrols accounts, makes keys, books deposits, sets rates.
//!
//! [`router`] serves it as JSON on the server's Unix socket, whose file permissions are the authority; the command line
//! calls the same functions itself where no server runs. Every act goes into the audit chain as the operator's.
//! Secrets and one-time links leave in the one answer that shows them.

mod accounts;
mod commission;
mod configure;
mod deposits;
mod error;
mod keys;
mod router;

pub use accounts::{
    MerchantCreated, NewAccount, NewOperator, NewProvider, OperatorCreated, PayerCreated, create_merchant,
    create_operator, create_partner, create_payer, create_provider,
};
pub use commission::{
    CommissionOf, CommissionTerms, Commissions, CommissionsOf, CurrencyCommission, Removed, list_commissions,
    remove_commission, set_commission,
};
pub use configure::{Configured, MerchantSettings, ProviderSettings, configure_merchant, configure_provider};
pub use deposits::{Deposited, NewDeposit, create_deposit};
pub use error::AdminError;
pub use keys::{ApiKeyCreated, NewApiKey, create_key};
pub use router::router;
