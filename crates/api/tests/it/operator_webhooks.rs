//! Webhooks as the operator's systems look after them, on both engines. Who may not is in [`crate::operator_guards`].

use countersign_domain::time::HOUR_MS;
use countersign_domain::webhook_endpoint::ENDPOINTS_MAX;
use countersign_service::webhook_endpoints::EndpointError;
use countersign_store::StoreError;
use countersign_store::queries::audit;
use countersign_store::queries::outbox::{Channel, Message};
use countersign_testkit::{Merchant, System, SystemRights, TestApp, on_both_engines};
use serde_json::{Value, json};

use crate::order_life::with;
use crate::samples::order_v2;

const ENDPOINTS: &str = "/admin/v1/webhooks/endpoints";
const DELIVERIES: &str = "/admin/v1/webhooks/deliveries";

/// A message in the shop's log, to a URL that a call named: an order that was closed.
pub(crate) async fn delivery_of(app: &TestApp, shop: &Merchant, url: &str) -> Message {
    let number = format!("told{}", app.world().next_number());
    let order = with(order_v2(&number), &json!({ "webhookUrl": url }));
    let placed = shop.call("/v2/order", order).await.data()["prepayId"].clone();
    shop.close(placed.as_str().expect("a prepay id")).await.data();
    app.messages(Channel::Webhook, shop.id).await.into_iter().last().expect("the closing is told")
}

async fn done(system: &System, path: &str, body: &Value) -> Value {
    system.post(path, body).send().await.data().clone()
}

async fn refused(system: &System, path: &str, body: &Value, code: &str) {
    system.post(path, body).send().await.refused(code);
}

/// Action and detail of what `system` did and was refused, on the chain of `shop`.
async fn audited(app: &TestApp, system: &System, shop: &Merchant) -> Vec<(String, Value)> {
    let (owner, by) = (shop.id.get(), format!("admin_key:{}", system.key_id));
    let rows = app.platform().read("test", move |tx, _| audit::rows_after(tx, owner, 0, 1_000)).await;
    let rows: Result<Vec<_>, StoreError> = rows;
    let of_owner = rows.expect("the chain can be read").into_iter().filter(|row| row.owner == owner && row.actor == by);
    of_owner.map(|row| (row.action, serde_json::from_str(&row.detail).expect("JSON"))).collect()
}

on_both_engines! {
    async fn endpoints_are_added_changed_and_removed(app: TestApp) {
        let (system, shop) = (app.system(SystemRights::all()).await, app.merchant("Shop").await);
        let of_shop = |more: Value| with(json!({ "merchantId": shop.id.to_string() }), &more);
        let list = async || done(&system, ENDPOINTS, &of_shop(json!({}))).await["endpoints"].clone();
        assert_eq!(list().await, json!([]));
        let added = of_shop(json!({
            "url": "https://shop.example/a", "description": "Till", "events": ["PAY", "TECH_PROVIDER"], "tellsClosed": false,
        }));
        let id = done(&system, &format!("{ENDPOINTS}/add"), &added).await["endpointId"].clone();
        let mut expected = json!({
            "endpointId": id, "merchantId": shop.id.to_string(), "url": "https://shop.example/a", "description": "Till",
            "events": ["PAY", "TECH_PROVIDER"], "tellsClosed": false, "state": "enabled", "createdAt": app.now().ms(),
        });
        assert_eq!(list().await, json!([expected]));

        // What is not said stays as it is.
        let which = of_shop(json!({ "endpointId": id }));
        let edit = format!("{ENDPOINTS}/edit");
        assert_eq!(done(&system, &edit, &with(which.clone(), &json!({ "url": "https://shop.example/b" }))).await, json!({}));
        done(&system, &edit, &with(which.clone(), &json!({ "events": [], "tellsClosed": true }))).await;
        (expected["url"], expected["events"], expected["tellsClosed"]) = (json!("https://shop.example/b"), json!([]), json!(true));
        assert_eq!(list().await, json!([expected]));

        let wakes = app.admin_wakes();
        done(&system, &format!("{ENDPOINTS}/disable"), &which).await;
        assert_eq!(app.admin_wakes(), wakes + 1, "a mail goes out");
        let disabled = with(expected.clone(), &json!({
            "state": "disabled", "disabledSince": app.now().ms(), "disabledBy": "operator",
        }));
        assert_eq!(list().await, json!([disabled]));
        let own = shop.endpoints().await[0].id;
        assert!(matches!(shop.enable_endpoint(own).await, Err(EndpointError::Held)), "the operator's word stands");
        assert_eq!(app.messages(Channel::Mail, shop.id).await.len(), 1, "its people are told");
        let placed = shop.call("/v2/order", order_v2("missed1")).await.data()["prepayId"].clone();
        shop.close(placed.as_str().expect("a prepay id")).await.data();
        let missed = done(&system, &format!("{ENDPOINTS}/enable"), &which).await;
        assert_eq!(missed, json!({ "missed": { "count": 1, "isCut": false, "since": app.now().ms() } }));
        assert_eq!(done(&system, &format!("{ENDPOINTS}/enable"), &which).await, json!({}));
        done(&system, &format!("{ENDPOINTS}/remove"), &which).await;
        assert_eq!(list().await, json!([]));
        refused(&system, &format!("{ENDPOINTS}/remove"), &which, "unknown_endpoint").await;

        let told: Vec<_> = audited(&app, &system, &shop).await;
        let actions: Vec<_> = told.iter().map(|(action, detail)| (action.as_str(), detail["outcome"]["refused"].as_str())).collect();
        assert_eq!(actions, [
            ("webhook_endpoint_add", None), ("webhook_endpoint_edit", None), ("webhook_endpoint_edit", None),
            ("webhook_endpoint_disable", None), ("webhook_endpoint_enable", None), ("webhook_endpoint_remove", None),
            ("webhook_endpoint_remove", Some("there is no such endpoint")),
        ]);
    }

    async fn what_cannot_be_said_of_endpoints_is_refused(app: TestApp) {
        let system = app.system(SystemRights::all()).await;
        let (shop, other) = (app.merchant("Shop").await, app.merchant("Other").await);
        let theirs = other.listen_at("https://other.example/").await.to_string();
        let own = shop.listen_at("https://shop.example/").await.to_string();
        let of_shop = |more: Value| with(json!({ "merchantId": shop.id.to_string() }), &more);
        let (add, edit) = (format!("{ENDPOINTS}/add"), format!("{ENDPOINTS}/edit"));
        let rows = [
            (add.as_str(), of_shop(json!({ "url": "https://169.254.169.254/" })), "invalid_field"),
            (&add, of_shop(json!({ "url": "" })), "invalid_field"),
            (&add, of_shop(json!({ "url": "https://shop.example/x", "events": ["ORDER"] })), "invalid_field"),
            (&add, of_shop(json!({ "url": "https://shop.example/x", "description": "a\nb" })), "invalid_field"),
            (&add, of_shop(json!({ "url": "https://shop.example/" })), "already_taken"),
            (&add, json!({ "merchantId": "1", "url": "https://shop.example/x" }), "unknown_account"),
            (&add, json!({ "merchantId": "x", "url": "https://shop.example/x" }), "invalid_field"),
            (&add, of_shop(json!({})), "invalid_body"),
            (&edit, of_shop(json!({ "endpointId": own, "url": "https://169.254.169.254/" })), "invalid_field"),
            (&edit, of_shop(json!({ "endpointId": theirs, "description": "Mine" })), "unknown_endpoint"),
            (&edit, of_shop(json!({ "endpointId": "x" })), "invalid_field"),
            (&edit, json!({ "merchantId": "1", "endpointId": own }), "unknown_account"),
            (ENDPOINTS, json!({ "merchantId": "1" }), "unknown_account"),
        ];
        for (path, body, code) in rows {
            let answer = system.post(path, &body).send().await;
            assert_eq!(answer.code(), code, "{path} {body}: {}", answer.body);
        }
        for number in 1..ENDPOINTS_MAX {
            done(&system, &add, &of_shop(json!({ "url": format!("https://shop.example/{number}") }))).await;
        }
        refused(&system, &add, &of_shop(json!({ "url": "https://shop.example/more" })), "too_many").await;
        assert_eq!(other.endpoints().await.len(), 1);
    }

    async fn deliveries_are_listed_and_shown(app: TestApp) {
        let system = app.system(SystemRights::all()).await;
        let (shop, other) = (app.merchant("Shop").await, app.merchant("Other").await);
        let first = delivery_of(&app, &shop, "https://shop.example/1").await;
        app.advance_ms(HOUR_MS);
        let second = delivery_of(&app, &shop, "https://shop.example/2").await;
        let third = delivery_of(&app, &other, "https://other.example/").await;
        let shop_id = shop.id.to_string();
        let ids = async |body: Value| -> Vec<Value> {
            let page = done(&system, DELIVERIES, &body).await;
            page["deliveries"].as_array().expect("a list").iter().map(|row| row["deliveryId"].clone()).collect()
        };
        let named = |messages: &[&Message]| messages.iter().map(|message| json!(message.id.to_string())).collect::<Vec<_>>();
        let rows = [
            (json!({}), named(&[&third, &second, &first])),
            (json!({ "merchantId": shop_id }), named(&[&second, &first])),
            (json!({ "since": app.now().ms() }), named(&[&third, &second])),
            (json!({ "until": app.now().ms() }), named(&[&first])),
            (json!({ "bizType": "PAY", "state": "pending", "limit": 1 }), named(&[&third])),
            (json!({ "before": second.id.to_string() }), named(&[&first])),
            (json!({ "bizType": "PAYOUT" }), vec![]),
            (json!({ "state": "parked" }), vec![]),
            (json!({ "endpointId": "7" }), vec![]),
        ];
        for (body, expected) in rows {
            assert_eq!(ids(body.clone()).await, expected, "{body}");
        }
        let page = done(&system, DELIVERIES, &json!({ "limit": 2 })).await;
        assert_eq!(page["next"], second.id.to_string());
        let expected = json!({
            "deliveryId": first.id.to_string(), "merchantId": shop_id, "bizType": "PAY", "bizStatus": "PAY_CLOSED",
            "bizIdStr": first.subject.to_string(), "url": "https://shop.example/1", "state": "pending", "attempts": 0,
            "createdAt": first.created_at.ms(), "nextTryAt": first.created_at.ms(),
        });
        let shown = done(&system, &format!("{DELIVERIES}/show"), &json!({ "deliveryId": first.id.to_string() })).await;
        assert_eq!(shown, with(expected, &json!({ "tries": [] })));
        refused(&system, &format!("{DELIVERIES}/show"), &json!({ "deliveryId": "7" }), "unknown_delivery").await;
        for body in [
            json!({ "state": "lost" }), json!({ "bizType": "pay" }), json!({ "limit": 0 }), json!({ "limit": 201 }),
            json!({ "merchantId": "Shop" }), json!({ "before": "x" }),
        ] {
            refused(&system, DELIVERIES, &body, "invalid_field").await;
        }
        refused(&system, DELIVERIES, &json!({ "merchantId": "1" }), "unknown_account").await;
    }

    async fn what_failed_is_sent_again(app: TestApp) {
        let system = app.system(SystemRights::all()).await;
        let (shop, other) = (app.merchant("Shop").await, app.merchant("Other").await);
        let (resend, recover) = (format!("{DELIVERIES}/resend"), format!("{DELIVERIES}/recover"));
        let nothing = json!({ "resent": 0, "left": 0 });
        assert_eq!(done(&system, &recover, &json!({ "since": 0 })).await, nothing, "nothing failed");
        // Two messages that a disabled endpoint misses, each of another merchant.
        let mut endpoints = Vec::new();
        for merchant in [&shop, &other] {
            let endpoint = merchant.listen_at("https://both.example/").await;
            merchant.disable_endpoint(endpoint).await.expect("it is enabled");
            let placed = merchant.call("/v2/order", order_v2("failed1")).await.data()["prepayId"].clone();
            merchant.close(placed.as_str().expect("a prepay id")).await.data();
            endpoints.push(endpoint);
        }
        let of_shop = json!({ "since": app.now().ms(), "merchantId": shop.id.to_string() });
        assert_eq!(done(&system, &recover, &of_shop).await, json!({ "resent": 0, "left": 1 }), "it is disabled still");
        let message = app.messages(Channel::Webhook, shop.id).await[0].id.to_string();
        refused(&system, &resend, &json!({ "deliveryId": message }), "endpoint_disabled").await;

        // To another endpoint of the same merchant, but of no other.
        let second = shop.listen_at("https://second.example/").await.to_string();
        let to_second = json!({ "deliveryId": message, "toEndpointId": second });
        let wakes = app.admin_wakes();
        assert_eq!(done(&system, &resend, &to_second).await, json!({}));
        assert_eq!(app.admin_wakes(), wakes + 1, "it goes out at once");
        let shown = done(&system, &format!("{DELIVERIES}/show"), &json!({ "deliveryId": message })).await;
        assert_eq!((&shown["goesTo"], &shown["state"]), (&json!("https://second.example/"), &json!("pending")));
        let theirs = json!({ "deliveryId": message, "toEndpointId": endpoints[1].to_string() });
        refused(&system, &resend, &theirs, "unknown_endpoint").await;
        refused(&system, &resend, &json!({ "deliveryId": "7" }), "unknown_delivery").await;
        let rows = [
            (with(of_shop.clone(), &json!({ "toEndpointId": endpoints[1].to_string() })), "unknown_endpoint"),
            (with(of_shop.clone(), &json!({ "toEndpointId": endpoints[0].to_string() })), "endpoint_disabled"),
            (json!({ "since": 0, "toEndpointId": second }), "invalid_field"),
            (json!({ "since": 0, "merchantId": "1" }), "unknown_account"),
            (json!({}), "invalid_body"),
        ];
        let wakes = app.admin_wakes();
        for (body, code) in rows {
            refused(&system, &recover, &body, code).await;
        }
        assert_eq!(app.admin_wakes(), wakes, "there is nothing to send");

        for (merchant, endpoint) in [(&shop, endpoints[0]), (&other, endpoints[1])] {
            merchant.enable_endpoint(endpoint).await.expect("it is disabled");
        }
        assert_eq!(done(&system, &recover, &json!({ "since": app.now().ms() + 1 })).await, nothing);
        let wakes = app.admin_wakes();
        let everybody = done(&system, &recover, &json!({ "since": app.now().ms() })).await;
        assert_eq!(app.admin_wakes(), wakes + 1);
        assert_eq!(everybody, json!({ "resent": 1, "left": 0 }), "the shop's is on its way already");
        let told: Vec<_> = audited(&app, &system, &shop).await.into_iter().map(|(action, detail)| {
            (action, detail["outcome"]["refused"].as_str().map(ToOwned::to_owned))
        }).collect();
        let refusal = |words: &str| Some(words.to_owned());
        assert_eq!(told, [
            ("webhook_redeliver".to_owned(), refusal("the endpoint is disabled; enable it first, or send to another")),
            ("webhook_redeliver".to_owned(), None),
            ("webhook_redeliver".to_owned(), refusal("there is no such endpoint")),
            ("webhook_recover".to_owned(), refusal("there is no such endpoint")),
            ("webhook_recover".to_owned(), refusal("the endpoint is disabled; enable it first, or send to another")),
        ]);
    }
}
