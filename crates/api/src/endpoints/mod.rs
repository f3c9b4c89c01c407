//! The handlers: wire type to command, answer to wire type, nothing else. One file per endpoint.

pub(crate) mod balance_v1;
pub(crate) mod balance_v2;
pub(crate) mod certificates;
pub(crate) mod order_close;
pub(crate) mod order_create;
pub(crate) mod order_query;
pub(crate) mod payer_verification;
pub(crate) mod provider_config_query;
pub(crate) mod provider_create;
pub(crate) mod provider_record;
pub(crate) mod provider_record_get;
pub(crate) mod refund;
pub(crate) mod sub_merchant;
pub(crate) mod sub_merchant_details;
pub(crate) mod wallet_transfer;
