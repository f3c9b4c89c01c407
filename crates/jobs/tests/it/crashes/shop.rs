//! A shop to which everything happens that a delivery can come to, and what there is to see of it in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use countersign_domain::id::{OutboxId, WebhookEndpointId};
use countersign_domain::payer::PayerStatus;
use countersign_domain::webhook_endpoint::EndpointTerms;
use countersign_domain::{Scope, Timestamp};
use countersign_jobs::{Channel, Dispatcher, Mail, Mailer, Postmark, SendingMail};
use countersign_service::audit::Actor;
use countersign_service::deliveries::{self, RecoverError, Recovered, Recovery, Resend, ResendError, Target};
use countersign_service::webhook_endpoints::{self, EndpointError, Missed};
use countersign_store::queries::outbox::{Message, MessageState, ParkReason};
use countersign_testkit::{Merchant, Node, Operator, Payer, Provider, SinkAnswer, TestApp, WebhookSink};
use serde_json::json;

use crate::support::{next_due, open_order, paid_order, quiet_order, run_due, sink};

/// Takes every mail and remembers what came under which message's id.
#[derive(Default)]
pub(super) struct Mailbox(Mutex<BTreeMap<OutboxId, Vec<String>>>);

impl Mailer for Mailbox {
    fn send<'a>(&'a self, mail: &'a Mail, postmark: Postmark) -> SendingMail<'a> {
        let mut mails = self.0.lock().expect("nothing panics under it");
        mails.entry(postmark.id).or_default().push(format!("{}\n{}\n{}", mail.to, mail.subject, mail.text));
        Box::pin(std::future::ready(Ok(())))
    }
}

/// What shops share, one after another.
pub(super) struct Street {
    /// Takes everything.
    well: WebhookSink,
    /// Fails the first message of each shop.
    flaky: WebhookSink,
    /// Fails until the shop mends it.
    dead: Arc<WebhookSink>,
    /// Fails for ever.
    lost: WebhookSink,
    pub(super) mailbox: Arc<Mailbox>,
    payer: Payer,
    operator: Operator,
    shops: AtomicUsize,
}

impl Street {
    pub(super) async fn build(app: &TestApp) -> Self {
        let (lost, payer) = (sink(app).await, app.payer_with("10000").await);
        lost.answer_always(SinkAnswer::Reply(500, Vec::new()));
        Self {
            well: sink(app).await,
            flaky: sink(app).await,
            dead: Arc::new(sink(app).await),
            lost,
            mailbox: Arc::default(),
            payer,
            operator: app.operator().await,
            shops: AtomicUsize::new(0),
        }
    }
}

/// The event and, where they were rendered, the bytes of messages.
pub(super) type Bytes = BTreeMap<OutboxId, (String, Option<Vec<u8>>)>;

/// One shop and its provider. Clones are the same shop.
#[derive(Clone)]
pub(super) struct Shop {
    pub(super) number: usize,
    merchant: Merchant,
    provider: Provider,
    dead: (WebhookEndpointId, Arc<WebhookSink>),
    opened_at: Timestamp,
    transfers_before: i64,
    /// How far its life has come; a node goes on where the one before it died.
    chapter: Arc<AtomicUsize>,
}

impl Shop {
    /// Opens one, with all that is to be told at once: payments to each kind of receiver, a refund whose payer was frozen, and
    /// an authorization. An unpaid order expires later.
    pub(super) async fn open(app: &TestApp, street: &Street) -> Self {
        let number = street.shops.fetch_add(1, Ordering::Relaxed);
        let (merchant, provider) = (app.merchant("Shop").await, app.provider("Acme").await);
        let opened_at = app.now();
        street.dead.answer_always(SinkAnswer::Reply(500, Vec::new()));
        street.flaky.script([SinkAnswer::Reply(500, Vec::new())]);
        let at = |sink: &WebhookSink, place: &str| sink.url(&format!("/{place}/{number}"));
        merchant.listen_at(&at(&street.well, "well")).await;
        let moves = merchant.listen_at(&at(&street.well, "old")).await;
        let goes = merchant.listen_at(&at(&street.well, "gone")).await;
        let dead = merchant.listen_at(&at(&street.dead, "dead")).await;
        provider.listen_at(&at(&street.well, "tsp")).await;

        let transfers_before = app.footprint().await.rows("ledger_transfers");
        quiet_order(&merchant, &street.payer, "quiet").await;
        let own = paid_order(&merchant, &street.payer, "own", &at(&street.flaky, "own")).await;
        paid_order(&merchant, &street.payer, "lost", &at(&street.lost, "lost")).await;
        street.operator.set_payer_status(street.payer.id, PayerStatus::Frozen).await;
        merchant.refund(&own, "r1", "0.5").await.data();
        street.operator.set_payer_status(street.payer.id, PayerStatus::Active).await;
        open_order(&merchant, "open", &json!({})).await;
        app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        let moved = EndpointTerms::of_everything(&at(&street.well, "new"), "");
        merchant.edit_endpoint(moves, &moved).await.expect("it can move");
        merchant.remove_endpoint(goes).await.expect("it can be removed");
        let (dead, chapter) = ((dead, Arc::clone(&street.dead)), Arc::default());
        Self { number, merchant, provider, dead, opened_at, transfers_before, chapter }
    }

    /// Lives it to the end on a node.
    pub(super) async fn live(&self, node: &Node, dispatcher: &Dispatcher) {
        loop {
            match self.chapter.load(Ordering::SeqCst) {
                0 | 4 => run_to_the_end(node, dispatcher).await,
                1 => self.mend(node).await,
                2 => self.resend(node).await,
                3 => self.recover(node).await,
                _ => return,
            }
            self.chapter.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn who(&self, node: &Node) -> (Actor, Timestamp) {
        (Actor::User(self.merchant.owner), node.now())
    }

    /// The dead endpoint lives again, and is enabled.
    async fn mend(&self, node: &Node) {
        self.dead.1.answer_always(SinkAnswer::Success);
        let (merchant, endpoint, who) = (self.merchant.id, self.dead.0, self.who(node));
        let enabled: Result<Option<Missed>, EndpointError> = node
            .platform()
            .write("webhook_endpoint_enable", move |tx, _| webhook_endpoints::enable(tx, merchant, endpoint, who))
            .await;
        enabled.expect("it can be enabled");
    }

    /// What arrived is sent once more.
    async fn resend(&self, node: &Node) {
        let messages = self.merchant.log(deliveries::LogFilter::default()).await;
        let arrived = messages.iter().find(|message| place(self.number, &message.destination) == "/well");
        let message = arrived.expect("it is in the log").id;
        let (which, who) =
            (Resend { merchant: Some(self.merchant.id), message, target: Target::Original }, self.who(node));
        let resent: Result<(), ResendError> = node
            .platform()
            .write("webhook_redeliver", move |tx, platform| deliveries::resend(tx, platform, &which, who))
            .await;
        // Where the node died once it was done, it is in line already.
        assert!(matches!(resent, Ok(()) | Err(ResendError::InLine)), "it can be sent again: {resent:?}");
    }

    /// What the dead endpoint missed is sent again.
    async fn recover(&self, node: &Node) {
        let (merchant, endpoint) = (Some(self.merchant.id), Some(self.dead.0));
        let what = Recovery { merchant, since: self.opened_at, endpoint, target: Target::Original };
        let who = self.who(node);
        let recovered: Result<Recovered, RecoverError> =
            node.platform().write("webhook_recover", move |tx, _| deliveries::recover(tx, &what, None, who)).await;
        assert_eq!(recovered.expect("it can be recovered").next, None, "one step is enough for few");
    }

    async fn messages(&self, app: &TestApp) -> Vec<Message> {
        let mut messages = Vec::new();
        for merchant in [self.merchant.id, self.provider.id] {
            for channel in [Channel::Webhook, Channel::Mail] {
                messages.extend(app.messages(channel, merchant).await);
            }
        }
        messages
    }

    /// What there is of its messages now: ids, events, and the bytes of those that were rendered.
    pub(super) async fn kept(&self, app: &TestApp) -> Bytes {
        let messages = self.messages(app).await;
        messages.into_iter().map(|message| (message.id, (message.event, message.body))).collect()
    }

    /// Asserts that what there was once is there still and has not changed, except that it was rendered since.
    pub(super) async fn assert_kept(&self, app: &TestApp, before: &Bytes, at: &str) {
        let after = self.kept(app).await;
        for (id, (event, body)) in before {
            let (event_now, body_now) = &after[id];
            assert!(event == event_now && (body.is_none() || body == body_now), "{at}: {id} is another message now");
        }
    }

    /// Asserts that its life came to the only end that it may come to, however often a node died in it.
    pub(super) async fn assert_ended(&self, app: &TestApp, street: &Street, at: &str) {
        let messages = MESSAGES.map(|(to, event, state)| (to.to_owned(), event.to_owned(), state));
        assert_eq!(self.stands(app).await, messages, "{at}");
        let effects = EFFECTS.map(|(place, told)| (place.to_owned(), told.to_owned()));
        assert_eq!(self.effects(street), effects, "{at}");
        let transfers = app.footprint().await.rows("ledger_transfers") - self.transfers_before;
        assert_eq!(transfers, TRANSFERS, "{at}: no try moves money");
        let messages = self.messages(app).await;
        let mails = street.mailbox.0.lock().expect("nothing panics under it");
        for message in messages.iter().filter(|message| message.channel == Channel::Mail) {
            let same: BTreeSet<&String> = mails[&message.id].iter().collect();
            assert_eq!(same.len(), 1, "{at}: a mail is the same at every try");
        }
    }

    /// Every message: where to, of what, and where it stands.
    async fn stands(&self, app: &TestApp) -> Vec<(String, String, MessageState)> {
        let messages = self.messages(app).await.into_iter().map(|message| {
            let to = match message.channel {
                Channel::Webhook => place(self.number, &message.destination),
                Channel::Mail if message.destination == self.merchant.email => "merchant".to_owned(),
                Channel::Mail => "provider".to_owned(),
            };
            (to, format!("{} {}", message.event_kind, message.event_status), message.state)
        });
        let mut messages: Vec<_> = messages.collect();
        messages.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
        messages
    }

    /// What receivers do that act on each id once: where, and on what. Whatever came of one id had the same bytes.
    fn effects(&self, street: &Street) -> Vec<(String, String)> {
        let mut bytes = BTreeMap::<(String, String, i64), BTreeSet<Vec<u8>>>::new();
        for sink in [&street.well, &street.flaky, &street.dead, &street.lost] {
            for delivery in sink.deliveries().into_iter().filter(|sent| is_of(self.number, &sent.path)) {
                let told = delivery.verified();
                let what = format!("{} {}", told.biz_type, told.biz_status);
                bytes.entry((place(self.number, &delivery.path), what, told.biz_id)).or_default().insert(delivery.body);
            }
        }
        assert!(bytes.values().all(|bodies| bodies.len() == 1), "one id, one body");
        bytes.into_keys().map(|(place, what, _)| (place, what)).collect()
    }
}

/// Two orders are paid that tell their own URLs and one that tells the endpoints; one refund is held and then brought.
const TRANSFERS: i64 = 5;

const MESSAGES: [(&str, &str, MessageState); 14] = {
    use MessageState::{Delivered, Parked};
    [
        ("/dead", "ORDER CLOSED", Delivered),
        ("/dead", "ORDER PAID", Delivered),
        ("/gone", "ORDER PAID", Parked(ParkReason::EndpointRemoved)),
        ("/lost", "ORDER PAID", Parked(ParkReason::LastTry)),
        ("/new", "ORDER CLOSED", Delivered),
        ("/old", "ORDER PAID", Delivered),
        ("/own", "ORDER PAID", Delivered),
        ("/own", "REFUND SUCCEEDED", Delivered),
        ("/tsp", "AUTHORIZATION AGREED", Delivered),
        ("/well", "ORDER CLOSED", Delivered),
        ("/well", "ORDER PAID", Delivered),
        ("merchant", "AUTHORIZATION AGREED", Delivered),
        ("merchant", "ENDPOINT DISABLED", Delivered),
        ("provider", "AUTHORIZATION AGREED", Delivered),
    ]
};

const EFFECTS: [(&str, &str); 10] = [
    ("/dead", "PAY PAY_CLOSED"),
    ("/dead", "PAY PAY_SUCCESS"),
    ("/lost", "PAY PAY_SUCCESS"),
    ("/new", "PAY PAY_CLOSED"),
    ("/new", "PAY PAY_SUCCESS"),
    ("/own", "PAY PAY_SUCCESS"),
    ("/own", "PAY_REFUND REFUND_SUCCESS"),
    ("/tsp", "TECH_PROVIDER SUBMIT_AUTH_AGREE"),
    ("/well", "PAY PAY_CLOSED"),
    ("/well", "PAY PAY_SUCCESS"),
];

/// Whether a path is one of this shop's.
fn is_of(shop: usize, path: &str) -> bool {
    path.rsplit('/').next() == Some(shop.to_string().as_str())
}

/// `/well` of a URL or path `…/well/7` of shop 7.
fn place(shop: usize, url: &str) -> String {
    let place = url.strip_suffix(&format!("/{shop}")).and_then(|rest| rest.rsplit('/').next());
    format!("/{}", place.unwrap_or(url))
}

/// Runs what is due, and then whatever falls due, each thing at its own time on the node's clocks, until nothing does any more.
async fn run_to_the_end(node: &Node, dispatcher: &Dispatcher) {
    run_due(dispatcher).await;
    while let Some(due) = next_due(dispatcher).await {
        node.advance_ms(due.ms_since(node.now()).max(0));
        run_due(dispatcher).await;
    }
}
