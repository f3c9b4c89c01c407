//! Who a payer is, as a control call tells it.

use countersign_api::fact_named;
use countersign_domain::payer_identity::{Facts, KycState, PayerIdentity, PayerKind};
use serde::Deserialize;

use super::refusal::Refusal;

/// The names are those of `order/payer/verification`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Identity {
    payer_type: Type,
    #[serde(default)]
    kyc: Kyc,
    information: Vec<Information>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Type {
    Individual,
    Corporate,
}

/// How far identification has come.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Kyc {
    #[default]
    Complete,
    Incomplete,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Information {
    category: String,
    value: String,
}

impl Identity {
    /// The identity, if it can be one.
    pub(super) fn read(self) -> Result<PayerIdentity, Refusal> {
        let kind = match self.payer_type {
            Type::Individual => PayerKind::Individual,
            Type::Corporate => PayerKind::Corporate,
        };
        let facts = self.information.into_iter().map(|told| match fact_named(&told.category) {
            Some(fact) => Ok((fact, told.value)),
            None => Err(Refusal::bad(format!("unknown category '{}'", told.category))),
        });
        let facts = facts.collect::<Result<Vec<_>, _>>()?;
        let kyc = match self.kyc {
            Kyc::Complete => KycState::Complete,
            Kyc::Incomplete => KycState::Incomplete,
        };
        Ok(PayerIdentity { kyc, facts: Facts::new(kind, facts).map_err(Refusal::bad)? })
    }
}
