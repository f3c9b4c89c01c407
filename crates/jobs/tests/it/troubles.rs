//! An endpoint that only fails: how long it is borne, who is told, and how it comes back.

use countersign_domain::id::WebhookEndpointId;
use countersign_domain::time::{DAY_MS, HOUR_MS};
use countersign_domain::webhook_endpoint::{DisabledBy, EndpointState, FAILING_MS_MAX, WebhookEndpoint};
use countersign_jobs::{Channel, DeliveryLimits, Dispatcher, Mail, RetrySchedule};
use countersign_service::deliveries::{LogFilter, Recovery, StateFilter, Target};
use countersign_service::webhook_endpoints;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{MessageState, ParkReason};
use countersign_testkit::{Engine, Merchant, Payer, SinkAnswer, TestApp, on_both_engines, run};

use crate::support::{Setup, dispatcher, paid_order, quiet_order, run_due, run_to_the_end, sink};

async fn endpoint(merchant: &Merchant, id: WebhookEndpointId) -> WebhookEndpoint {
    merchant.endpoints().await.into_iter().find(|endpoint| endpoint.id == id).expect("it is there")
}

/// One order a day that names no receiver, from day `first` to day `last` after `start`, each with its whole schedule.
async fn daily_orders(
    (app, dispatcher): (&TestApp, &Dispatcher),
    (merchant, payer): (&Merchant, &Payer),
    start: countersign_domain::Timestamp,
    days: std::ops::RangeInclusive<i64>,
) {
    for day in days {
        run_to_the_end(app, dispatcher).await;
        app.advance_ms(start.plus_ms(day * DAY_MS).ms_since(app.now()));
        quiet_order(merchant, payer, &format!("day{day}")).await;
        run_due(dispatcher).await;
    }
}

on_both_engines! {
    async fn an_endpoint_that_only_fails_for_five_days_is_disabled_and_comes_back(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let [bad, good] = [merchant.listen_at(&sink.url("/bad")).await, merchant.listen_at(&sink.url("/good")).await];
        merchant.disable_endpoint(good).await.expect("it can be disabled");
        sink.answer_always(SinkAnswer::Reply(500, b"out of order".to_vec()));
        let start = app.now();
        daily_orders((&app, &dispatcher), (&merchant, &payer), start, 0..=4).await;
        let failing = EndpointState::Enabled { failing_since: Some(start) };
        assert_eq!(endpoint(&merchant, bad).await.state, failing, "four days and more are borne");
        assert!(app.messages(Channel::Mail, merchant.id).await.is_empty());

        daily_orders((&app, &dispatcher), (&merchant, &payer), start, 5..=5).await;
        let since = start.plus_ms(FAILING_MS_MAX);
        let disabled = EndpointState::Disabled { since, by: DisabledBy::Platform { failing_since: start } };
        assert_eq!(endpoint(&merchant, bad).await.state, disabled);
        let platform = app.platform();
        let owner = merchant.id;
        let troubled = platform.read("troubled", move |tx, _| webhook_endpoints::troubled(tx, owner)).await;
        let troubled: Result<Vec<_>, StoreError> = troubled;
        assert_eq!(troubled.expect("they can be read").iter().map(|endpoint| endpoint.id).collect::<Vec<_>>(), [bad]);
        quiet_order(&merchant, &payer, "missed").await;
        sink.clear();
        run_to_the_end(&app, &dispatcher).await;
        assert!(sink.deliveries().is_empty(), "a disabled endpoint is left alone, also with what was on its way");

        let [message] = app.messages(Channel::Mail, merchant.id).await.try_into().unwrap_or_else(|_| panic!("one mail"));
        let mail = Mail::from_body(message.body.as_deref().expect("it was rendered")).expect("a mail");
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), (merchant.email.as_str(), "A webhook endpoint of Shop is switched off"));
        assert!(mail.text.contains(&sink.url("/bad")), "{}", mail.text);

        sink.answer_always(SinkAnswer::Success);
        let missed = merchant.enable_endpoint(bad).await.expect("it can be enabled").expect("it missed something");
        assert_eq!((missed.count, missed.since), (7, start), "six that failed and one that was not tried");
        let what = Recovery { merchant: None, since: missed.since, endpoint: Some(bad), target: Target::Original };
        assert_eq!(merchant.recover(what).await.expect("it can be sent again"), (7, 0));
        run_to_the_end(&app, &dispatcher).await;
        let mut ids: Vec<i64> = sink.deliveries_to("/bad").iter().map(|delivery| delivery.verified().biz_id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((ids.len(), sink.deliveries().len()), (7, 7));
        assert_eq!(endpoint(&merchant, bad).await.state, EndpointState::ENABLED);
    }

    async fn a_single_success_begins_the_count_anew(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let id = merchant.listen_at(&sink.url("/hook")).await;
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        let start = app.now();
        daily_orders((&app, &dispatcher), (&merchant, &payer), start, 0..=4).await;
        sink.script([SinkAnswer::Success]);
        daily_orders((&app, &dispatcher), (&merchant, &payer), start, 5..=9).await;
        let later = EndpointState::Enabled { failing_since: Some(start.plus_ms(5 * DAY_MS)) };
        assert_eq!(endpoint(&merchant, id).await.state, later);
        daily_orders((&app, &dispatcher), (&merchant, &payer), start, 10..=10).await;
        assert!(!endpoint(&merchant, id).await.state.is_enabled());
    }
}

#[test]
fn how_long_it_is_borne_is_configured_and_a_calls_own_url_is_no_endpoint() {
    run(Engine::Sqlite, |app| async move {
        let sink = sink(&app).await;
        let limits = DeliveryLimits { failing_ms_max: HOUR_MS, ..DeliveryLimits::default() };
        let schedule = RetrySchedule::new(vec![HOUR_MS - 1, 1], 0).expect("a schedule");
        let dispatcher = Setup { schedule, limits, ..Setup::default() }.dispatcher(&app);
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        let id = merchant.listen_at(&sink.url("/hook")).await;
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        quiet_order(&merchant, &payer, "a1").await;
        paid_order(&merchant, &payer, "a2", &sink.url("/own")).await;
        let start = app.now();
        run_due(&dispatcher).await;
        app.advance_ms(HOUR_MS - 1);
        run_due(&dispatcher).await;
        assert_eq!(endpoint(&merchant, id).await.state, EndpointState::Enabled { failing_since: Some(start) });
        app.advance_ms(1);
        run_due(&dispatcher).await;
        let by = DisabledBy::Platform { failing_since: start };
        assert_eq!(endpoint(&merchant, id).await.state, EndpointState::Disabled { since: app.now(), by });
        let parked = LogFilter { state: Some(StateFilter::Parked), ..LogFilter::default() };
        let log = merchant.log(parked).await;
        let last_try = MessageState::Parked(ParkReason::LastTry);
        assert!(log.len() == 2 && log.iter().all(|message| message.state == last_try && message.attempts == 3));
    });
}
