//! What the operator sets for a merchant or a provider.

use std::sync::Arc;

use countersign_domain::money::PartsPerMillion;
use countersign_service::Platform;
use countersign_service::accounts::{self, AccountError};
use countersign_service::audit::Actor;
use countersign_store::queries::merchants;
use serde::{Deserialize, Serialize};

use super::error::AdminError;
use super::keys::{merchant_id, scopes};

/// A merchant's settings; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MerchantSettings {
    /// Whose.
    pub merchant_id: String,
    /// What the platform takes of each payment, in percent, such as `0.25`.
    pub commission_percent: Option<String>,
}

/// A provider's settings; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProviderSettings {
    /// Whose.
    pub merchant_id: String,
    /// The scopes that it may ask merchants for.
    pub allow_scopes: Option<Vec<String>>,
    /// Its part of the commissions on orders that it brings, in percent (`decisions.md` row 21).
    pub fee_share_percent: Option<String>,
}

/// Nothing but success: `{}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Configured {}

pub(super) fn percent(text: &str) -> Result<PartsPerMillion, AdminError> {
    PartsPerMillion::from_percent(text).ok_or_else(|| AdminError::Percent(text.to_owned()))
}

/// Configures a merchant.
pub async fn configure_merchant(
    platform: &Arc<Platform>,
    settings: MerchantSettings,
) -> Result<Configured, AdminError> {
    let id = merchant_id(&settings.merchant_id)?;
    let commission = settings.commission_percent.as_deref().map(percent).transpose()?;
    let now = platform.business_now();
    let configured = platform.write("admin_merchant_configure", move |tx, _| -> Result<(), AccountError> {
        match commission {
            Some(commission) => accounts::configure_commission(tx, id, commission, (Actor::Operator, now)),
            None => merchants::get(tx, id)?.map(drop).ok_or(AccountError::UnknownMerchant),
        }
    });
    configured.await?;
    Ok(Configured {})
}

/// Configures a provider.
pub async fn configure_provider(
    platform: &Arc<Platform>,
    settings: ProviderSettings,
) -> Result<Configured, AdminError> {
    let id = merchant_id(&settings.merchant_id)?;
    let allowed = settings.allow_scopes.as_deref().map(scopes).transpose()?;
    let share = settings.fee_share_percent.as_deref().map(percent).transpose()?;
    let now = platform.business_now();
    let configured = platform.write("admin_provider_configure", move |tx, _| -> Result<(), AccountError> {
        accounts::configure_provider(tx, id, (allowed, share), (Actor::Operator, now))
    });
    configured.await?;
    Ok(Configured {})
}
