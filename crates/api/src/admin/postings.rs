//! Money that entered or left through custody.

use std::sync::Arc;

use countersign_domain::external_posting::{ExternalReference, PostingKind, PostingTerms, Remark};
use countersign_service::Platform;
use countersign_service::operator::{self, Caller, NewPosting, Posted};
use serde::{Deserialize, Serialize};

use super::error::AdminError;
use super::named::{AccountName, amount, wallet, wallet_name};

/// A posting to make.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PostingRequest {
    /// What the operator's system calls it, unique for ever.
    pub reference: String,
    /// `deposit` or `withdrawal`.
    pub kind: String,
    /// Whose account.
    pub account: AccountName,
    /// `FUNDING_WALLET` or `SPOT_WALLET`.
    pub wallet: String,
    /// The currency's code.
    pub currency: String,
    /// The amount, in plain decimals.
    pub amount: String,
    /// A remark that is kept with it.
    pub note: Option<String>,
}

/// A posting that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PostingAnswer {
    /// As given.
    pub reference: String,
    /// As given.
    pub kind: String,
    /// As given.
    pub account: AccountName,
    /// As given.
    pub wallet: String,
    /// As given.
    pub currency: String,
    /// In plain decimals.
    pub amount: String,
    /// As given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The ledger transfer.
    pub transfer_id: String,
    /// What was free in the wallet afterwards.
    pub available: String,
    /// Business time of the posting, Unix ms.
    pub posted_at: i64,
    /// Whether it stood before this call; all else is then as it was first answered.
    pub repeated: bool,
}

const KINDS: [(&str, PostingKind); 2] = [("deposit", PostingKind::Deposit), ("withdrawal", PostingKind::Withdrawal)];

fn kind(name: &str) -> Result<PostingKind, AdminError> {
    let found = KINDS.into_iter().find(|(known, _)| *known == name);
    found.map(|(_, kind)| kind).ok_or_else(|| AdminError::PostingKind(name.to_owned()))
}

fn kind_name(kind: PostingKind) -> String {
    let found = KINDS.into_iter().find(|(_, known)| *known == kind);
    found.expect("every kind has a name").0.to_owned()
}

impl PostingRequest {
    fn read(self) -> Result<NewPosting, AdminError> {
        let note = self.note.map(|text| Remark::new(text).ok_or(AdminError::Remark("note"))).transpose()?;
        let terms = PostingTerms {
            kind: kind(&self.kind)?,
            owner: self.account.owner()?,
            wallet: wallet(&self.wallet)?,
            amount: amount(&self.amount, &self.currency)?,
            note,
        };
        Ok(NewPosting { reference: ExternalReference::new(self.reference).ok_or(AdminError::Reference)?, terms })
    }
}

impl From<Posted> for PostingAnswer {
    fn from(Posted { posting, repeated }: Posted) -> Self {
        let terms = posting.terms;
        Self {
            reference: posting.reference.as_str().to_owned(),
            kind: kind_name(terms.kind),
            account: AccountName::of(terms.owner),
            wallet: wallet_name(terms.wallet),
            currency: terms.amount.currency().code().to_owned(),
            amount: terms.amount.to_string(),
            note: terms.note.map(|note| note.as_str().to_owned()),
            transfer_id: posting.transfer_id.to_string(),
            available: posting.available.to_string(),
            posted_at: posting.posted_at.ms(),
            repeated,
        }
    }
}

/// Posts a deposit or a withdrawal.
pub async fn create_posting(
    platform: &Arc<Platform>,
    caller: Caller,
    request: PostingRequest,
) -> Result<PostingAnswer, AdminError> {
    let (new, now) = (request.read()?, platform.business_now());
    let posted = platform
        .write("posting_create", move |tx, platform| operator::post(tx, platform, caller, &new, now))
        .await?
        .map_err(operator::PostError::from)?;
    Ok(posted.into())
}
