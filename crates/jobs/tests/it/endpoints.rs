//! Where events are told: at whose endpoints, which of them, and where not.

use countersign_domain::Scope;
use countersign_domain::id::WebhookEndpointId;
use countersign_domain::time::DAY_MS;
use countersign_domain::webhook_endpoint::{
    DisabledBy, ENDPOINTS_MAX, EndpointState, EndpointTerms, EventFilter, EventKind, TermsFault,
};
use countersign_jobs::RunSummary;
use countersign_service::audit::Actor;
use countersign_service::deliveries::{LogFilter, Recovery, StateFilter, Target};
use countersign_service::outbox::MISSED_MS_MAX;
use countersign_service::webhook_endpoints::EndpointError;
use countersign_store::StoreError;
use countersign_store::queries::audit::{self, AuditRow};
use countersign_store::queries::outbox::{Channel, MessageState, ParkReason};
use countersign_testkit::{Engine, SinkAnswer, on_both_engines, run};
use serde_json::json;

use crate::support::{
    dispatcher, next_due, open_order, order_body, paid_order, quiet_order, run_due, run_to_the_end, sink, told,
};

const PAID: &str = "PAY PAY_SUCCESS";
const CLOSED: &str = "PAY PAY_CLOSED";
const REFUNDED: &str = "PAY_REFUND REFUND_SUCCESS";

/// How often which path is told.
type Counts = &'static [(&'static str, usize)];

fn terms(url: &str, kinds: &[EventKind], tells_closed: bool) -> EndpointTerms {
    let events: EventFilter = kinds.iter().copied().collect();
    EndpointTerms { events, tells_closed, ..EndpointTerms::of_everything(url, "") }
}

on_both_engines! {
    async fn endpoints_are_told_of_what_they_want(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        let rows: [(&str, &[EventKind], bool); 5] = [
            ("/all", &[], true),
            ("/quiet", &[], false),
            ("/orders", &[EventKind::Order, EventKind::Payout], true),
            ("/refunds", &[EventKind::Refund], true),
            ("/payouts", &[EventKind::Payout], true),
        ];
        for (path, kinds, tells_closed) in rows {
            merchant.add_endpoint(&terms(&sink.url(path), kinds, tells_closed)).await.expect("it can be added");
        }
        let paid = quiet_order(&merchant, &payer, "a1").await;
        merchant.refund(&paid, "r1", "0.5").await.data();
        let open = open_order(&merchant, "a2", &json!({})).await;
        merchant.close(&open).await.data();
        // A call's own URL is told of everything, whatever an endpoint with that URL wants.
        let own = open_order(&merchant, "a3", &json!({"webhookUrl": sink.url("/payouts")})).await;
        merchant.close(&own).await.data();
        run_due(&dispatcher).await;
        let expected: [(&str, &[&str]); 5] = [
            ("/all", &[PAID, REFUNDED, CLOSED]),
            ("/quiet", &[PAID, REFUNDED]),
            ("/orders", &[PAID, CLOSED]),
            ("/refunds", &[REFUNDED]),
            ("/payouts", &[CLOSED]),
        ];
        for (path, events) in expected {
            let mut told = told(&sink, path);
            told.sort_by_key(|event| [PAID, REFUNDED, CLOSED].iter().position(|known| known == event));
            assert_eq!(told, events, "{path}");
        }
    }

    // decisions.md row 28: the call's own URL, else the provider's endpoints; the merchant's own as well; one URL once.
    async fn a_providers_order_is_told_to_both_and_to_one_url_once(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (provider, merchant, payer) = (app.provider("Acme").await, app.merchant("Shop").await, app.payer_with("10").await);
        for path in ["/acme", "/shared", "/acme-refunds"] {
            let kinds: &[EventKind] = if path == "/acme-refunds" { &[EventKind::Refund] } else { &[] };
            provider.add_endpoint(&terms(&sink.url(path), kinds, true)).await.expect("it can be added");
        }
        for path in ["/shop", "/shared"] {
            merchant.listen_at(&sink.url(path)).await;
        }
        let token = app.grant(&provider, &merchant, &[Scope::Checkout]).await.token;
        run_due(&dispatcher).await;
        let rows: [(Option<&str>, Counts); 3] = [
            (None, &[("/acme", 1), ("/shared", 1), ("/shop", 1), ("/own", 0)]),
            (Some("/own"), &[("/acme", 0), ("/shared", 1), ("/shop", 1), ("/own", 1)]),
            (Some("/shop"), &[("/acme", 0), ("/shared", 1), ("/shop", 1), ("/own", 0)]),
        ];
        for (number, (own, expected)) in (0..).zip(rows) {
            sink.clear();
            let url = own.map(|path| json!({"webhookUrl": sink.url(path)})).unwrap_or(json!({}));
            let created = provider.call("/v2/order", order_body(&format!("a{number}"), &url)).on_behalf(token.as_str()).await;
            payer.pay(&created.text_of("prepayId")).await;
            run_due(&dispatcher).await;
            for (path, count) in expected {
                assert_eq!(told(&sink, path).len(), *count, "{path} with the call's own URL {own:?}");
            }
            assert!(told(&sink, "/acme-refunds").is_empty());
        }
        // Disabled there and enabled here: the URL is told, for the party that wants it.
        sink.clear();
        let shared = provider.endpoints().await.into_iter().find(|endpoint| endpoint.terms.url == sink.url("/shared"));
        provider.disable_endpoint(shared.expect("it is there").id).await.expect("it can be disabled");
        let created = provider.call("/v2/order", order_body("b1", &json!({}))).on_behalf(token.as_str()).await;
        payer.pay(&created.text_of("prepayId")).await;
        run_due(&dispatcher).await;
        assert_eq!(told(&sink, "/shared"), [PAID]);
    }

    async fn what_a_disabled_endpoint_misses_is_remembered_for_a_while(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        let id = merchant.listen_at(&sink.url("/hook")).await;
        sink.script([SinkAnswer::Reply(500, Vec::new())]);
        quiet_order(&merchant, &payer, "a1").await;
        run_due(&dispatcher).await;
        app.advance_ms(1_000);
        let since = app.now();
        merchant.disable_endpoint(id).await.expect("it can be disabled");
        let [endpoint] = merchant.endpoints().await.try_into().expect("one endpoint");
        assert_eq!(endpoint.state, EndpointState::Disabled { since, by: DisabledBy::Owner });
        quiet_order(&merchant, &payer, "a2").await;
        let waiting = next_due(&dispatcher).await.expect("the first message waits for its next try");
        app.advance_ms(waiting.ms_since(app.now()));
        assert_eq!(run_due(&dispatcher).await, RunSummary::default(), "nothing is sent");
        let missed = MessageState::Parked(ParkReason::EndpointDisabled);
        let log = merchant.log(LogFilter { state: Some(StateFilter::Is(missed)), ..LogFilter::default() }).await;
        let attempts: Vec<i64> = log.iter().map(|message| message.attempts).collect();
        assert_eq!(attempts, [0, 1], "the new one, and the one that was on its way");

        app.advance_ms(MISSED_MS_MAX - app.now().ms_since(since) - 1);
        quiet_order(&merchant, &payer, "a3").await;
        app.advance_ms(1);
        quiet_order(&merchant, &payer, "a4").await;
        assert_eq!(merchant.log(LogFilter::default()).await.len(), 3, "after {} days it is forgotten", MISSED_MS_MAX / DAY_MS);

        let missed = merchant.enable_endpoint(id).await.expect("it can be enabled").expect("it missed something");
        assert_eq!(missed.count, 3);
        assert_eq!(merchant.enable_endpoint(id).await.expect("twice is the same"), None);
        quiet_order(&merchant, &payer, "a5").await;
        assert_eq!(run_due(&dispatcher).await.delivered, 1, "enabling alone sends nothing of what was missed");
    }

    async fn what_is_on_its_way_follows_an_endpoint_that_moves_and_stops_where_it_is_removed(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        let [moves, goes] = [merchant.listen_at(&sink.url("/old")).await, merchant.listen_at(&sink.url("/gone")).await];
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        quiet_order(&merchant, &payer, "a1").await;
        run_due(&dispatcher).await;
        sink.answer_always(SinkAnswer::Success);
        merchant.edit_endpoint(moves, &EndpointTerms::of_everything(&sink.url("/new"), "moved")).await.expect("it can move");
        merchant.remove_endpoint(goes).await.expect("it can be removed");
        sink.clear();
        run_to_the_end(&app, &dispatcher).await;
        assert_eq!((told(&sink, "/new"), sink.deliveries().len()), (vec![PAID.to_owned()], 1));
        let log = merchant.log(LogFilter::default()).await;
        let stands = |id: WebhookEndpointId| log.iter().find(|message| message.endpoint_id == Some(id)).expect("a message");
        assert_eq!((stands(moves).state, stands(moves).target()), (MessageState::Delivered, sink.url("/new").as_str()));
        assert_eq!(stands(moves).destination, sink.url("/old"), "what it was caused for stays");
        assert_eq!((stands(goes).state, stands(goes).attempts), (MessageState::Parked(ParkReason::EndpointRemoved), 1));
    }

    async fn terms_places_and_owners_are_checked(app: TestApp) {
        let (merchant, other) = (app.merchant("Shop").await, app.merchant("Other").await);
        let url = |number: i64| format!("https://shop.example/{number}");
        let mut ids = Vec::new();
        for number in 0..ENDPOINTS_MAX {
            ids.push(merchant.listen_at(&url(number)).await);
        }
        let everything = |url: &str| EndpointTerms::of_everything(url, "");
        assert!(matches!(merchant.add_endpoint(&everything(&url(99))).await, Err(EndpointError::TooMany)));
        merchant.remove_endpoint(ids[0]).await.expect("it can be removed");
        assert!(matches!(merchant.add_endpoint(&everything(&url(1))).await, Err(EndpointError::UrlTaken)));
        assert!(matches!(merchant.add_endpoint(&everything("")).await, Err(EndpointError::Terms(TermsFault::UrlLength))));
        let taken = merchant.edit_endpoint(ids[1], &everything(&url(2))).await;
        assert!(matches!(taken, Err(EndpointError::UrlTaken)));
        let changed = terms(&url(1), &[EventKind::Refund], false);
        merchant.edit_endpoint(ids[1], &changed).await.expect("its own URL is not taken");
        let edited = merchant.endpoints().await.into_iter().find(|endpoint| endpoint.id == ids[1]);
        assert_eq!(edited.expect("it is there").terms, changed);

        other.listen_at(&url(1)).await;
        let footprint = app.footprint().await;
        for id in [ids[1], ids[0]] {
            assert!(matches!(other.edit_endpoint(id, &everything("u")).await, Err(EndpointError::Unknown)));
            assert!(matches!(other.disable_endpoint(id).await, Err(EndpointError::Unknown)));
            assert!(matches!(other.enable_endpoint(id).await, Err(EndpointError::Unknown)));
            assert!(matches!(other.remove_endpoint(id).await, Err(EndpointError::Unknown)));
        }
        footprint.assert_same(&app.footprint().await, "whose endpoint it is not");
        // What was so far the only way to set one still makes it the only one.
        merchant.set_endpoint(&url(2)).await;
        let [only] = merchant.endpoints().await.try_into().expect("one endpoint");
        assert_eq!((only.id, only.terms.url), (ids[2], url(2)), "one that is there stays the same one");
    }
}

#[test]
fn a_replaced_endpoint_is_told_of_everything_again() {
    run(Engine::Sqlite, |app| async move {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        let id = merchant.add_endpoint(&terms(&sink.url("/hook"), &[EventKind::Payout], false)).await.expect("added");
        merchant.disable_endpoint(id).await.expect("disabled");
        merchant.set_endpoint(&sink.url("/hook")).await;
        quiet_order(&merchant, &payer, "a1").await;
        paid_order(&merchant, &payer, "a2", &sink.url("/own")).await;
        run_due(&dispatcher).await;
        assert_eq!((told(&sink, "/hook"), told(&sink, "/own")), (vec![PAID.to_owned()], vec![PAID.to_owned()]));
        assert_eq!(app.messages(Channel::Webhook, merchant.id).await.len(), 2);
    });
}

#[test]
fn every_change_of_an_endpoint_stands_in_its_owners_chain() {
    run(Engine::Sqlite, |app| async move {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        let id = merchant.listen_at(&sink.url("/one")).await;
        quiet_order(&merchant, &payer, "a1").await;
        run_due(&dispatcher).await;
        let message = merchant.log(LogFilter::default()).await.remove(0).id;
        merchant.resend(message, Target::Original).await.expect("it can be sent again");
        merchant.edit_endpoint(id, &terms(&sink.url("/two"), &[], true)).await.expect("it can be edited");
        merchant.disable_endpoint(id).await.expect("it can be disabled");
        merchant.disable_endpoint(id).await.expect("twice is the same");
        run_due(&dispatcher).await;
        merchant.enable_endpoint(id).await.expect("it can be enabled");
        let what = Recovery { merchant: None, since: app.now(), endpoint: None, target: Target::Original };
        assert_eq!(merchant.recover(what).await.expect("it can be recovered"), (1, 0));
        merchant.remove_endpoint(id).await.expect("it can be removed");
        merchant.set_endpoint(&sink.url("/three")).await;
        let owner = merchant.id.get();
        let read = app.platform().read("audit", move |tx, _| audit::rows_after(tx, owner, 0, 100));
        let rows: Vec<AuditRow> = read.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
        let by = Actor::User(merchant.owner).to_string();
        let acts = rows.iter().filter(|row| row.owner == owner && row.actor == by).map(|row| row.action.as_str());
        assert_eq!(
            acts.collect::<Vec<_>>(),
            [
                "webhook_endpoint_add",
                "webhook_redeliver",
                "webhook_endpoint_edit",
                "webhook_endpoint_disable",
                "webhook_endpoint_enable",
                "webhook_recover",
                "webhook_endpoint_remove",
                "webhook_endpoint_set",
            ]
        );
        assert!(rows.iter().all(|row| !row.detail.contains("http")), "no URL stands in the chain");
    });
}
