//! What providers are told about authorizations, and that tokens are not left lying about.

use countersign_domain::Scope;
use countersign_domain::time::HOUR_MS;
use countersign_jobs::{Channel, RunError, RunSummary};
use countersign_store::StoreError;
use countersign_store::queries::outbox::{MessageState, ParkReason};
use countersign_store::queries::users;
use countersign_testkit::{SinkAnswer, Terms, TestApp, on_both_engines};
use countersign_wire::webhooks::TechProviderData;

use crate::support::{dispatcher, move_to, next_due, only_webhook, run_due, sink};

/// Whether any file of a SQLite database holds `text`; `None` for another engine.
fn files_hold(app: &TestApp, text: &str) -> Option<bool> {
    let database = app.database().url().sqlite_path()?;
    let folder = database.parent().expect("a file lies in a folder");
    let mut files = std::fs::read_dir(folder).expect("the folder can be read");
    Some(files.any(|entry| {
        let bytes = std::fs::read(entry.expect("an entry").path()).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }))
}

on_both_engines! {
    async fn each_step_of_consent_is_told_with_the_token(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop & Söhne").await);
        provider.set_endpoint(&sink.url("/tsp")).await;

        let refused = provider.request(&merchant, &Terms::of(&[Scope::Payout])).await;
        merchant.reject(refused.id).await.expect("the merchant may");
        let grant = app.grant(&provider, &merchant, &[Scope::Checkout, Scope::Refund]).await;
        run_due(&dispatcher).await;
        let change = app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        merchant.disable(grant.id).await.expect("the merchant may");
        run_due(&dispatcher).await;

        let mut told: Vec<_> = sink
            .deliveries()
            .iter()
            .map(|delivery| {
                let notification = delivery.verified();
                let data: TechProviderData = notification.data().expect("the data of an authorization");
                assert_eq!(notification.biz_type, "TECH_PROVIDER");
                assert_eq!(notification.biz_id.to_string(), data.authorization_id);
                assert_eq!((data.merchant_id, data.merchant_name.as_str()), (merchant.id.get(), "Shop & Söhne"));
                let token = data.authorization_token.reveal().to_owned();
                (notification.biz_status.into_owned(), notification.biz_id, token, data.scopes.join(" "))
            })
            .collect();
        told.sort();
        let row = |status: &str, id: i64, token: &str, scopes: &str| {
            (status.to_owned(), id, token.to_owned(), scopes.to_owned())
        };
        assert_eq!(change.token, grant.token, "a change shows the token that stays");
        assert_eq!(
            told,
            [
                row("SUBMIT_AUTH_AGREE", grant.id.get(), &grant.token, "REFUND CHECKOUT"),
                row("SUBMIT_AUTH_REJECT", refused.id.get(), &refused.token, "PAYOUT"),
                row("TP_AUTH_CHANGED", grant.id.get(), &grant.token, "CHECKOUT"),
                row("TP_AUTH_DISABLED", grant.id.get(), &grant.token, "CHECKOUT"),
            ]
        );
    }

    async fn tokens_are_sealed_at_rest_and_sent_in_the_clear(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        sink.script([SinkAnswer::Reply(500, Vec::new())]);
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        provider.set_endpoint(&sink.url("/tsp")).await;
        let grant = app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        run_due(&dispatcher).await;
        app.advance_ms(5_000);
        run_due(&dispatcher).await;

        let deliveries = sink.deliveries();
        assert_eq!(deliveries.len(), 2);
        assert_eq!(deliveries[0].body, deliveries[1].body, "the kept bytes open to what was sent first");
        assert!(String::from_utf8_lossy(&deliveries[0].body).contains(&grant.token));
        let message = only_webhook(&app, provider.id).await;
        let kept = message.body.expect("it was rendered");
        assert!(message.body_sealed && !String::from_utf8_lossy(&kept).contains(&grant.token));
        assert_ne!(files_hold(&app, &provider.email), Some(false), "the search finds what is there");
        assert_ne!(files_hold(&app, &grant.token), Some(true), "no file of the database holds the token");
    }

    async fn what_is_overdue_ends_and_is_told_in_the_same_run(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let asked = app.merchant("Asked").await;
        provider.set_endpoint(&sink.url("/tsp")).await;
        let ends_at = app.now().plus_ms(HOUR_MS);
        let terms = Terms { ends_at: Some(ends_at), ..Terms::of(&[Scope::Balance]) };
        app.grant_on(&provider, &merchant, &terms).await;
        provider.request(&asked, &Terms::of(&[Scope::Balance])).await;
        run_due(&dispatcher).await;
        sink.clear();

        assert_eq!(next_due(&dispatcher).await, Some(ends_at));
        move_to(&app, ends_at);
        let summary = run_due(&dispatcher).await;
        assert_eq!(summary, RunSummary { delivered: 3, expired: 1, ..RunSummary::default() }, "a webhook and two mails");
        let notification = sink.deliveries()[0].verified();
        assert_eq!(notification.biz_status, "TP_AUTH_DISABLED");

        let request_ends = next_due(&dispatcher).await.expect("the open request has a deadline");
        move_to(&app, request_ends);
        assert_eq!(run_due(&dispatcher).await, RunSummary { expired: 1, ..RunSummary::default() }, "quietly");
        assert_eq!(next_due(&dispatcher).await, None);
    }

    async fn parked_messages_can_be_sent_again_by_their_owner(app: TestApp) {
        use countersign_service::audit::Actor;
        use countersign_service::deliveries::{self, Resend, Target};
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        provider.set_endpoint(&sink.url("/tsp")).await;
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        while let Some(due) = next_due(&dispatcher).await {
            move_to(&app, due.max(app.now()));
            run_due(&dispatcher).await;
        }
        let message = only_webhook(&app, provider.id).await;
        assert_eq!((message.state, message.attempts), (MessageState::Parked(ParkReason::LastTry), 7));
        let which = Resend { merchant: Some(provider.id), message: message.id, target: Target::Original };
        let (actor, now) = (Actor::User(provider.owner), app.now());
        app.platform()
            .write("redeliver", move |tx, platform| deliveries::resend(tx, platform, &which, (actor, now)))
            .await
            .expect("a parked message can be sent again");
        sink.answer_always(SinkAnswer::Success);
        run_due(&dispatcher).await;
        let message = only_webhook(&app, provider.id).await;
        assert_eq!((message.state, message.attempts), (MessageState::Delivered, 8));
        let bodies: std::collections::BTreeSet<_> = sink.deliveries().into_iter().map(|sent| sent.body).collect();
        assert_eq!(bodies.len(), 1, "also then the same bytes");
        assert!(app.messages(Channel::Webhook, merchant.id).await.is_empty());
    }
}

/// How many dead one-time links are left; asking deletes them.
async fn dead_links(app: &TestApp) -> u64 {
    let (platform, now) = (app.platform(), app.platform().wall_now());
    let deleted: Result<u64, RunError> =
        platform.write("dead_links", move |tx, _| Ok(users::delete_dead_welcome_links(tx, now, 100)?)).await;
    deleted.expect("links can be deleted")
}

on_both_engines! {
    async fn one_time_links_that_are_dead_are_swept_and_others_stay(app: TestApp) {
        let (dispatcher, owner) = (dispatcher(&app), app.merchant("Shop").await.owner);
        let now = app.platform().wall_now();
        let platform = app.platform();
        let made: Result<(), RunError> = platform.write("links", move |tx, _| {
            users::insert_welcome_link(tx, &[1; 32], owner, now.plus_ms(HOUR_MS))?;
            users::use_welcome_link(tx, &[1; 32], now)?.expect("it is fresh");
            users::insert_welcome_link(tx, &[2; 32], owner, now)?;
            Ok(users::insert_welcome_link(tx, &[3; 32], owner, now.plus_ms(HOUR_MS))?)
        }).await;
        made.expect("links are made");
        run_due(&dispatcher).await;
        assert_eq!(dead_links(&app).await, 0, "the sweep deleted the used and the old one");
        let living = platform.read("link", move |tx, _| users::welcome_link(tx, &[3; 32], now)).await;
        assert!(matches!(living, Ok::<_, StoreError>(Some(id)) if id == owner), "a link that lives is kept");
    }
}
