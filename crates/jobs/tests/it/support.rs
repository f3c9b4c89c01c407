//! What every test of the dispatcher needs.

use std::sync::Arc;
use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_domain::id::MerchantId;
use countersign_jobs::{
    DeliveryLimits, DeliveryMetrics, Dispatcher, DispatcherParts, KeptMailer, Mailer, OutboundClient, OutboundPolicy,
    OutboundTimeouts, RetrySchedule, RunSummary,
};
use countersign_service::Platform;
use countersign_store::queries::outbox::{Channel, Message};
use countersign_testkit::{Merchant, Payer, SeededEntropy, TestApp, WebhookSink};
use serde_json::{Value, json};

/// Long enough that it never ends a try on a busy machine.
pub(crate) const PATIENT: Duration = Duration::from_mins(1);

/// Longer than a message is held that is tried under [`PATIENT`].
pub(crate) const LEASE_MS: i64 = 80_000;

pub(crate) struct Setup {
    pub(crate) policy: OutboundPolicy,
    pub(crate) timeouts: OutboundTimeouts,
    pub(crate) mailer: Arc<dyn Mailer>,
    pub(crate) schedule: RetrySchedule,
    pub(crate) limits: DeliveryLimits,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            policy: OutboundPolicy::Sandbox,
            timeouts: OutboundTimeouts { connect: PATIENT, whole: PATIENT },
            mailer: Arc::new(KeptMailer),
            schedule: RetrySchedule::new([5, 60, 300, 1_800, 7_200, 43_200].map(|seconds| seconds * 1_000).to_vec(), 0)
                .expect("decisions.md row 41 without its jitter"),
            limits: DeliveryLimits::default(),
        }
    }
}

impl Setup {
    pub(crate) fn dispatcher(self, app: &TestApp) -> Dispatcher {
        self.dispatcher_of(app.platform())
    }

    /// The dispatcher of a process with this platform.
    pub(crate) fn dispatcher_of(self, platform: &Arc<Platform>) -> Dispatcher {
        let outbound = OutboundClient::new(self.policy, self.timeouts).expect("the client is made");
        Dispatcher::new(DispatcherParts {
            platform: Arc::clone(platform),
            outbound,
            mailer: self.mailer,
            schedule: self.schedule,
            jitter: Arc::new(SeededEntropy::new(7)),
            limits: self.limits,
            metrics: DeliveryMetrics::default(),
        })
    }
}

pub(crate) fn dispatcher(app: &TestApp) -> Dispatcher {
    Setup::default().dispatcher(app)
}

pub(crate) async fn sink(app: &TestApp) -> WebhookSink {
    WebhookSink::start(&app.platform().webhook_key).await
}

/// An order over v2 with `changes` made to it.
pub(crate) fn order_body(number: &str, changes: &Value) -> Value {
    let mut order = json!({
        "env": {"terminalType": "WEB"},
        "merchantTradeNo": number,
        "orderAmount": 1.5,
        "currency": "USDT",
        "goods": {"goodsType": "02", "goodsCategory": "Z000", "referenceGoodsId": "g1", "goodsName": GOODS},
    });
    for (key, value) in changes.as_object().expect("an object of changes") {
        order[key] = value.clone();
    }
    order
}

/// Creates an order with `changes` made to it; its prepay id.
pub(crate) async fn open_order(merchant: &Merchant, number: &str, changes: &Value) -> String {
    merchant.call("/v2/order", order_body(number, changes)).await.text_of("prepayId")
}

/// Creates an order that tells `url` and pays it; its prepay id.
pub(crate) async fn paid_order(merchant: &Merchant, payer: &Payer, number: &str, url: &str) -> String {
    paid_order_at("WEB", merchant, payer, (number, url)).await
}

/// The same, with the payer at this terminal.
pub(crate) async fn paid_order_at(
    terminal: &str,
    merchant: &Merchant,
    payer: &Payer,
    (number, url): (&str, &str),
) -> String {
    let changes = json!({
        "env": {"terminalType": terminal},
        "appId": "mini1",
        "passThroughInfo": "{\"basket\":7}",
        "webhookUrl": url,
    });
    let prepay_id = open_order(merchant, number, &changes).await;
    payer.pay(&prepay_id).await;
    prepay_id
}

/// Characters that JSON printers like to escape, each in its own way.
pub(crate) const GOODS: &str = "Tee & <Kuchen> \"zwei\" \\ / \u{2028} 日本";

/// The only webhook in a merchant's log.
pub(crate) async fn only_webhook(app: &TestApp, merchant: MerchantId) -> Message {
    let mut messages = app.messages(Channel::Webhook, merchant).await;
    assert_eq!(messages.len(), 1, "exactly one webhook was expected");
    messages.remove(0)
}

/// Moves the business clock to `at`, and the wall clock by as much.
pub(crate) fn move_to(app: &TestApp, at: Timestamp) {
    app.advance_ms(at.ms_since(app.now()));
}

pub(crate) async fn run_due(dispatcher: &Dispatcher) -> RunSummary {
    dispatcher.run_due().await.expect("what is due can be run")
}

pub(crate) async fn next_due(dispatcher: &Dispatcher) -> Option<Timestamp> {
    dispatcher.next_due().await.expect("the database can be read")
}

/// Creates an order that names no receiver and pays it; its prepay id.
pub(crate) async fn quiet_order(merchant: &Merchant, payer: &Payer, number: &str) -> String {
    let prepay_id = open_order(merchant, number, &json!({})).await;
    payer.pay(&prepay_id).await;
    prepay_id
}

/// Runs what is due, and then whatever falls due, each thing at its own time, until nothing does any more.
pub(crate) async fn run_to_the_end(app: &TestApp, dispatcher: &Dispatcher) {
    run_due(dispatcher).await;
    while let Some(due) = next_due(dispatcher).await {
        move_to(app, due.max(app.now()));
        run_due(dispatcher).await;
    }
}

/// `bizType` and `bizStatus` of what came to a path, in the order of arrival.
pub(crate) fn told(sink: &WebhookSink, path: &str) -> Vec<String> {
    let told = sink.deliveries_to(path).into_iter().map(|delivery| delivery.verified());
    told.map(|told| format!("{} {}", told.biz_type, told.biz_status)).collect()
}

/// What a process does, in a runtime of its own, to end it as a process ends: in the middle of everything.
pub(crate) struct Doomed(tokio::runtime::Runtime);

impl Doomed {
    pub(crate) fn start(life: impl Future<Output = ()> + Send + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        // Nobody waits for it: the runtime is its life.
        drop(runtime.spawn(life));
        Self(runtime)
    }

    /// Ends it, and waits until nothing of it runs any more.
    pub(crate) async fn kill(self) {
        tokio::task::spawn_blocking(move || drop(self.0)).await.expect("a runtime can be dropped");
    }
}
