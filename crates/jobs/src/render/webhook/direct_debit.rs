//! The data of `DIRECT_DEBIT_CT`.

use countersign_domain::event::{ContractChange, ContractEndedBy, DirectDebitContractEvent};
use countersign_wire::webhooks::{DirectDebitContractData, termination_way};

use super::padded;

/// partner.md 3.8: who ended the contract and when stands there for one that somebody ended, not for one that expired.
pub(super) fn data(event: &DirectDebitContractEvent) -> DirectDebitContractData {
    let termination = match event.change {
        ContractChange::Signed | ContractChange::Expired => None,
        ContractChange::Terminated { by: ContractEndedBy::Payer, at } => Some((termination_way::USER, at)),
        ContractChange::Terminated { by: ContractEndedBy::Operator, at } => Some((termination_way::OPERATOR, at)),
    };
    DirectDebitContractData {
        merchant_contract_code: event.contract_code.clone(),
        contract_id: event.contract_id.get(),
        service_name: event.service_name.clone(),
        open_user_id: Some(event.open_user_id.clone()),
        merchant_account_no: event.merchant_account.clone(),
        currency: event.limit.currency().code().to_owned(),
        single_upper_limit: padded(event.limit),
        contract_termination_way: termination.map(|(way, _)| way),
        contract_termination_time: termination.map(|(_, at)| at.ms()),
    }
}
