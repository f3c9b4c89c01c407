//! A sandbox of wax for the tests of the walk: it knows one provider, one merchant, one order, and the mischief it is told
//! to make. The real one is tested elsewhere; what is tested here is that the walk notices.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use countersign_client::wire::webhooks::Notification;
use countersign_client::{Clock, SystemClock, Timeouts, Transport};
use countersign_crypto::WebhookSigningKey;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::fake_books::{Books, FIRST};

pub(super) const CONTROL_TOKEN: &str = "control-token-of-the-fake-sandbox";
const TOKEN: &str = "4f92a76767a948d8b5ab60abd8ca2e15";
const NONCE: &str = "zREdMIt0y4Y695XvDM9YjeV5FwpwXun3";

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mischief {
    /// Nothing.
    None,
    /// The token works before the merchant agreed.
    EagerToken,
    /// Refusals say nothing.
    NoExplanation,
    /// Webhooks are signed, and then changed.
    ForgedWebhook,
    /// Webhooks never leave.
    NoWebhook,
    /// The payment lands in the provider's wallet.
    WrongWallet,
    /// The token outlives its withdrawal.
    UndeadToken,
    /// A refund that is asked for twice is made twice.
    RefundTwice,
    /// The provider keeps its share of what went back.
    GreedyProvider,
    /// Two sub-merchants may have one name.
    Twins,
}

struct World {
    books: Books,
    /// `PENDING`, `AUTHORIZED` or `DISABLED`.
    status: String,
    scopes: Vec<String>,
    fee_share: bool,
    receiver: String,
    /// Names of sub-merchants as they are compared.
    names: Vec<String>,
}

#[derive(Clone)]
struct Sandbox {
    world: Arc<Mutex<World>>,
    mischief: Mischief,
}

impl World {
    fn new(mischief: Mischief) -> Arc<Mutex<Self>> {
        let (status, receiver) = (String::new(), String::new());
        let world = Self {
            books: Books::new(mischief),
            status,
            scopes: Vec::new(),
            fee_share: false,
            receiver,
            names: Vec::new(),
        };
        Arc::new(Mutex::new(world))
    }
}

/// The running sandbox; it ends with this value.
pub(super) struct FakeSandbox {
    pub(super) base_url: String,
    _server: JoinSet<()>,
}

impl FakeSandbox {
    pub(super) async fn start(mischief: Mischief) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base_url = format!("http://{}", listener.local_addr().expect("bound"));
        let app = Router::new().fallback(answer).with_state(Sandbox { world: World::new(mischief), mischief });
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, app).await.expect("it serves until the test ends") });
        Self { base_url, _server: server }
    }
}

async fn answer(State(sandbox): State<Sandbox>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).expect("the demo sends JSON");
    match uri.path().strip_prefix("/sandbox/v1") {
        Some(call) => {
            let bearer = headers.get("authorization").and_then(|value| value.to_str().ok());
            if bearer != Some(&format!("Bearer {CONTROL_TOKEN}")) {
                return (StatusCode::UNAUTHORIZED, json!({"error": "wrong token"}).to_string()).into_response();
            }
            sandbox.control(call, &body).await.to_string().into_response()
        }
        None => sandbox.merchant_api(uri.path(), &body).await,
    }
}

impl Sandbox {
    async fn control(&self, call: &str, body: &Value) -> Value {
        match call {
            "/accounts" => account(body["kind"].as_str().expect("a kind"), &body["name"]),
            "/wallets/credit" => json!({"available": body["amount"]}),
            "/providers/configure" | "/merchants/configure" => {
                self.lock().fee_share |= !body["feeSharePercent"].is_null();
                json!({})
            }
            "/webhooks/endpoint" => {
                self.lock().receiver = body["url"].as_str().expect("a URL").to_owned();
                json!({"url": body["url"]})
            }
            "/webhooks/deliveries" => json!({"deliveries": [{
                "bizType": "TECH_PROVIDER", "bizStatus": "SUBMIT_AUTH_AGREE", "bizIdStr": "210462863998500864",
                "url": "", "attempts": 1, "state": "pending", "lastStatus": 503,
            }]}),
            "/authorizations/decide" => self.decide(body).await,
            "/orders/pay" => {
                let (biz_id, data) = self.lock().books.pay(body["prepayId"].as_str().expect("an order"));
                let biz_status = "PAY_SUCCESS".into();
                self.send(&Notification { biz_type: "PAY".into(), data, biz_id, biz_status }).await;
                json!({"status": "PAID", "transactionId": "M_P_100000000000000001"})
            }
            other => panic!("the demo calls {other}"),
        }
    }

    async fn decide(&self, body: &Value) -> Value {
        let (status, biz_status, scopes) = {
            let mut world = self.lock();
            let narrowed = body["scopes"].as_array();
            let approve = body["decision"] == "approve";
            if let Some(scopes) = narrowed {
                world.scopes = scopes.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            }
            let biz_status = match (approve, narrowed) {
                (true, None) => "SUBMIT_AUTH_AGREE",
                (true, Some(_)) => "TP_AUTH_CHANGED",
                (false, _) => "TP_AUTH_DISABLED",
            };
            world.status = if approve { "AUTHORIZED" } else { "DISABLED" }.to_owned();
            (world.status.clone(), biz_status, world.scopes.clone())
        };
        let data = json!({
            "authorizationId": "210462863998500864", "authorizationToken": TOKEN,
            "merchantId": 1_000_135_331_248_i64, "merchantName": "Green Grocer", "scopes": scopes,
        });
        self.send(&Notification {
            biz_type: "TECH_PROVIDER".into(),
            data: data.to_string(),
            biz_id: 210_462_863_998_500_864,
            biz_status: biz_status.into(),
        })
        .await;
        json!({"status": status})
    }

    async fn send(&self, notification: &Notification) {
        if self.mischief == Mischief::NoWebhook {
            return;
        }
        let key = WebhookSigningKey::published_test();
        let mut body = notification.to_bytes();
        let timestamp = SystemClock.now_ms().to_string();
        let signature = key.sign(&timestamp, NONCE, &body);
        if self.mischief == Mischief::ForgedWebhook {
            body.push(b' ');
        }
        let headers = [
            ("binancepay-certificate-sn", key.serial()),
            ("binancepay-timestamp", &timestamp),
            ("binancepay-nonce", NONCE),
            ("binancepay-signature", &signature),
        ];
        let header = |(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).expect("ASCII"));
        let receiver = self.lock().receiver.clone();
        let (base, _) = receiver.rsplit_once('/').expect("the receiver has a path");
        let transport = Transport::new(base, Timeouts::default()).expect("the receiver's URL is right");
        let sent = transport.post("/webhooks", headers.map(header).into_iter().collect(), body).await;
        assert_eq!(sent.expect("the receiver answers").http_status, 200);
    }

    async fn merchant_api(&self, path: &str, body: &Value) -> Response {
        let path = path.strip_prefix("/binancepay/openapi").expect("the demo calls the merchant API");
        let on_behalf = body["BinancePay-technicalServiceProviderAuthId"] == TOKEN;
        if on_behalf && let Some(refusal) = self.refusal(path) {
            return refusal;
        }
        let data = match path {
            "/certificates" => {
                let key = WebhookSigningKey::published_test();
                json!([{"certPublic": key.public_pem(), "certSerial": key.serial()}])
            }
            "/service/provider/config/query" => {
                json!({"allowFeeShare": self.lock().fee_share, "allowScopes": super::actors::ALLOWED_SCOPES})
            }
            "/service/provider/create" => self.create(body),
            "/v2/order" => Books::created(body),
            "/v2/order/query" => self.lock().books.order_state(body["prepayId"].as_str().unwrap_or(FIRST)),
            "/order/refund" => self.refund().await,
            "/order/refund/query" => Books::refund_state(),
            "/v2/balance" => return self.lock().books.balance(on_behalf).into_response(),
            "/submerchant/add" => {
                let Some(id) = self.enrol(body) else {
                    return self.refuse("400205", "Sub-merchant already exists.", "the name is taken");
                };
                json!({"subMerchantId": id})
            }
            "/v3/order" if body["merchant"]["subMerchantId"].is_null() => {
                let message =
                    "Parameter 'merchant.subMerchantId' not valid, was empty/null, or too long/short, or wrong format.";
                return self.refuse("400100", message, "a channel partner must name the sub-merchant that sells");
            }
            "/v3/order" => Books::created(body),
            other => panic!("the demo calls {other}"),
        };
        json!({"status": "SUCCESS", "code": "000000", "data": data}).to_string().into_response()
    }

    fn create(&self, body: &Value) -> Value {
        let mut world = self.lock();
        world.status = "PENDING".to_owned();
        world.scopes =
            body["scopes"].as_array().expect("scopes").iter().filter_map(Value::as_str).map(str::to_owned).collect();
        json!({
            "authorizationId": "210462863998500864", "merchantName": "Green Grocer", "authorizationToken": TOKEN,
            "merchantId": body["merchantId"], "status": "PENDING", "scopes": world.scopes, "ipWhitelist": [],
            "redirectUrl": "https://pay.example/review-authorization?authId=210462863998500864",
        })
    }

    /// What a call with the token is refused with.
    fn refusal(&self, path: &str) -> Option<Response> {
        let world = self.lock();
        let forgiven = match world.status.as_str() {
            "PENDING" => self.mischief == Mischief::EagerToken,
            "DISABLED" => self.mischief == Mischief::UndeadToken,
            _ => true,
        };
        let (code, message, why) = if !forgiven {
            let why = format!("the authorization is {}", world.status);
            ("400203", "Not support for this account, please check account status.", why)
        } else if path == "/v2/balance" && !world.scopes.iter().any(|scope| scope == "BALANCE") {
            ("400606", "Merchant access forbidden.", "the grant does not hold BALANCE".to_owned())
        } else {
            return None;
        };
        Some(self.refuse(code, message, &why))
    }

    /// A refusal with its explanation.
    fn refuse(&self, code: &str, message: &str, why: &str) -> Response {
        let body = json!({"status": "FAIL", "code": code, "errorMessage": message}).to_string();
        let mut refusal = (StatusCode::BAD_REQUEST, body).into_response();
        if self.mischief != Mischief::NoExplanation {
            refusal.headers_mut().insert("x-countersign-explain", why.parse().expect("ASCII"));
        }
        refusal
    }

    /// The id of a new sub-merchant, or none where its name is taken.
    fn enrol(&self, body: &Value) -> Option<i64> {
        let name = body["merchantName"].as_str().expect("a name").trim().to_lowercase();
        let mut world = self.lock();
        if world.names.contains(&name) && self.mischief != Mischief::Twins {
            return None;
        }
        world.names.push(name);
        i64::try_from(world.names.len()).ok().map(|number| 2_107_268_400_000_000 + number)
    }

    async fn refund(&self) -> Value {
        let (answer, told) = self.lock().books.refund();
        if let Some((biz_id, data)) = told {
            let (biz_type, biz_status) = ("PAY_REFUND".into(), "REFUND_SUCCESS".into());
            self.send(&Notification { biz_type, data, biz_id, biz_status }).await;
        }
        answer
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().expect("nothing panics while it is held")
    }
}

fn account(kind: &str, name: &Value) -> Value {
    let merchant = |id: &str| {
        json!({
            "merchantId": id, "name": name, "apiKey": "k".repeat(64), "apiSecret": "s".repeat(64),
            "email": "someone@sandbox.example", "password": "p",
        })
    };
    match kind {
        "provider" => merchant("1000135331200"),
        "merchant" => merchant("1000135331248"),
        "partner" => merchant("1000135331300"),
        "payer" => json!({"binanceId": "354205155", "name": name, "email": "paula@sandbox.example", "password": "p"}),
        other => panic!("the demo enrols a {other}"),
    }
}
