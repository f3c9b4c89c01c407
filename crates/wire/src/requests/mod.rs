//! Requests: one file per endpoint family, each with its schema, its typed struct, `from_body` for the server and
//! `Serialize` for the SDK.
//!
//! The structs borrow from the body where they can. Absent fields are left out when serialised. Rules that need a clock,
//! a database or the caller's identity are not here.

mod balance;
mod certificates;
mod order;
mod order_fields;
mod order_lookup;
mod order_parts;
mod order_v1;
mod payer_verification;
mod provider;
mod refund;
mod sub_merchant;
mod wallet_transfer;

pub use balance::{BALANCE_V1, BALANCE_V2, BalanceV1, BalanceV2, WALLETS};
pub use certificates::NO_PARAMETERS;
pub use order::{ORDER_V2, ORDER_V3, OrderCreate, Price};
pub use order_lookup::{ORDER_CLOSE, ORDER_QUERY_V1, ORDER_QUERY_V2, OrderLookup};
pub use order_parts::{
    Buyer, DirectDebitContract, Env, GOODS_CATEGORIES, Goods, OrderMerchant, OrderTags, PersonName, Shipping,
    ShippingAddress, TERMINAL_TYPES, UnitAmount,
};
pub use order_v1::{ORDER_V1, OrderCreateV1};
pub use payer_verification::{
    PAYER_CATEGORIES, PAYER_TYPES, PAYER_VALUE_MAX, PAYER_VERIFICATION, PayerInformation, PayerVerification,
};
pub use provider::{
    PROVIDER_CREATE, PROVIDER_RECORD, PROVIDER_RECORD_GET, ProviderCreate, ProviderRecordGet, ProviderRecordList,
    RECORD_ROWS_MAX,
};
pub use refund::{ORDER_REFUND, ORDER_REFUND_QUERY, OrderRefund, OrderRefundQuery};
pub use sub_merchant::{SUB_MERCHANT_ADD, SUB_MERCHANT_MODIFY, SUB_MERCHANT_QUERY, SubMerchantQuery, SubMerchantWrite};
pub use wallet_transfer::{
    TRANSFER_TYPES, WALLET_TRANSFER, WALLET_TRANSFER_QUERY, WalletTransfer, WalletTransferQuery,
};
