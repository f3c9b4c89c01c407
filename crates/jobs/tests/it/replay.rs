//! The log of deliveries: what it keeps of each try, what it shows, and what it sends again.

use countersign_domain::id::{OutboxId, WebhookEndpointId};
use countersign_domain::time::HOUR_MS;
use countersign_domain::{Scope, Timestamp};
use countersign_jobs::RunSummary;
use countersign_service::deliveries::{
    ATTEMPTS_MAX, Kept, LogFilter, RecoverError, Recovery, ResendError, StateFilter, Target, TargetError,
};
use countersign_store::queries::outbox::{Channel, MessageState, ParkReason};
use countersign_testkit::{Engine, SinkAnswer, on_both_engines, run};

use crate::support::{
    dispatcher, move_to, next_due, only_webhook, paid_order, quiet_order, run_due, run_to_the_end, sink, told,
};

const LAST_TRY: MessageState = MessageState::Parked(ParkReason::LastTry);

/// Everything that failed since the beginning, to where it was caused for.
const EVERYTHING: Recovery =
    Recovery { merchant: None, since: Timestamp::from_ms(0), endpoint: None, target: Target::Original };

on_both_engines! {
    async fn each_try_is_kept_with_what_it_sent_and_got(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        let long = vec![b'x'; 10 * 1024 * 1024];
        sink.script([
            SinkAnswer::Reply(500, "not today \u{1F980}".into()),
            SinkAnswer::Reply(200, long),
            SinkAnswer::Reply(404, Vec::new()),
        ]);
        paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        let message = only_webhook(&app, merchant.id).await;
        let fresh = merchant.shown(message.id).await.expect("it is in the log");
        assert!(fresh.body.is_none() && fresh.attempts.is_empty());
        let mut sent_at = Vec::new();
        for _ in 0..4 {
            move_to(&app, next_due(&dispatcher).await.expect("it is due some time").max(app.now()));
            sent_at.push(app.world().wall_now());
            run_due(&dispatcher).await;
        }
        let shown = merchant.shown(message.id).await.expect("it is in the log");
        let deliveries = sink.deliveries();
        assert_eq!(shown.body, Some(Kept::Text(String::from_utf8(deliveries[0].body.clone()).expect("JSON"))));
        let seen: Vec<_> = shown.attempts.iter().map(|tried| (tried.number, tried.facts.status, tried.facts.error.as_deref())).collect();
        assert_eq!(seen, [
            (1, Some(500), Some("answered 500")),
            (2, Some(200), Some("answered 200 with too long a body")),
            (3, Some(404), Some("answered 404")),
            (4, Some(200), None),
        ]);
        let answers: Vec<_> = shown.attempts.iter().map(|tried| (tried.answer.clone(), tried.answer_is_cut)).collect();
        assert_eq!(answers[0], (Some(Kept::Text("not today \u{1F980}".to_owned())), false));
        assert_eq!(answers[1], (Some(Kept::Text("x".repeat(16 * 1024))), true));
        assert_eq!(answers[2], (None, false));
        assert_eq!(answers[3], (Some(Kept::Text(r#"{"returnCode":"SUCCESS","returnMessage":null}"#.to_owned())), false));
        for ((tried, delivery), at) in shown.attempts.iter().zip(&deliveries).zip(sent_at) {
            let signed = tried.facts.signed_with.as_ref().expect("it was signed");
            assert_eq!(delivery.header("binancepay-timestamp"), signed.timestamp.ms().to_string());
            assert_eq!(delivery.header("binancepay-nonce"), signed.nonce);
            assert_eq!(delivery.header("binancepay-certificate-sn"), signed.serial);
            assert_eq!((signed.timestamp, tried.facts.started_at, tried.url.as_str()), (at, at, sink.url("/hook").as_str()));
        }
        let other = app.merchant("Other").await;
        assert!(other.shown(message.id).await.is_none(), "another's log does not hold it");
    }

    // Receivers answer with what they got, also half of it; neither stands anywhere in the clear.
    async fn no_token_is_shown_or_stored(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        provider.listen_at(&sink.url("/tsp")).await;
        sink.script([SinkAnswer::Echo(500)]);
        let token = app.grant(&provider, &merchant, &[Scope::Checkout]).await.token;
        run_due(&dispatcher).await;
        let message = only_webhook(&app, provider.id).await;
        let shown = provider.shown(message.id).await.expect("it is in the log");
        let Some(Kept::Text(body)) = shown.body else { panic!("a body that can be shown") };
        let sent = String::from_utf8(sink.deliveries()[0].body.clone()).expect("JSON");
        assert!(sent.contains(&token));
        assert_eq!(body, sent.replace(&token, &format!("{}…", &token[..4])));
        assert_eq!(shown.attempts[0].answer, Some(Kept::Text(body)));
        let half = format!("{}{}", "y".repeat(16 * 1024 - 20), &token);
        sink.script([SinkAnswer::Reply(500, half.into_bytes())]);
        app.advance_ms(5_000);
        run_due(&dispatcher).await;
        let shown = provider.shown(message.id).await.expect("it is in the log");
        let Some(Kept::Text(answer)) = &shown.attempts[1].answer else { panic!("an answer that can be shown") };
        assert!(shown.attempts[1].answer_is_cut && answer.ends_with(&format!("y{}…", &token[..4])), "{}", &answer[16_300..]);

        let read = app.platform().read("kept", move |tx, _| {
            let message = countersign_store::queries::outbox::get(tx, message.id)?.and_then(|message| message.body);
            let tries = countersign_store::queries::outbox::attempts(tx, shown.message.id, 10)?;
            let answers = tries.into_iter().filter_map(|(_, _, facts)| facts.answer.map(|answer| answer.body));
            Ok::<_, countersign_store::StoreError>(message.into_iter().chain(answers).collect::<Vec<_>>())
        });
        let kept = read.await.expect("it can be read");
        assert_eq!(kept.len(), 3);
        let clear = |bytes: &[u8]| bytes.windows(8).any(|window| window == &token.as_bytes()[..8]);
        assert!(!kept.iter().any(|bytes| clear(bytes)), "what is kept is sealed");
    }

    async fn one_message_is_sent_again_in_whatever_state(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        run_due(&dispatcher).await;
        let stands = || async { only_webhook(&app, merchant.id).await };
        let id = stands().await.id;
        assert_eq!(stands().await.state, MessageState::Delivered);

        merchant.resend(id, Target::Original).await.expect("what arrived can be sent again");
        assert_eq!(run_due(&dispatcher).await, RunSummary { delivered: 1, ..RunSummary::default() });
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        merchant.resend(id, Target::Original).await.expect("once more");
        let again = merchant.resend(id, Target::Original).await;
        assert!(matches!(again, Err(ResendError::InLine)), "a click that changes nothing says so, and leaves no row: {again:?}");
        assert_eq!(run_due(&dispatcher).await, RunSummary { parked: 1, ..RunSummary::default() }, "one try, and no schedule");
        assert_eq!((stands().await.state, stands().await.attempts), (LAST_TRY, 3));
        merchant.resend(id, Target::Original).await.expect("what was given up can be sent again");
        assert_eq!(run_due(&dispatcher).await.parked, 1);

        let elsewhere = merchant.listen_at(&sink.url("/elsewhere")).await;
        sink.answer_always(SinkAnswer::Success);
        merchant.resend(id, Target::Endpoint(elsewhere)).await.expect("to an endpoint of the merchant");
        assert_eq!(run_due(&dispatcher).await.delivered, 1);
        let shown = merchant.shown(id).await.expect("it is in the log");
        assert_eq!(shown.attempts[4].url, sink.url("/elsewhere"));
        assert_eq!((shown.endpoint.map(|endpoint| endpoint.id), shown.message.destination), (Some(elsewhere), sink.url("/hook")));
        merchant.resend(id, Target::Original).await.expect("and back");
        run_due(&dispatcher).await;
        assert_eq!((told(&sink, "/elsewhere").len(), told(&sink, "/hook").len()), (1, 5));
        let bodies: std::collections::BTreeSet<_> = sink.deliveries().into_iter().map(|sent| sent.body).collect();
        assert_eq!(bodies.len(), 1, "always the same bytes");
    }

    async fn a_message_that_waits_is_sent_at_once_and_its_schedule_goes_on(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        run_due(&dispatcher).await;
        let id = only_webhook(&app, merchant.id).await.id;
        merchant.resend(id, Target::Original).await.expect("it can be sent now");
        assert_eq!(run_due(&dispatcher).await.retried, 1);
        let message = only_webhook(&app, merchant.id).await;
        assert_eq!((message.attempts, message.next_attempt_at), (2, app.now().plus_ms(60_000)), "the second delay follows");
    }

    async fn what_failed_is_recovered_exactly(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, other, payer) = (app.merchant("Shop").await, app.merchant("Other").await, app.payer_with("100").await);
        let [one, two] = [merchant.listen_at(&sink.url("/one")).await, merchant.listen_at(&sink.url("/two")).await];
        other.listen_at(&sink.url("/other")).await;
        quiet_order(&merchant, &payer, "delivered").await;
        run_due(&dispatcher).await;
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        quiet_order(&merchant, &payer, "early").await;
        run_to_the_end(&app, &dispatcher).await;
        let since = app.now();
        for number in 0..3 {
            quiet_order(&merchant, &payer, &format!("late{number}")).await;
        }
        quiet_order(&other, &payer, "theirs").await;
        run_to_the_end(&app, &dispatcher).await;
        merchant.disable_endpoint(two).await.expect("it can be disabled");
        quiet_order(&merchant, &payer, "missed").await;
        run_to_the_end(&app, &dispatcher).await;
        sink.answer_always(SinkAnswer::Success);
        sink.clear();
        quiet_order(&merchant, &payer, "waiting").await;

        // For one endpoint, since a time; then all that is left, of which the disabled endpoint's stay.
        let what = Recovery { since, endpoint: Some(one), ..EVERYTHING };
        assert_eq!(merchant.recover(what).await.expect("it can be recovered"), (4, 0));
        assert_eq!(merchant.recover(what).await.expect("again"), (0, 0), "what is on its way has not failed");
        run_due(&dispatcher).await;
        assert_eq!((told(&sink, "/one").len(), told(&sink, "/two").len()), (5, 0), "with the one that waited");
        assert_eq!(merchant.recover(EVERYTHING).await.expect("the rest"), (1, 6));
        run_due(&dispatcher).await;
        let refused = merchant.recover(Recovery { target: Target::Endpoint(two), ..EVERYTHING }).await;
        assert!(matches!(refused, Err(RecoverError::Target(TargetError::Disabled))));
        let elsewhere = Recovery { target: Target::Endpoint(one), ..EVERYTHING };
        assert_eq!(merchant.recover(elsewhere).await.expect("elsewhere"), (6, 0));
        run_due(&dispatcher).await;
        assert_eq!(told(&sink, "/one").len(), 12);
        assert!(told(&sink, "/two").is_empty() && told(&sink, "/other").is_empty());
        let parked = LogFilter { state: Some(StateFilter::Parked), ..LogFilter::default() };
        assert!(merchant.log(parked.clone()).await.is_empty());
        assert_eq!(other.log(parked).await.len(), 1, "another merchant's is another's");
    }

    async fn a_recovered_message_has_its_whole_schedule_again(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        for tries in [7, 14] {
            run_to_the_end(&app, &dispatcher).await;
            let message = only_webhook(&app, merchant.id).await;
            assert_eq!((message.state, message.attempts), (LAST_TRY, tries));
            app.advance_ms(HOUR_MS);
            assert_eq!(merchant.recover(EVERYTHING).await.expect("it can be recovered"), (1, 0));
        }
    }
}

#[test]
fn what_cannot_be_sent_again_is_refused_and_writes_nothing() {
    run(Engine::Sqlite, |app| async move {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, other, payer) =
            (app.merchant("Shop").await, app.merchant("Other").await, app.payer_with("10").await);
        let own = merchant.listen_at(&sink.url("/own")).await;
        let theirs = other.listen_at(&sink.url("/theirs")).await;
        quiet_order(&merchant, &payer, "a1").await;
        run_due(&dispatcher).await;
        let id = only_webhook(&app, merchant.id).await.id;
        let footprint = app.footprint().await;
        let unknown = |answer: Result<(), ResendError>| matches!(answer, Err(ResendError::Unknown));
        assert!(unknown(other.resend(id, Target::Original).await));
        assert!(unknown(merchant.resend(OutboxId::new(1), Target::Original).await));
        let nowhere = [theirs, WebhookEndpointId::new(1)].map(Target::Endpoint);
        for target in nowhere {
            let refused = merchant.resend(id, target).await;
            assert!(matches!(refused, Err(ResendError::Target(TargetError::Unknown))), "{target:?}");
            let refused = merchant.recover(Recovery { target, ..EVERYTHING }).await;
            assert!(matches!(refused, Err(RecoverError::Target(TargetError::Unknown))), "{target:?}");
        }
        footprint.assert_same(&app.footprint().await, "what was refused");

        merchant.disable_endpoint(own).await.expect("it can be disabled");
        let refused = merchant.resend(id, Target::Original).await;
        assert!(matches!(refused, Err(ResendError::Target(TargetError::Disabled))));
        merchant.remove_endpoint(own).await.expect("it can be removed");
        let refused = merchant.resend(id, Target::Original).await;
        assert!(matches!(refused, Err(ResendError::Target(TargetError::Removed))));
        // The same place under another id is where it was for.
        merchant.listen_at(&sink.url("/own")).await;
        merchant.resend(id, Target::Original).await.expect("it is there again");
        assert_eq!(run_due(&dispatcher).await.delivered, 1);
        for _ in 2..ATTEMPTS_MAX {
            merchant.resend(id, Target::Original).await.expect("often");
            run_due(&dispatcher).await;
        }
        assert!(matches!(merchant.resend(id, Target::Original).await, Err(ResendError::TooOften)));
    });
}

#[test]
fn a_message_that_is_being_sent_is_not_sent_beside_that() {
    run(Engine::Sqlite, |app| async move {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        paid_order(&merchant, &payer, "a1", "https://shop.example/hook").await;
        let id = app.messages(Channel::Webhook, merchant.id).await.remove(0).id;
        let (now, wall) = (app.now(), app.world().wall_now());
        let held: Result<i64, countersign_store::StoreError> = app
            .platform()
            .write("hold", move |tx, _| {
                let until = wall.plus_ms(30_000);
                let lane = "https://shop.example";
                let held = countersign_store::queries::outbox::claim_lane(tx, lane, (now, wall), until, 1)?;
                Ok(i64::try_from(held.len()).expect("few"))
            })
            .await;
        assert_eq!(held.expect("it can be claimed"), 1);
        assert!(matches!(merchant.resend(id, Target::Original).await, Err(ResendError::UnderWay)));
        app.world().wall().advance_ms(30_000);
        let gone = merchant.resend(id, Target::Original).await;
        assert!(matches!(gone, Err(ResendError::InLine)), "whoever held it is gone, and it is due: {gone:?}");
    });
}
