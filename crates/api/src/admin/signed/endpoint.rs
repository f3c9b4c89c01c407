//! Every path that the operator's systems may call, and what each needs: one table, from which calls are dispatched and which
//! the guard tests walk through.

use countersign_domain::admin_key::Capability;
use http::Method;

/// Names an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AdminEndpointId {
    /// Posts a deposit or a withdrawal.
    PostingCreate,
    /// Freezes an account.
    AccountFreeze,
    /// Unfreezes an account.
    AccountUnfreeze,
    /// Shows an account.
    AccountBalance,
    /// Shows the trial balance.
    TrialBalance,
    /// Lists a merchant's webhook endpoints.
    WebhookEndpoints,
    /// Adds one.
    WebhookEndpointAdd,
    /// Says something else of one.
    WebhookEndpointEdit,
    /// Enables one.
    WebhookEndpointEnable,
    /// Disables one.
    WebhookEndpointDisable,
    /// Removes one.
    WebhookEndpointRemove,
    /// Lists deliveries.
    WebhookDeliveries,
    /// Shows one.
    WebhookDelivery,
    /// Sends one again.
    WebhookResend,
    /// Sends again what failed.
    WebhookRecover,
}

/// One endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminEndpoint {
    /// Its name.
    pub id: AdminEndpointId,
    /// Its path.
    pub path: &'static str,
    /// What the key must be able to do.
    pub capability: Capability,
    /// How it may be called.
    pub methods: &'static [Method],
}

const fn endpoint(id: AdminEndpointId, path: &'static str, capability: Capability) -> AdminEndpoint {
    AdminEndpoint { id, path, capability, methods: &[Method::POST] }
}

/// The table.
pub const ADMIN_ENDPOINTS: &[AdminEndpoint] = &[
    endpoint(AdminEndpointId::PostingCreate, "/admin/v1/postings", Capability::LedgerPost),
    endpoint(AdminEndpointId::AccountFreeze, "/admin/v1/accounts/freeze", Capability::AccountFreeze),
    endpoint(AdminEndpointId::AccountUnfreeze, "/admin/v1/accounts/unfreeze", Capability::AccountFreeze),
    endpoint(AdminEndpointId::AccountBalance, "/admin/v1/accounts/balance", Capability::AccountRead),
    AdminEndpoint {
        methods: &[Method::GET, Method::POST],
        ..endpoint(AdminEndpointId::TrialBalance, "/admin/v1/trial-balance", Capability::LedgerRead)
    },
    endpoint(AdminEndpointId::WebhookEndpoints, "/admin/v1/webhooks/endpoints", Capability::WebhookRead),
    endpoint(AdminEndpointId::WebhookEndpointAdd, "/admin/v1/webhooks/endpoints/add", Capability::WebhookManage),
    endpoint(AdminEndpointId::WebhookEndpointEdit, "/admin/v1/webhooks/endpoints/edit", Capability::WebhookManage),
    endpoint(AdminEndpointId::WebhookEndpointEnable, "/admin/v1/webhooks/endpoints/enable", Capability::WebhookManage),
    endpoint(
        AdminEndpointId::WebhookEndpointDisable,
        "/admin/v1/webhooks/endpoints/disable",
        Capability::WebhookManage,
    ),
    endpoint(AdminEndpointId::WebhookEndpointRemove, "/admin/v1/webhooks/endpoints/remove", Capability::WebhookManage),
    endpoint(AdminEndpointId::WebhookDeliveries, "/admin/v1/webhooks/deliveries", Capability::WebhookRead),
    endpoint(AdminEndpointId::WebhookDelivery, "/admin/v1/webhooks/deliveries/show", Capability::WebhookRead),
    endpoint(AdminEndpointId::WebhookResend, "/admin/v1/webhooks/deliveries/resend", Capability::WebhookResend),
    endpoint(AdminEndpointId::WebhookRecover, "/admin/v1/webhooks/deliveries/recover", Capability::WebhookResend),
];

impl AdminEndpoint {
    /// The endpoint with this path.
    pub(super) fn find(path: &str) -> Option<&'static Self> {
        ADMIN_ENDPOINTS.iter().find(|endpoint| endpoint.path == path)
    }
}
