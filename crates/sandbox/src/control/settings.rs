//! `/merchants/configure` and `/providers/configure`.

use axum::Json;
use axum::extract::State;
use countersign_api::admin::{self, AdminError, CommissionTerms};
use countersign_domain::ScopeSet;
use countersign_domain::id::MerchantId;
use countersign_domain::money::PartsPerMillion;
use countersign_service::accounts::{self, AccountError};
use countersign_service::audit::Actor;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::body::{self, Body};
use super::refusal::Refusal;

fn refuse(error: AccountError) -> Refusal {
    match error {
        AccountError::Store(error) => error.into(),
        AccountError::UnknownMerchant => Refusal::not_found(error.to_string()),
        error => Refusal::bad(error),
    }
}

fn percent(text: &str) -> Result<PartsPerMillion, Refusal> {
    PartsPerMillion::from_percent(text)
        .ok_or_else(|| Refusal::bad(format!("'{text}' is not a percentage from 0 to 100 with at most 4 decimals")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MerchantSettings {
    #[serde(deserialize_with = "body::number")]
    merchant_id: i64,
    #[serde(default, deserialize_with = "body::optional_decimal")]
    commission_percent: Option<String>,
    commission_currency: Option<String>,
    #[serde(default, deserialize_with = "body::optional_decimal")]
    commission_minimum: Option<String>,
    #[serde(default, deserialize_with = "body::optional_decimal")]
    commission_cap: Option<String>,
}

impl MerchantSettings {
    /// The terms of one currency, where one is named.
    fn terms(&self) -> Result<Option<CommissionTerms>, Refusal> {
        let bounds = self.commission_minimum.is_some() || self.commission_cap.is_some();
        match (&self.commission_currency, &self.commission_percent) {
            (Some(currency), Some(percent)) => Ok(Some(CommissionTerms {
                merchant_id: self.merchant_id.to_string(),
                currency: currency.clone(),
                percent: percent.clone(),
                minimum: self.commission_minimum.clone(),
                cap: self.commission_cap.clone(),
            })),
            (Some(_), None) => Err(Refusal::bad("'commissionCurrency' goes with 'commissionPercent'")),
            (None, _) if bounds => {
                Err(Refusal::bad("'commissionMinimum' and 'commissionCap' go with 'commissionCurrency'"))
            }
            (None, _) => Ok(None),
        }
    }
}

fn refuse_terms(error: AdminError) -> Refusal {
    match error {
        AdminError::Enrolment(error) => refuse(error),
        // What else is wrong is wrong with what was sent.
        error => Refusal::bad(error),
    }
}

/// Sets a merchant's commission: the default of all currencies, or the terms of one.
pub(super) async fn merchant(
    State(control): State<Control>,
    Body(settings): Body<MerchantSettings>,
) -> Result<Json<Value>, Refusal> {
    let (id, now) = (MerchantId::new(settings.merchant_id), control.platform.business_now());
    if let Some(terms) = settings.terms()? {
        admin::set_commission(&control.platform, terms).await.map_err(refuse_terms)?;
    } else if let Some(text) = &settings.commission_percent {
        let commission = percent(text)?;
        let configured = control.platform.write("merchant_configure", move |tx, _| {
            accounts::configure_commission(tx, id, commission, (Actor::Operator, now))
        });
        configured.await.map_err(refuse)?;
    }
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ProviderSettings {
    #[serde(deserialize_with = "body::number")]
    merchant_id: i64,
    allow_scopes: Option<Vec<String>>,
    #[serde(default, deserialize_with = "body::optional_decimal")]
    fee_share_percent: Option<String>,
}

/// The scopes with these names of the wire.
pub(super) fn scope_set(names: &[String]) -> Result<ScopeSet, Refusal> {
    names
        .iter()
        .map(|name| countersign_api::scope_named(name).ok_or_else(|| Refusal::bad(format!("unknown scope '{name}'"))))
        .collect()
}

/// Sets what a provider may ask for and its fee share.
pub(super) async fn provider(
    State(control): State<Control>,
    Body(settings): Body<ProviderSettings>,
) -> Result<Json<Value>, Refusal> {
    let (id, now) = (MerchantId::new(settings.merchant_id), control.platform.business_now());
    let scopes = settings.allow_scopes.as_deref().map(scope_set).transpose()?;
    let share = settings.fee_share_percent.as_deref().map(percent).transpose()?;
    let configured = control.platform.write("provider_configure", move |tx, _| {
        accounts::configure_provider(tx, id, (scopes, share), (Actor::Operator, now))
    });
    configured.await.map_err(refuse)?;
    Ok(Json(json!({})))
}
