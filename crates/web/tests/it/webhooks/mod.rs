//! A merchant's webhooks by hand, on both engines: endpoints, the log, one delivery, sending again.

mod delivery;
mod endpoints;
mod failing;
mod log;
mod recover;
mod strangers;

use countersign_domain::time::MINUTE_MS;
use countersign_domain::webhook_endpoint::FAILING_MS_MAX;
use countersign_service::deliveries::LogFilter;
use countersign_service::outbox::{keep_answer, keep_body, settle};
use countersign_service::platform::Collides;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, Answer, Attempt, Message, ParkReason, Settlement, SignedWith};
use countersign_testkit::Merchant;
use http::StatusCode;
use serde_json::json;

use super::browser::{Browser, Seen, Site};

const LIST: &str = "/portal/developers/webhook";
const ADD: &str = "/portal/developers/webhook/add";
const LOG: &str = "/portal/developers/deliveries";
const RECOVER: &str = "/portal/developers/deliveries/recover";

const HOOK: &str = "https://shop.example/hook";
const SPARE: &str = "https://spare.example/hook";

/// A failure of a test's own write.
#[derive(Debug)]
struct Failed;

impl From<StoreError> for Failed {
    fn from(_: StoreError) -> Self {
        Self
    }
}

impl Collides for Failed {
    fn is_collision(&self) -> bool {
        false
    }
}

/// How a try of the dispatcher goes.
#[derive(Clone, Copy)]
struct Try {
    status: Option<i64>,
    error: Option<&'static str>,
    answer: &'static str,
    then: Then,
}

#[derive(Clone, Copy)]
enum Then {
    Delivered,
    /// Again, so many milliseconds later.
    Again(i64),
    Parked,
}

const TAKEN: Try = Try { status: Some(200), error: None, answer: r#"{"returnCode":"SUCCESS"}"#, then: Then::Delivered };
const REFUSED: Try = Try { status: Some(500), error: Some("answered 500"), answer: "no", then: Then::Again(MINUTE_MS) };
const IN_VAIN: Try = Try { then: Then::Parked, ..REFUSED };

/// Does to a message what the dispatcher does with one try, with this body.
async fn tried(site: &Site, message: &Message, how: Try, body: &str) {
    let platform = site.app.platform();
    let (now, wall) = (platform.business_now(), platform.wall_now());
    let answer = keep_answer(platform, message, message.attempts + 1, how.answer.as_bytes().to_vec());
    let attempt = Attempt {
        started_at: wall,
        duration_ms: 132,
        status: how.status,
        error: how.error.map(str::to_owned),
        signed_with: Some(SignedWith {
            timestamp: wall,
            nonce: "n".repeat(32),
            serial: platform.webhook_key.serial().to_owned(),
        }),
        answer: Some(Answer { body: answer, is_cut: false }),
    };
    let settlement = match how.then {
        Then::Delivered => Settlement::Delivered(now),
        Then::Again(ms) => Settlement::Retry(now.plus_ms(ms)),
        Then::Parked => Settlement::Parked(now, ParkReason::LastTry),
    };
    let kept = keep_body(platform, message, body.as_bytes().to_vec());
    let message = message.clone();
    let write = platform.write("try", move |tx, platform| {
        outbox::set_body(tx, message.id, &kept)?;
        Ok::<_, Failed>(settle(tx, platform, &message, (&attempt, settlement), FAILING_MS_MAX)?)
    });
    assert!(write.await.expect("it can be written"), "the try is recorded");
}

/// A merchant that listens at [`HOOK`], and whoever looks at its pages.
struct Desk<'s> {
    site: &'s Site,
    merchant: Merchant,
    /// The id of its endpoint.
    hook: String,
    browser: Browser<'s>,
}

impl<'s> Desk<'s> {
    async fn open(site: &'s Site) -> Self {
        let merchant = site.app.merchant("Shop").await;
        let hook = merchant.listen_at(HOOK).await.to_string();
        let browser = site.visitor(merchant.owner).await;
        Self { site, merchant, hook, browser }
    }

    async fn see(&mut self, path: &str) -> Seen {
        self.browser.get(path).await.expect(StatusCode::OK)
    }

    /// Signs in anew: no session outlives days.
    async fn return_to_work(&mut self) {
        self.browser = self.site.visitor(self.merchant.owner).await;
    }

    /// An order that is closed at once, which is told; its prepay id.
    async fn closed(&self, number: &str) -> String {
        let order = json!({
            "env": {"terminalType": "WEB"}, "merchantTradeNo": number, "orderAmount": "1", "currency": "USDT",
            "goods": {"goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "1", "goodsName": "Tea"},
        });
        let prepay_id = self.merchant.call("/v2/order", order).await.text_of("prepayId");
        self.merchant.close(&prepay_id).await.data();
        prepay_id
    }

    /// Everything that was told, newest first.
    async fn messages(&self) -> Vec<Message> {
        self.merchant.log(LogFilter::default()).await
    }

    async fn newest(&self) -> Message {
        self.messages().await.into_iter().next().expect("something was told")
    }

    /// The newest of what was told to [`HOOK`].
    async fn newest_of_hook(&self) -> Message {
        self.messages().await.into_iter().find(|message| message.destination == HOOK).expect("something was told")
    }

    /// Something that was told to [`HOOK`] and tried once so.
    async fn told(&self, number: &str, how: Try) -> Message {
        self.closed(number).await;
        tried(self.site, &self.newest_of_hook().await, how, "{}").await;
        self.newest_of_hook().await
    }

    /// Sends the form with that action as it stands on `page`, with what is typed.
    async fn send(&mut self, page: &Seen, action: &str, typed: &[(&str, &[&str])]) -> Seen {
        self.browser.submit_and_follow(page, action, typed).await
    }
}

fn page_of(message: &Message) -> String {
    format!("{LOG}/{}", message.id)
}

fn resend_of(message: &Message) -> String {
    format!("{LOG}/{}/resend", message.id)
}

/// The rows of a list of facts.
fn facts(seen: &Seen) -> Vec<String> {
    seen.texts(".endpoint .facts > div")
}
