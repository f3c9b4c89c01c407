//! The data of `DIRECT_DEBIT_CT` (partner.md 3.8): keys in the order of the page's sample.

use serde::{Deserialize, Serialize};

use crate::decimal::WireNumber;

/// A payer signed a direct-debit contract, or one ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectDebitContractData {
    /// The merchant's id of the contract.
    pub merchant_contract_code: String,
    /// Our id of it, the same as `bizId`.
    pub contract_id: i64,
    /// What it is for.
    pub service_name: String,
    /// The payer's id, scoped to the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_user_id: Option<String>,
    /// The payer's account with the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_account_no: Option<String>,
    /// The currency of the debits.
    pub currency: String,
    /// The most of one debit, with eight decimals: [`WireNumber::padded`].
    pub single_upper_limit: WireNumber,
    /// Who ended it, where somebody did: [`termination_way`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_termination_way: Option<u8>,
    /// When it was ended, Unix ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_termination_time: Option<i64>,
}

/// The values of `contractTerminationWay`. A merchant that ends a contract by a call is told nothing.
pub mod termination_way {
    /// The payer.
    pub const USER: u8 = 0;
    /// Its own date.
    pub const EXPIRY: u8 = 1;
    /// The operator.
    pub const OPERATOR: u8 = 2;
}
