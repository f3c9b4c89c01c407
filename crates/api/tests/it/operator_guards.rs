//! Guards of the admin API that cannot be forgotten: every endpoint of its table, times every way in which a system may lack
//! authority. The endpoints come from [`ADMIN_ENDPOINTS`], the capabilities from [`Capability::ALL`].

use countersign_api::admin::{ADMIN_ENDPOINTS, AdminEndpoint, AdminEndpointId, AdminError, headers};
use countersign_domain::admin_key::Capability;
use countersign_testkit::{Merchant, System, SystemCall, SystemRights, TestApp, on_both_engines};
use http::Method;
use serde_json::{Value, json};

use crate::operator_ledger::{merchant, posting};
use crate::operator_webhooks::delivery_of;

const PAGE: &str = include_str!("../../../../docs/OPERATOR-API.md");

/// Where a call that its act refuses leaves something: its row of the chain, and that it was run.
const AUDITED: &[&str] = &["audit", "audit_heads", "commands"];

/// A body that the endpoint answers, once: what it is about is made for it.
async fn sample(app: &TestApp, id: AdminEndpointId, shop: &Merchant) -> Value {
    let shop_id = shop.id.to_string();
    let fresh_url = || format!("https://shop.example/{}", app.world().next_number());
    match id {
        AdminEndpointId::PostingCreate => posting("guarded", "deposit", &merchant(shop), "1"),
        AdminEndpointId::AccountFreeze | AdminEndpointId::AccountUnfreeze => {
            json!({ "account": merchant(shop), "reason": "a test" })
        }
        AdminEndpointId::AccountBalance => json!({ "account": merchant(shop) }),
        AdminEndpointId::TrialBalance | AdminEndpointId::WebhookDeliveries => json!({}),
        AdminEndpointId::WebhookEndpoints => json!({ "merchantId": shop_id }),
        // A merchant of its own: there is a most of endpoints.
        AdminEndpointId::WebhookEndpointAdd => {
            json!({ "merchantId": app.merchant("Fresh").await.id.to_string(), "url": fresh_url() })
        }
        AdminEndpointId::WebhookEndpointEdit
        | AdminEndpointId::WebhookEndpointEnable
        | AdminEndpointId::WebhookEndpointDisable
        | AdminEndpointId::WebhookEndpointRemove => {
            let fresh = app.merchant("Fresh").await;
            let endpoint = fresh.listen_at(&fresh_url()).await;
            json!({ "merchantId": fresh.id.to_string(), "endpointId": endpoint.to_string() })
        }
        AdminEndpointId::WebhookDelivery => {
            json!({ "deliveryId": delivery_of(app, shop, &fresh_url()).await.id.to_string() })
        }
        // To another place: it is due already where it was for.
        AdminEndpointId::WebhookResend => {
            let fresh = app.merchant("Fresh").await;
            let (endpoint, message) =
                (fresh.listen_at(&fresh_url()).await, delivery_of(app, &fresh, &fresh_url()).await);
            json!({ "deliveryId": message.id.to_string(), "toEndpointId": endpoint.to_string() })
        }
        AdminEndpointId::WebhookRecover => json!({ "since": 0, "merchantId": shop_id }),
    }
}

/// A call of the endpoint that is right.
async fn call(app: &TestApp, system: &System, endpoint: &AdminEndpoint, shop: &Merchant) -> SystemCall {
    system.post(endpoint.path, &sample(app, endpoint.id, shop).await)
}

/// Whether nothing of the endpoint leaves an audit row.
fn is_reading(id: AdminEndpointId) -> bool {
    matches!(
        id,
        AdminEndpointId::AccountBalance
            | AdminEndpointId::TrialBalance
            | AdminEndpointId::WebhookEndpoints
            | AdminEndpointId::WebhookDeliveries
            | AdminEndpointId::WebhookDelivery
    )
}

on_both_engines! {
    async fn each_endpoint_asks_for_its_capability_and_no_other(app: TestApp) {
        let shop = app.merchant("Shop").await;
        // There is a most of keys: each system calls every endpoint.
        let mut systems = Vec::new();
        for capability in Capability::ALL {
            let others: Vec<_> = Capability::ALL.into_iter().filter(|other| *other != capability).collect();
            let alone = app.system(SystemRights::of(&[capability])).await;
            systems.push((capability, alone, app.system(SystemRights::of(&others)).await));
        }
        for endpoint in ADMIN_ENDPOINTS {
            for (capability, alone, others) in &systems {
                let is_its_own = endpoint.capability == *capability;
                let lacking = if is_its_own { others } else { alone };
                let lacking = call(&app, lacking, endpoint, &shop).await;
                let before = app.footprint().await;
                let refused = lacking.send().await.refused("capability_missing");
                assert!(refused.message().contains(endpoint.capability.name()), "{}", refused.message());
                let after = app.footprint().await;
                before.assert_same_but(&after, AUDITED, endpoint.path);
                let audited = after.rows("audit") - before.rows("audit");
                assert_eq!(audited, i64::from(!is_reading(endpoint.id)), "{}: a refused act is in the chain", endpoint.path);
                let holding = if is_its_own { alone } else { others };
                call(&app, holding, endpoint, &shop).await.send().await.data();
            }
        }
    }

    async fn whose_key_is_revoked_or_called_from_elsewhere_does_nothing(app: TestApp) {
        let shop = app.merchant("Shop").await;
        for endpoint in ADMIN_ENDPOINTS {
            let listed = app.system(SystemRights::all().from_address("203.0.113.0/24")).await;
            let (body, next) = (sample(&app, endpoint.id, &shop).await, sample(&app, endpoint.id, &shop).await);
            let call = |body: &Value| listed.post(endpoint.path, body);
            let before = app.footprint().await;
            call(&body).from_address("198.51.100.7").send().await.refused("address_not_listed");
            // Nobody's word for another address is taken.
            call(&body).from_address("198.51.100.7").header("x-forwarded-for", "203.0.113.9")
                .send().await.refused("address_not_listed");
            before.assert_same(&app.footprint().await, endpoint.path);
            call(&body).send().await.data();
            // The key is at hand by now: the act itself must find out that it is dead.
            listed.revoke().await;
            let before = app.footprint().await;
            call(&next).send().await.refused("key_revoked");
            before.assert_same_but(&app.footprint().await, AUDITED, endpoint.path);
        }
    }

    async fn what_is_not_signed_as_sent_writes_nothing(app: TestApp) {
        let (shop, system, other) = (
            app.merchant("Shop").await, app.system(SystemRights::all()).await, app.system(SystemRights::all()).await,
        );
        for endpoint in ADMIN_ENDPOINTS {
            let (sent, next) = (sample(&app, endpoint.id, &shop).await, sample(&app, endpoint.id, &shop).await);
            let call = || system.post(endpoint.path, &sent);
            let before = app.footprint().await;
            let elsewhere = ADMIN_ENDPOINTS.iter().find(|other| other.id != endpoint.id).expect("there are more").path;
            let body = sent.to_string();
            let right = other.call(Method::POST, endpoint.path, body.as_str());
            let swapped = right.key("csad000000000000000000000000000000000000000000000000000000000000");
            let rows: Vec<(SystemCall, &str)> = vec![
                (call().signed_with("another secret"), "signature_mismatch"),
                (call().signed_as(Method::GET), "signature_mismatch"),
                (call().sent_to(elsewhere), "signature_mismatch"),
                (call().sent_body(&format!("{body} ")), "signature_mismatch"),
                (call().signature(|right| right.to_lowercase()), "signature_mismatch"),
                (call().signature(|_| "00".to_owned()), "signature_mismatch"),
                (call().signature(|_| "0".repeat(128)), "signature_mismatch"),
                (swapped, "unknown_admin_key"),
                (call().key("short"), "invalid_header"),
                (call().timestamp("soon"), "invalid_header"),
                (call().timestamp("1768478400"), "timestamp_outside_window"),
                (call().timestamp_offset_ms(-1_001), "timestamp_outside_window"),
                (call().timestamp_offset_ms(1_001), "timestamp_outside_window"),
                (call().nonce("short"), "invalid_header"),
                (call().nonce(&"n".repeat(65)), "invalid_header"),
                (call().without_header(headers::KEY), "invalid_header"),
                (call().without_header(headers::TIMESTAMP), "invalid_header"),
                (call().without_header(headers::NONCE), "invalid_header"),
                (call().without_header(headers::SIGNATURE), "invalid_header"),
                (call().header(headers::NONCE, "another-nonce-of-enough-signs"), "invalid_header"),
                (call().header(headers::KEY, "another"), "invalid_header"),
                (call().sent_to(&format!("{}?x=1", endpoint.path)), "query_not_allowed"),
                (call().sent_to(&format!("{}/", endpoint.path)), "unknown_path"),
                (call().without_header("content-type"), "media_type"),
                (system.call(Method::PUT, endpoint.path, body.as_str()), "method_not_allowed"),
                (system.call(Method::POST, endpoint.path, "{"), "invalid_body"),
                (system.call(Method::POST, endpoint.path, "[]"), "invalid_body"),
                (system.call(Method::POST, endpoint.path, vec![b' '; (1 << 20) + 1]), "body_too_large"),
            ];
            for (number, (call, code)) in rows.into_iter().enumerate() {
                let answer = call.send().await;
                assert_eq!(answer.code(), code, "{} row {number}: {}", endpoint.path, answer.message());
            }
            if !endpoint.methods.contains(&Method::GET) {
                system.call(Method::GET, endpoint.path, "").send().await.refused("method_not_allowed");
            }
            before.assert_same(&app.footprint().await, endpoint.path);
            // The window's edges still pass.
            call().timestamp_offset_ms(1_000).send().await.data();
            system.post(endpoint.path, &next).timestamp_offset_ms(-1_000).send().await.data();
        }
    }

    async fn the_very_same_call_is_accepted_once(app: TestApp) {
        let (shop, system, other) = (
            app.merchant("Shop").await, app.system(SystemRights::all()).await, app.system(SystemRights::all()).await,
        );
        for endpoint in ADMIN_ENDPOINTS {
            let nonce = format!("the-one-nonce-of-{}", endpoint.path.len());
            let body = sample(&app, endpoint.id, &shop).await;
            let call = |system: &System| system.post(endpoint.path, &body).nonce(&nonce);
            call(&system).send().await.data();
            call(&system).send().await.refused("replayed");
            // Another key's calls, and a fresh timestamp with the nonce of before, are other calls: they are judged by what
            // they ask for, which may be done already.
            for other in [call(&other), call(&system).timestamp_offset_ms(1)] {
                let answer = other.send().await;
                assert!(["", "already_taken", "unknown_endpoint"].contains(&answer.code()), "{}", answer.body);
            }
        }
    }
}

#[test]
fn the_page_tells_of_every_endpoint_capability_and_code() {
    for endpoint in ADMIN_ENDPOINTS {
        assert!(PAGE.contains(endpoint.path), "{} is not on the page", endpoint.path);
    }
    for capability in Capability::ALL {
        assert!(PAGE.contains(capability.name()), "{} is not on the page", capability.name());
    }
    let told: Vec<_> =
        AdminError::CODES.iter().map(|(status, code)| format!("| {} | `{code}` |", status.as_u16())).collect();
    let on_page: Vec<_> = PAGE.lines().filter(|line| line.starts_with("| 4") || line.starts_with("| 5")).collect();
    assert_eq!(on_page.len(), told.len(), "the page's table has as many rows as there are codes");
    for (line, row) in on_page.iter().zip(&told) {
        assert!(line.starts_with(row.as_str()), "the page says {line} where the program says {row}");
    }
}
