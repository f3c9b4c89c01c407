//! What the platform takes of payments to a merchant, per currency.

use std::sync::Arc;

use countersign_domain::commission::CommissionSchedule;
use countersign_domain::{Amount, Currency};
use countersign_service::Platform;
use countersign_service::accounts::AccountError;
use countersign_service::audit::Actor;
use countersign_service::commissions;
use serde::{Deserialize, Serialize};

use super::configure::{Configured, percent};
use super::error::AdminError;
use super::keys::merchant_id;

/// A merchant's terms in one currency, in the place of any before them.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommissionTerms {
    /// Whose.
    pub merchant_id: String,
    /// The currency's code.
    pub currency: String,
    /// The part of each payment, in percent, such as `0.25`.
    pub percent: String,
    /// The least of each payment, in plain decimals; nothing where it is absent.
    pub minimum: Option<String>,
    /// The most of each payment, in plain decimals; no cap where it is absent.
    pub cap: Option<String>,
}

/// Which terms of a merchant.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommissionOf {
    /// Whose.
    pub merchant_id: String,
    /// The currency's code.
    pub currency: String,
}

/// Whose terms.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommissionsOf {
    /// Whose.
    pub merchant_id: String,
}

/// Whether there was something to remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// False where the merchant had no terms of its own in that currency.
    pub removed: bool,
}

/// All terms of a merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Commissions {
    /// The part of payments in all other currencies, in percent.
    pub default_percent: String,
    /// The currencies with terms of their own.
    pub currencies: Vec<CurrencyCommission>,
}

/// Terms in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CurrencyCommission {
    /// The currency's code.
    pub currency: String,
    /// The part of each payment, in percent.
    pub percent: String,
    /// The least of each payment.
    pub minimum: String,
    /// The most of each payment, where there is a cap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<String>,
}

fn currency(code: &str) -> Result<Currency, AdminError> {
    Currency::from_code(code).ok_or_else(|| AdminError::Currency(code.to_owned()))
}

fn schedule(terms: &CommissionTerms) -> Result<CommissionSchedule, AdminError> {
    let currency = currency(&terms.currency)?;
    let amount = |text: &String| Amount::parse(text, currency);
    let minimum = terms.minimum.as_ref().map(amount).transpose()?.unwrap_or(Amount::zero(currency));
    let cap = terms.cap.as_ref().map(amount).transpose()?;
    Ok(CommissionSchedule::new(percent(&terms.percent)?, minimum, cap)?)
}

/// Sets a merchant's terms in a currency.
pub async fn set_commission(platform: &Arc<Platform>, terms: CommissionTerms) -> Result<Configured, AdminError> {
    let (id, schedule, now) = (merchant_id(&terms.merchant_id)?, schedule(&terms)?, platform.business_now());
    let set = platform.write("admin_commission_set", move |tx, _| -> Result<(), AccountError> {
        commissions::set(tx, id, &schedule, (Actor::Operator, now))
    });
    set.await?;
    Ok(Configured {})
}

/// Removes a merchant's terms in a currency, which then has the merchant's default.
pub async fn remove_commission(platform: &Arc<Platform>, of: CommissionOf) -> Result<Removed, AdminError> {
    let (id, currency, now) = (merchant_id(&of.merchant_id)?, currency(&of.currency)?, platform.business_now());
    let removed = platform.write("admin_commission_remove", move |tx, _| -> Result<bool, AccountError> {
        commissions::remove(tx, id, currency, (Actor::Operator, now))
    });
    Ok(Removed { removed: removed.await? })
}

/// A merchant's terms.
pub async fn list_commissions(platform: &Arc<Platform>, of: CommissionsOf) -> Result<Commissions, AdminError> {
    let id = merchant_id(&of.merchant_id)?;
    let terms = platform.read("admin_commissions", move |tx, _| commissions::of_merchant(tx, id)).await?;
    let line = |schedule: &CommissionSchedule| CurrencyCommission {
        currency: schedule.currency().code().to_owned(),
        percent: schedule.rate().to_percent(),
        minimum: schedule.minimum().to_string(),
        cap: schedule.cap().map(|cap| cap.to_string()),
    };
    Ok(Commissions {
        default_percent: terms.default_rate.to_percent(),
        currencies: terms.schedules.iter().map(line).collect(),
    })
}
