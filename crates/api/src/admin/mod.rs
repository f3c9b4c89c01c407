//! What the operator does to the installation: enrols accounts, makes keys, posts what custody received and paid out, freezes
//! accounts, sets rates, looks after webhooks.
//!
//! There are two ways in to the same functions. [`router`] serves all of them on the server's Unix socket, whose file permissions
//! are the authority; the command line calls it there, or in its own process where no server runs. [`signed_router`] serves the
//! operator's systems over the network: each call signed with an admin key, within its capabilities, addresses and limits
//! (`docs/OPERATOR-API.md`). Secrets and one-time links leave in the one answer that shows them.

mod account;
mod accounts;
mod admin_keys;
mod commission;
mod configure;
mod error;
mod json;
mod keys;
mod named;
mod postings;
mod router;
mod signed;
mod trial_balance;
mod webhooks;

pub use account::{
    BalanceAnswer, BalanceRequest, StatusAnswer, StatusRequest, WalletBalance, account_balance, freeze_account,
    unfreeze_account,
};
pub use accounts::{
    MerchantCreated, NewAccount, NewOperator, NewProvider, OperatorCreated, PayerCreated, create_merchant,
    create_operator, create_partner, create_payer, create_provider,
};
pub use admin_keys::{
    AdminKeyCreated, AdminKeyRequest, AdminKeyRevocation, AdminKeyRevoked, AdminKeyView, AdminKeysAnswer,
    AdminKeysRequest, create_admin_key, list_admin_keys, revoke_admin_key,
};
pub use commission::{
    CommissionOf, CommissionTerms, Commissions, CommissionsOf, CurrencyCommission, Removed, list_commissions,
    remove_commission, set_commission,
};
pub use configure::{Configured, MerchantSettings, ProviderSettings, configure_merchant, configure_provider};
pub use error::AdminError;
pub use keys::{ApiKeyCreated, NewApiKey, create_key};
pub use named::AccountName;
pub use postings::{PostingAnswer, PostingRequest, create_posting};
pub use router::{Wake, router};
pub use signed::{
    ADMIN_ENDPOINTS, AdminApiSettings, AdminEndpoint, AdminEndpointId, AdminMetrics, CallRefused, headers,
    signed_router,
};
pub use trial_balance::{
    CurrencyAnswer, PartsAnswer, PlatformAnswer, TrialBalanceAnswer, TrialBalanceRequest, trial_balance,
};
pub use webhooks::{
    DeliveriesAnswer, DeliveriesRequest, DeliveryAnswer, DeliveryRequest, DeliveryView, EndpointAdded, EndpointChanged,
    EndpointEditRequest, EndpointRequest, EndpointView, EndpointsAnswer, EndpointsRequest, MissedView, NewEndpoint,
    RECOVER_STEPS_MAX, RecoverAnswer, RecoverRequest, ResendRequest, Resent, TryView, add_endpoint, disable_endpoint,
    edit_endpoint, enable_endpoint, event_filter, list_deliveries, list_endpoints, recover_deliveries, remove_endpoint,
    resend_delivery, show_delivery,
};
