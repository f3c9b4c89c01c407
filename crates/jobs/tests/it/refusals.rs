//! Refused calls from the API's door to what their owner sees of them, on both engines.

use std::sync::Arc;

use countersign_crypto::doctor::Mistake;
use countersign_domain::id::{ApiKeyId, MerchantId};
use countersign_domain::{AddressList, ScopeSet};
use countersign_jobs::{QUEUED_MAX, RefusalQueue};
use countersign_service::api_keys::{self, KeyError};
use countersign_service::audit::Actor;
use countersign_service::refusals::{
    self, OpenRefusal, REFUSALS_PER_KEY_MAX, REFUSED_BODY_MAX, RefusalError, RefusedBody,
};
use countersign_store::StoreError;
use countersign_store::queries::refusals::RefusalFacts;
use countersign_testkit::{Call, Engine, HOME_ADDRESS, Merchant, TestApp};
use secrecy::ExposeSecret as _;
use serde_json::json;

/// An application that keeps what it refuses.
struct Stage {
    app: TestApp,
    queue: Arc<RefusalQueue>,
    merchant: Merchant,
}

fn on(engine: Engine, body: impl AsyncFnOnce(Stage)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let queue = Arc::new(RefusalQueue::default());
        let log = Arc::clone(&queue);
        let app = TestApp::start_with(engine, |setup| {
            setup.settings.explain = false;
            setup.refusals = Some(log);
        });
        let merchant = app.merchant("Shop").await;
        body(Stage { app, queue, merchant }).await;
    });
}

macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($stage:ident: Stage) $body:block)+) => {$(
        $(#[$attribute])*
        mod $name {
            use super::*;

            async fn body($stage: Stage) $body

            #[test]
            fn sqlite() {
                on(Engine::Sqlite, body);
            }

            #[test]
            fn postgres() {
                on(Engine::Postgres, body);
            }
        }
    )+};
}

impl Stage {
    fn call(&self) -> Call {
        self.merchant.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"}))
    }

    /// Writes what waits and lists it, newest first.
    async fn kept(&self) -> Vec<RefusalFacts> {
        self.kept_of(self.merchant.id, self.merchant.key_id).await
    }

    async fn kept_of(&self, merchant: MerchantId, key: ApiKeyId) -> Vec<RefusalFacts> {
        self.queue.keep_waiting(self.app.platform()).await;
        let read = self.app.platform().read("test", move |tx, _| refusals::of_key(tx, (merchant, key)));
        read.await.map_err(|error: StoreError| error).expect("the database can be read")
    }

    async fn opened(&self, merchant: MerchantId, sequence: i64) -> Option<OpenRefusal> {
        let key = self.merchant.key_id;
        let read = self
            .app
            .platform()
            .read("test", move |tx, platform| refusals::open(tx, platform, (merchant, key), sequence));
        read.await.map_err(|error: RefusalError| error).expect("what is kept can be opened")
    }
}

on_both! {
    async fn a_refused_call_is_kept_for_its_owner_alone(stage: Stage) {
        stage.call().await.data();
        assert!(stage.kept().await.is_empty(), "what was right is not kept");
        let answer = stage.call().on_behalf("a-token-of-somebody").signature(|right| right.to_lowercase()).await;
        let answer = answer.refused("400002");
        assert_eq!(answer.explanation(), "", "the caller hears nothing of it");
        let kept = stage.kept().await;
        let [facts] = &kept[..] else { panic!("{kept:?}") };
        assert_eq!((facts.path.as_str(), facts.code.as_str()), ("/v2/balance", "400002"));
        assert_eq!((facts.sequence, facts.received_at), (1, stage.app.world().wall_now()));
        assert_eq!(facts.address, HOME_ADDRESS.to_string());
        let opened = stage.opened(stage.merchant.id, 1).await.expect("it is the owner's");
        assert_eq!(opened.facts, *facts);
        assert_eq!(opened.message, answer.message());
        let RefusedBody::Kept(body) = &opened.body else { panic!("the body is short") };
        assert!(String::from_utf8_lossy(body).contains("a-token-of-somebody"));
        assert!(opened.diagnosis().expect("the doctor knows").starts_with(Mistake::LowerCaseHex.words()));
        let stranger = stage.app.merchant("Stranger").await;
        assert!(stage.opened(stranger.id, 1).await.is_none() && stage.kept_of(stranger.id, stage.merchant.key_id).await.is_empty());
        assert!(stage.opened(stage.merchant.id, 2).await.is_none());
    }

    async fn what_is_refused_for_other_reasons_is_kept_too(stage: Stage) {
        let long = "x".repeat(REFUSED_BODY_MAX);
        let no_answers = [
            (stage.call().timestamp_offset_ms(5_000), "400003"),
            (stage.call().raw_body("[]"), "400008"),
            (stage.call().header("content-type", "text/plain"), "400007"),
            (stage.call().raw_body(format!("{long} ")).signature(|_| "0A".repeat(64)), "400002"),
            (stage.merchant.call("/v9/nothing", json!({})), "400001"),
        ];
        for (call, code) in no_answers {
            let answer = call.await;
            assert_eq!(answer.code, code, "{answer:?}");
            stage.app.advance_ms(1_000);
        }
        let kept = stage.kept().await;
        let codes: Vec<_> = kept.iter().rev().map(|facts| (facts.code.as_str(), facts.body_length)).collect();
        let length = i64::try_from(REFUSED_BODY_MAX + 1).expect("it fits");
        assert_eq!(codes, [("400003", Some(27)), ("400008", Some(2)), ("400007", None), ("400002", Some(length)), ("400001", None)]);
        assert_eq!(kept[0].path, "/binancepay/openapi/v9/nothing");
        assert!(kept[4].explanation.contains("5000 ms ahead"), "{}", kept[4].explanation);
        let large = stage.opened(stage.merchant.id, 4).await.expect("it is there");
        assert!(matches!(large.body, RefusedBody::TooLarge(_)) && large.diagnosis().is_none());
        let early = stage.opened(stage.merchant.id, 3).await.expect("it is there");
        assert!(matches!(early.body, RefusedBody::NotRead) && early.diagnosis().is_none());
        let late = stage.opened(stage.merchant.id, 1).await.expect("it is there");
        assert!(late.diagnosis().is_none(), "the window's own words say it all");
    }

    async fn a_flood_leaves_twenty_and_one_a_second(stage: Stage) {
        let seconds = REFUSALS_PER_KEY_MAX + 5;
        for _ in 0..seconds {
            for _ in 0..3 {
                stage.call().raw_body("[]").await.refused("400008");
            }
            stage.app.advance_ms(1_000);
        }
        let kept = stage.kept().await;
        let numbers: Vec<_> = kept.iter().map(|facts| facts.sequence).collect();
        assert_eq!(numbers, (6..=seconds).rev().collect::<Vec<_>>());
        let rows = stage.app.footprint().await.rows("refusals");
        assert_eq!(rows, REFUSALS_PER_KEY_MAX);
        let metrics = stage.queue.metrics();
        let seconds = u64::try_from(seconds).expect("it fits");
        assert_eq!((metrics.kept(), metrics.dropped()), (seconds, 2 * seconds));
    }

    async fn strangers_and_revoked_keys_leave_nothing(stage: Stage) {
        let before = stage.app.footprint().await;
        stage.call().api_key(&"z".repeat(64)).await.refused("400004");
        stage.call().api_key("short").await.refused("400005");
        stage.call().without_header("BinancePay-Certificate-SN").await.refused("400005");
        stage.queue.keep_waiting(stage.app.platform()).await;
        before.assert_same(&stage.app.footprint().await, "a stranger");

        stage.call().raw_body("[]").await.refused("400008");
        assert_eq!(stage.kept().await.len(), 1);
        let (merchant, key, now) = (stage.merchant.id, stage.merchant.key_id, stage.app.now());
        let revoked: Result<(), KeyError> = stage
            .app
            .platform()
            .write("test", move |tx, _| api_keys::revoke(tx, merchant, key, (Actor::Operator, now)))
            .await;
        revoked.expect("the key is revoked");
        assert_eq!(stage.app.footprint().await.rows("refusals"), 0, "they go with their key");
    }

    async fn nothing_of_a_call_stands_open_in_the_database(stage: Stage) {
        // A client that sends its secret for a signature, and personal data in the body.
        let secret = stage.merchant.credentials.secret.expose_secret().to_owned();
        let sent = secret.clone();
        let call = stage.call().raw_body(r#"{"buyer":"Jane Doe"}"#).signature(move |_| sent);
        call.await.refused("400002");
        assert_eq!(stage.kept().await.len(), 1);
        let key = (stage.merchant.id, stage.merchant.key_id);
        let sealed = stage.app.platform().read("test", move |tx, _| countersign_store::queries::refusals::get(tx, key, 1));
        let (facts, sealed) = sealed.await.map_err(|error: StoreError| error).expect("a read").expect("a row");
        let open = format!("{facts:?}{}", String::from_utf8_lossy(&sealed));
        assert!(!open.contains("Jane") && !open.contains(&secret));
        let opened = stage.opened(stage.merchant.id, 1).await.expect("it is the owner's");
        let words = opened.diagnosis().expect("the doctor knows");
        assert!(words.starts_with(Mistake::SecretSent.words()) && !words.contains(&secret), "{words}");
        let shown = opened.without_secrets(&format!("a {secret} b"), "***");
        assert_eq!(shown, "a *** b");
    }

    async fn a_full_queue_drops_and_counts(stage: Stage) {
        let mut keys = Vec::new();
        for _ in 0..3 {
            keys.push(stage.merchant.with_key(ScopeSet::ALL, AddressList::any()).await);
        }
        let rounds = QUEUED_MAX / keys.len() + 2;
        for _ in 0..rounds {
            for key in &keys {
                key.call("/v2/balance", json!({})).raw_body("[]").await.refused("400008");
            }
            stage.app.advance_ms(1_000);
        }
        let offered = u64::try_from(rounds * keys.len()).expect("it fits");
        let room = u64::try_from(QUEUED_MAX).expect("it fits");
        assert_eq!(stage.queue.metrics().dropped(), offered - room);
        stage.queue.keep_waiting(stage.app.platform()).await;
        assert_eq!(stage.queue.metrics().kept(), room);
        assert_eq!(stage.app.footprint().await.rows("refusals"), 3 * REFUSALS_PER_KEY_MAX);
    }
}
