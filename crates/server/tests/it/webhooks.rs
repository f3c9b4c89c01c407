//! `countersign webhooks` and the admin API behind it: without a server, beside one, and over the network.

use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use countersign_crypto::{Entropy, MasterKey, MasterKeyRing, WebhookSigningKey};
use countersign_domain::authorization::{OrderLimits, Origin};
use countersign_domain::id::{AuthorizationId, MerchantId};
use countersign_domain::{AddressList, Scope, Timestamp};
use countersign_service::audit::Actor;
use countersign_service::authorizations::{self, Approval, AuthorizationToken, DecideError, NewRequest, RequestError};
use countersign_service::{Clock, Clocks, Links, Platform, PlatformParts, Rates};
use countersign_store::queries::users;
use countersign_store::{ReadTx, Store, StoreError, StoreOptions};
use serde_json::{Value, json};

use crate::network::{Network, fact};
use crate::operate::{refused, signed};
use crate::receiver::{Receiver, Reply, until};
use crate::support::terminate;

struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp::from_ms(i64::try_from(now.as_millis()).unwrap())
    }
}

struct MachineEntropy;

impl Entropy for MachineEntropy {
    fn fill(&self, destination: &mut [u8]) {
        aws_lc_rs::rand::fill(destination).unwrap();
    }
}

/// What merchants do in the portal, done on the network's database while no server has it.
struct Backstage {
    platform: Arc<Platform>,
}

impl Backstage {
    fn enter(network: &Network) -> Self {
        let key = MasterKey::from_hex_text(&std::fs::read_to_string(network.path("master.key")).unwrap()).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(MachineClock);
        let options = StoreOptions::new(Arc::new(|| Duration::ZERO), Arc::new(|| MachineClock.now().ms()));
        let platform = Platform::new(PlatformParts {
            store: Store::open(&network.database.parse().unwrap(), &options).unwrap(),
            keys: MasterKeyRing::new(&key, &[]).unwrap(),
            webhook_key: WebhookSigningKey::published_test(),
            clocks: Clocks { wall: Arc::clone(&clock), business: clock },
            entropy: Arc::new(MachineEntropy),
            sealing_entropy: Arc::new(MachineEntropy),
            links: Links::new("http://127.0.0.1:1", "countersign"),
            rates: Rates::none(),
        });
        Self { platform: Arc::new(platform) }
    }

    /// The provider asks, the merchant agrees; answers the record and its token.
    async fn grant(&self, provider: MerchantId, merchant: MerchantId) -> (AuthorizationId, String) {
        let now = self.platform.business_now();
        let request = NewRequest {
            provider_id: provider,
            merchant_id: merchant,
            scopes: [Scope::Checkout].into_iter().collect(),
            addresses: AddressList::any(),
            origin: Origin::Api,
            token: AuthorizationToken::draw(&self.platform),
        };
        let token = request.token.expose().to_owned();
        let created = self
            .platform
            .write("test", move |tx, platform| authorizations::create(tx, platform, &request, (Actor::Operator, now)));
        let created = created.await.map_err(|error: RequestError| error.to_string()).unwrap();
        let approval = Approval {
            merchant_id: merchant,
            id: created.id,
            by: self.owner(merchant).await,
            scopes: [Scope::Checkout].into_iter().collect(),
            limits: OrderLimits::none(),
            ends_at: None,
            shown: None,
        };
        let approved =
            self.platform.write("test", move |tx, platform| authorizations::approve(tx, platform, &approval, now));
        approved.await.map_err(|error: DecideError| error.to_string()).unwrap();
        (created.id, token)
    }

    async fn withdraw(&self, merchant: MerchantId, id: AuthorizationId) {
        let (now, subject) = (self.platform.business_now(), (merchant, id, self.owner(merchant).await));
        let ended =
            self.platform.write("test", move |tx, platform| authorizations::disable(tx, platform, subject, now));
        ended.await.map_err(|error: DecideError| error.to_string()).unwrap();
    }

    async fn owner(&self, merchant: MerchantId) -> countersign_domain::id::UserId {
        let owners = self.platform.read("test", move |tx: &mut dyn ReadTx, _| users::owners(tx, merchant)).await;
        let owners: Result<Vec<_>, StoreError> = owners;
        owners.unwrap()[0].id
    }
}

impl Drop for Backstage {
    fn drop(&mut self) {
        self.platform.store.drain();
    }
}

/// A server that may call receivers on this machine.
async fn serve(network: &mut Network) -> Child {
    network
        .serve_with(&[
            ("COUNTERSIGN_OUTBOUND_ALLOW_HTTP", "true"),
            ("COUNTERSIGN_OUTBOUND_ALLOW", "127.0.0.1/32"),
            ("COUNTERSIGN_WEBHOOK_RETRY_SECONDS", "3600"),
        ])
        .await
}

fn end(mut server: Child) {
    terminate(&server);
    assert!(server.wait().unwrap().success());
}

/// One delivery once it stands as it should.
async fn shown(network: &Network, id: &str, stands: impl Fn(&Value) -> bool) -> Value {
    until("the delivery stands as it should", async || {
        let shown: Value = serde_json::from_str(&network.run(&["webhooks", "show", "--id", id, "--json"])).unwrap();
        Some(shown).filter(|shown| stands(shown))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_looked_at_and_sent_again() {
    let (mut network, mut receiver) = (Network::new(), Receiver::start().await);
    let enrol = |role: &str, name: &str| {
        let email = format!("{role}@pay.example");
        let made = network.run(&[role, "create", "--name", name, "--email", &email]);
        fact(&made, "Merchant id").to_owned()
    };
    let (provider, merchant) = (enrol("provider", "Acme Checkout"), enrol("merchant", "Blue Door Books"));
    let (provider_id, merchant_id): (MerchantId, MerchantId) = (provider.parse().unwrap(), merchant.parse().unwrap());
    let made = network.run(&[
        "admin-key",
        "create",
        "--name",
        "Support",
        "--capabilities",
        "webhook.read,webhook.resend,webhook.manage",
    ]);
    let credentials = (fact(&made, "Admin key").to_owned(), fact(&made, "Admin secret (shown this once)").to_owned());
    let credentials = (credentials.0.as_str(), credentials.1.as_str());
    assert_eq!(network.run(&["webhooks", "list"]), "There is no such delivery.\n");
    assert_eq!(network.run(&["webhooks", "recover", "--since", "24h"]), "Nothing was sent again.\n");
    assert_eq!(network.run(&["webhooks", "endpoints", "--merchant", &provider]), "The merchant has no endpoint.\n");

    // Over the network: an endpoint, where webhooks may go.
    let server = serve(&mut network).await;
    let add = |url: &str| json!({ "merchantId": provider, "url": url, "description": "Till" });
    let path = "/admin/v1/webhooks/endpoints/add";
    let (status, answer) = signed(&network, credentials, path, Some(&add("http://169.254.169.254/"))).await;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!("invalid_field")), "{answer}");
    let (status, added) = signed(&network, credentials, path, Some(&add(&receiver.url))).await;
    assert_eq!(status, 200, "{added}");
    let endpoint = added["endpointId"].as_str().unwrap().to_owned();
    let listed = network.run(&["webhooks", "endpoints", "--merchant", &provider]);
    assert!(listed.starts_with(&format!("Id: {endpoint}\n  URL: {}\n  Description: Till\n", receiver.url)), "{listed}");
    end(server);

    // Without a server: what waits for one.
    let backstage = Backstage::enter(&network);
    let (authorization, token) = backstage.grant(provider_id, merchant_id).await;
    drop(backstage);
    let table = network.run(&["webhooks", "list", "--merchant", &provider, "--since", "1h", "--type", "TECH_PROVIDER"]);
    let [head, row] = table.lines().collect::<Vec<_>>()[..] else { panic!("{table}") };
    assert!(head.starts_with("ID ") && head.ends_with("URL"), "{table}");
    let cells: Vec<&str> = row.split_whitespace().collect();
    let id = cells[0].to_owned();
    let expected = [provider.as_str(), "TECH_PROVIDER", "SUBMIT_AUTH_AGREE", "pending", "0", "-", &receiver.url];
    assert_eq!(cells[3..], expected, "{table}");
    assert!(network.run(&["webhooks", "show", "--id", &id]).contains("Body: written at the first try\n"));

    // The receiver answers with what it got: neither shows the token.
    receiver.script([Reply::Echo]);
    let server = serve(&mut network).await;
    let first = receiver.next().await;
    assert!(String::from_utf8_lossy(&first.body).contains(&token), "the receiver gets it");
    let json = shown(&network, &id, |shown| shown["tries"].as_array().is_some_and(|tries| tries.len() == 1)).await;
    let text = network.run(&["webhooks", "show", "--id", &id]);
    let masked = format!("{}…", &token[..4]);
    for output in [&json.to_string(), &text] {
        assert!(!output.contains(&token), "the token is masked");
        assert_eq!(output.matches(&masked).count(), 2, "in the body and in the answer: {output}");
    }
    for expected in [
        "State: pending\n",
        "Next try at: ",
        " HTTP 200 after ",
        "Wrong: answered 200, but its returnCode is not SUCCESS\n",
        &format!("  BinancePay-Nonce: {}\n", first.header("binancepay-nonce")),
        &format!("  BinancePay-Timestamp: {}\n", first.header("binancepay-timestamp")),
    ] {
        assert!(text.contains(expected), "no '{expected}' in {text}");
    }

    // One of them again, and nothing of what there is not.
    assert!(network.run(&["webhooks", "resend", "--id", &id]).starts_with("It is back in line"));
    assert_eq!(receiver.next().await.body, first.body);
    let delivered = shown(&network, &id, |shown| shown["state"] == "delivered").await;
    assert_eq!((&delivered["attempts"], &delivered["tries"][1]["status"]), (&json!(2), &json!(200)));
    refused(&network, &["webhooks", "show", "--id", "7"], "no such delivery");
    refused(&network, &["webhooks", "resend", "--id", "7"], "no such delivery");
    refused(&network, &["webhooks", "resend", "--id", &id, "--to", "7"], "no such endpoint");
    refused(&network, &["webhooks", "list", "--merchant", "7"], "no such account");
    refused(&network, &["webhooks", "list", "--type", "PAYED"], "'PAYED' is no bizType");
    refused(&network, &["webhooks", "list", "--since", "yesterday"], "'yesterday' is no time");
    refused(&network, &["webhooks", "recover", "--since", "1h", "--to", "7"], "--merchant");

    // What an endpoint missed is recovered when it is enabled again.
    let which = json!({ "merchantId": provider, "endpointId": endpoint });
    let (status, answer) = signed(&network, credentials, "/admin/v1/webhooks/endpoints/disable", Some(&which)).await;
    assert_eq!(status, 200, "{answer}");
    end(server);
    let backstage = Backstage::enter(&network);
    backstage.withdraw(merchant_id, authorization).await;
    drop(backstage);
    let server = serve(&mut network).await;
    let since = ["webhooks", "recover", "--since", "1h", "--merchant", &provider];
    let left = network.run(&since);
    assert!(left.starts_with("Nothing was sent again; left: 1 delivery, the endpoint is disabled"), "{left}");
    let (status, answer) = signed(&network, credentials, "/admin/v1/webhooks/endpoints/enable", Some(&which)).await;
    assert_eq!((status, &answer["missed"]["count"]), (200, &json!(1)), "{answer}");
    assert!(network.run(&["webhooks", "list", "--state", "parked"]).contains("TP_AUTH_DISABLED"));
    assert_eq!(network.run(&[&since[..], &["--to", &endpoint]].concat()), "Back in line: 1 delivery.\n");
    assert!(String::from_utf8_lossy(&receiver.next().await.body).contains("TP_AUTH_DISABLED"));
    let listed: Value = serde_json::from_str(&network.run(&["webhooks", "list", "--json"])).unwrap();
    assert_eq!(listed["deliveries"].as_array().unwrap().len(), 2);
    end(server);
}
