//! The provider's calls, and calls for a merchant.

use countersign_domain::Scope;
use countersign_domain::authorization::OrderLimits;
use countersign_domain::id::{AuthorizationId, MerchantId};
use countersign_domain::merchant::MerchantKind;
use countersign_domain::money::PartsPerMillion;
use countersign_domain::user::Role;
use countersign_service::accounts;
use countersign_service::audit::Actor;
use countersign_service::authorizations::{self, Approval};
use countersign_service::platform::Collides;
use countersign_store::{StoreError, queries};
use serde_json::{Value, json};

use crate::support::{App, Key, settings};

fn ask(merchant: &Key, addresses: &Value) -> String {
    json!({ "merchantId": merchant.merchant.to_string(), "scopes": ["CHECKOUT", "BALANCE"], "ipWhitelist": addresses })
        .to_string()
}

#[tokio::test]
async fn a_request_shows_its_token_and_where_to_decide() {
    let app = App::new(settings());
    let (provider, merchant) = (app.provider().await, app.shop().await);
    let config = app.call(&provider, "/service/provider/config/query", "").await;
    assert_eq!(config.data()["allowFeeShare"], false);
    assert_eq!(config.data()["allowScopes"].as_array().expect("a list").len(), 10);

    let created = app.call(&provider, "/service/provider/create", &ask(&merchant, &json!(["198.51.100.7", ""]))).await;
    let data = created.data().clone();
    assert_eq!(data["status"], "PENDING");
    assert_eq!(data["scopes"], json!(["CHECKOUT", "BALANCE"]));
    assert_eq!(data["ipWhitelist"], json!(["198.51.100.7"]));
    assert_eq!(data["merchantId"], merchant.merchant.to_string());
    let link = format!(
        "https://pay.example/portal/review-authorization?authId={}",
        data["authorizationId"].as_str().expect("an id")
    );
    assert_eq!(data["redirectUrl"], link);

    let got = app
        .call(&provider, "/service/provider/record/get", &format!(r#"{{"merchantId":{}}}"#, merchant.merchant))
        .await;
    assert_eq!(got.data()["authorizationToken"], data["authorizationToken"]);
    assert!(got.data().get("redirectUrl").is_none());
    let page = app.call(&provider, "/service/provider/record", r#"{"page":1,"rows":10}"#).await;
    assert_eq!(page.data()["total"], 1);
    assert_eq!(page.data()["rows"][0], *got.data());

    // The token is inert until the merchant agrees.
    let token = data["authorizationToken"].as_str().expect("a token");
    let body = json!({ "wallet": "FUNDING_WALLET", "BinancePay-technicalServiceProviderAuthId": token }).to_string();
    let answer = app.call(&provider, "/v2/balance", &body).await;
    assert_eq!(answer.refused(), (400, "400203"));
    assert!(answer.explanation().contains("Pending"));
    let id: AuthorizationId = data["authorizationId"].as_str().expect("an id").parse().expect("a number");
    approve(&app, id, merchant.merchant).await;
    app.call(&provider, "/v2/balance", &body).await.data();
    assert_eq!(app.call(&merchant, "/v2/balance", &body).await.refused(), (400, "400606"), "another's token");
}

/// The merchant agrees to all that was asked.
async fn approve(app: &App, id: AuthorizationId, merchant_id: MerchantId) {
    let now = app.platform.business_now();
    let done = app.platform.write("test", move |tx, platform| -> Result<_, Refused> {
        let owner = accounts::create_user(
            tx,
            platform,
            ("owner@shop.example", Role::Owner(merchant_id)),
            None,
            (Actor::Operator, now),
        )
        .map_err(|error| Refused(error.to_string()))?;
        let record = queries::authorizations::get(tx, id)?.expect("a record");
        let approval = Approval {
            merchant_id,
            id,
            by: owner,
            scopes: record.request.scopes,
            limits: OrderLimits::none(),
            ends_at: None,
            shown: None,
        };
        authorizations::approve(tx, platform, &approval, now).map_err(|error| Refused(error.to_string()))?;
        Ok(())
    });
    done.await.expect("agreed");
}

/// Whatever went wrong in arranging a test.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(String);

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl Collides for Refused {
    fn is_collision(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn requests_are_refused_with_their_codes() {
    let app = App::new(settings());
    let (provider, merchant) = (app.provider().await, app.shop().await);
    let body = |merchant: &str, scopes: &Value, addresses: &Value| {
        json!({ "merchantId": merchant, "scopes": scopes, "ipWhitelist": addresses }).to_string()
    };
    let (id, own) = (merchant.merchant.to_string(), provider.merchant.to_string());
    let some = json!(["CHECKOUT"]);
    let rows = [
        (body("merchant1", &some, &json!([])), "400208", ""),
        (body("1", &some, &json!([])), "400208", ""),
        (body(&own, &some, &json!([])), "400001", ""),
        (body(&id, &json!([]), &json!([])), "400100", "'scopes'"),
        (body(&id, &json!(["CHECKOUTS"]), &json!([])), "400102", "'scopes[0]'"),
        (body(&id, &some, &json!(["10.0.0.1", "nonsense"])), "400101", "'ipWhitelist[1]'"),
        (body(&id, &some, &json!(["10.0.0.1/8"])), "400101", "'ipWhitelist[0]'"),
    ];
    for (body, code, named) in rows {
        let answer = app.call(&provider, "/service/provider/create", &body).await;
        assert_eq!(answer.refused(), (400, code), "{body}: {answer:?}");
        assert!(answer.message().contains(named), "{body}: {answer:?}");
    }
    for path in ["/service/provider/config/query", "/service/provider/record/get", "/service/provider/create"] {
        let answer = app.call(&merchant, path, &body(&id, &some, &json!([]))).await;
        assert_eq!(answer.refused(), (400, "400203"), "{path}: {answer:?}");
    }
    let none = app.call(&provider, "/service/provider/record/get", &format!(r#"{{"merchantId":"{id}"}}"#)).await;
    assert_eq!(none.refused(), (400, "400208"));
}

#[tokio::test]
async fn a_scope_that_the_operator_does_not_allow_is_refused() {
    let app = App::new(settings());
    let allowed_scopes = [Scope::Balance].into_iter().collect();
    let kind = MerchantKind::Provider { allowed_scopes, fee_share: PartsPerMillion::new(1).expect("in range") };
    let provider = app.merchant(kind).await;
    let (provider, merchant) = (app.key(provider, &[]).await, app.shop().await);
    let config = app.call(&provider, "/service/provider/config/query", "{}").await;
    assert_eq!(*config.data(), json!({ "allowFeeShare": true, "allowScopes": ["BALANCE"] }));
    let answer = app.call(&provider, "/service/provider/create", &ask(&merchant, &json!([]))).await;
    assert_eq!(answer.refused(), (400, "400102"));
    assert!(answer.explanation().contains("CHECKOUT") && !answer.explanation().contains("BALANCE"), "{answer:?}");
}

#[tokio::test]
async fn the_token_belongs_into_the_body_and_only_where_it_is_taken() {
    let app = App::new(settings());
    let provider = app.provider().await;
    let body = r#"{"wallet":"FUNDING_WALLET"}"#;
    let mut header = app.signed(&provider, "/v2/balance", body);
    header.headers_mut().insert("BinancePay-technicalServiceProviderAuthId", http::HeaderValue::from_static("x"));
    assert_eq!(app.send(header).await.refused(), (400, "400001"));
    let with =
        |value: &str| format!(r#"{{"wallet":"FUNDING_WALLET","BinancePay-technicalServiceProviderAuthId":{value}}}"#);
    for (value, code) in [("null", "000000"), ("\"\"", "400606"), ("0", "400606"), ("\"x\"", "400606")] {
        assert_eq!(app.call(&provider, "/v2/balance", &with(value)).await.code(), code, "{value}");
    }
    for path in ["/certificates", "/service/provider/config/query", "/service/provider/record"] {
        assert_eq!(app.call(&provider, path, &with("\"x\"")).await.refused(), (400, "400001"), "{path}");
    }
}

#[tokio::test]
async fn the_certificate_is_the_key_that_signs() {
    let app = App::new(settings());
    let key = app.shop().await;
    let answer = app.call(&key, "/certificates", "{}").await;
    let signing = &app.platform.webhook_key;
    let expected = json!([{ "certPublic": signing.public_pem(), "certSerial": signing.serial() }]);
    assert_eq!(*answer.data(), expected);
}
