//! Polling an endpoint for prices.

use std::sync::Arc;
use std::time::Duration;

use countersign_domain::{AddressList, Currency};
use countersign_jobs::{
    DOCUMENT_BYTES_MAX, OutboundClient, OutboundPolicy, OutboundTimeouts, PollError, RatesPoller, SendError,
};
use countersign_service::{RateError, Rates};
use countersign_testkit::{Engine, START, SinkAnswer, TestApp, WebhookSink};
use tokio_util::sync::CancellationToken;

use crate::support::{PATIENT, sink};

const MAX_AGE_MS: i64 = 60_000;

fn run<F: Future<Output = ()>>(body: impl FnOnce(TestApp) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        body(TestApp::start_with(Engine::Sqlite, |setup| setup.rates = Rates::fed(MAX_AGE_MS))).await;
    });
}

fn poller(app: &TestApp, policy: OutboundPolicy, url: String) -> RatesPoller {
    let timeouts = OutboundTimeouts { connect: PATIENT, whole: PATIENT };
    let outbound = OutboundClient::new(policy, timeouts).expect("the client is made");
    RatesPoller { platform: Arc::clone(app.platform()), outbound, url, every: Duration::from_millis(1) }
}

fn document(at_ms: i64, btc: &str) -> SinkAnswer {
    let json = format!(r#"{{"base":"USD","at":{at_ms},"prices":{{"USDT":"1","BTC":"{btc}"}}}}"#);
    SinkAnswer::Reply(200, json.into_bytes())
}

fn bitcoin(app: &TestApp) -> Result<String, RateError> {
    Ok(app.platform().rates_now()?.price(Currency::BTC).expect("it is priced").to_string())
}

#[test]
fn prices_are_taken_and_grow_too_old() {
    run(|app| async move {
        let endpoint: WebhookSink = sink(&app).await;
        let poller = poller(&app, OutboundPolicy::Sandbox, endpoint.url("/rates"));
        assert_eq!(bitcoin(&app), Err(RateError::Unavailable));
        endpoint.script([document(START.ms(), "60000.00")]);
        poller.poll().await.expect("the document is sound");
        assert_eq!(bitcoin(&app).as_deref(), Ok("60000"));
        assert_eq!(endpoint.deliveries()[0].header("accept"), "application/json");

        let reply = |status, body: &str| SinkAnswer::Reply(status, body.as_bytes().to_vec());
        let rows = [
            (reply(500, "{}"), "the endpoint answered with HTTP status 500"),
            (SinkAnswer::Redirect(endpoint.url("/elsewhere")), "the endpoint answered with HTTP status 302"),
            (SinkAnswer::Endless, "the document is longer than 262144 bytes"),
            (reply(200, ""), "the document cannot be read: EOF while parsing a value at line 1 column 0"),
            (reply(200, r#"{"base":"EUR","at":0,"prices":{}}"#), "'base' must be USD"),
            (document(START.ms() + 60_001, "1"), "'at' is 60001 ms ahead of the clock of this machine"),
            (document(START.ms() + 1, "-1"), "the price of BTC is no decimal number"),
        ];
        for (answer, words) in rows {
            endpoint.script([answer]);
            assert_eq!(poller.poll().await.map_err(|error| error.to_string()), Err(words.to_owned()));
            assert_eq!(bitcoin(&app).as_deref(), Ok("60000"), "what is at hand stays: {words}");
        }
        assert_eq!(endpoint.deliveries_to("/elsewhere").len(), 0, "a redirect is not followed");

        app.world().wall().advance_ms(MAX_AGE_MS);
        app.world().business().advance_ms(10 * MAX_AGE_MS);
        assert_eq!(bitcoin(&app).as_deref(), Ok("60000"), "business time ages no prices");
        app.world().wall().advance_ms(1);
        assert_eq!(bitcoin(&app), Err(RateError::Stale { age_ms: MAX_AGE_MS + 1 }));
        endpoint.script([document(START.ms() + MAX_AGE_MS, "61000")]);
        poller.poll().await.expect("the document is sound");
        assert_eq!(bitcoin(&app).as_deref(), Ok("61000"));
    });
}

#[test]
fn a_long_document_is_read_whole() {
    run(|app| async move {
        let endpoint = sink(&app).await;
        let poller = poller(&app, OutboundPolicy::Sandbox, endpoint.url("/rates"));
        let json = format!(r#"{{"base":"USD","at":{},"prices":{{"BTC":"60000"}}}}"#, START.ms());
        let padded = format!("{json}{}", " ".repeat(DOCUMENT_BYTES_MAX - json.len()));
        endpoint.script([SinkAnswer::Reply(200, padded.into_bytes())]);
        poller.poll().await.expect("it just fits");
        assert_eq!(bitcoin(&app).as_deref(), Ok("60000"));
    });
}

#[test]
fn the_address_policy_holds_for_the_endpoint_too() {
    run(|app| async move {
        let endpoint = sink(&app).await;
        let policy = OutboundPolicy::Serve { allow_http: true, allow: AddressList::any() };
        let refused = poller(&app, policy, endpoint.url("/rates")).poll().await;
        assert!(matches!(refused, Err(PollError::Send(SendError::Refused(_)))), "{refused:?}");
        assert_eq!(endpoint.deliveries().len(), 0);
    });
}

#[test]
fn polling_goes_on_after_a_failure_and_ends_when_told() {
    run(|app| async move {
        let endpoint = sink(&app).await;
        let poller = poller(&app, OutboundPolicy::Sandbox, endpoint.url("/rates"));
        endpoint.script([SinkAnswer::Reply(503, Vec::new()), document(START.ms(), "60000")]);
        endpoint.answer_always(document(START.ms() + 1, "60001"));
        let cancel = CancellationToken::new();
        let enough = async {
            // The fourth poll begins when the third was kept.
            endpoint.wait_for(4).await;
            assert_eq!(bitcoin(&app).as_deref(), Ok("60001"));
            cancel.cancel();
        };
        tokio::join!(poller.run(cancel.clone()), enough);
    });
}
