//! A sandbox that is killed while it delivers: what was on its way arrives after the next start, under the same ids, rightly
//! signed, and the database proves.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use countersign_store::{CommandId, Statement, Store, StoreError, StoreOptions};
use serde_json::{Value, json};

use crate::network::Schema;
use crate::receiver::{Received, Receiver, Reply, until, verifier};
use crate::support::{Sandbox, order, output, sqlite};

/// Payments that the merchant's endpoint is told of, which does not answer at first: more than are tried at a time.
const HELD: usize = 12;
/// How many of them are tried at a time.
const UNDER_WAY: usize = 8;
/// Payments that are told to a receiver that answers well.
const WELL: usize = 4;

/// Longer than any lease. Leases are wall time, which nobody can move: what would pass is taken from the leases instead.
const LEASE_MS_MAX: i64 = 120_000;

static PASS: Statement =
    Statement { name: "pass_time", sql: "UPDATE outbox SET leased_until = leased_until - $1 WHERE leased_until > $2" };

/// A sandbox's arguments, and its database.
struct Place {
    arguments: Vec<String>,
    database: String,
}

impl Place {
    fn start(&self) -> Sandbox {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        // A try that the kill did not cut, because the machine was busy, is made again soon, and however often.
        let retries = ["1"; 30].join(",");
        Sandbox::start_in(&[("COUNTERSIGN_WEBHOOK_RETRY_SECONDS", &retries)], &arguments)
    }

    /// Lets all leases end while nobody runs; tells how many there were.
    async fn pass_time(&self, nth: u8) -> u64 {
        let now = || i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
        let options = StoreOptions::new(std::sync::Arc::new(|| Duration::ZERO), std::sync::Arc::new(now));
        let store = Store::open(&self.database.parse().unwrap(), &options).unwrap();
        let pass = store.write("pass_time", CommandId([nth; 16]), move |tx| {
            tx.execute(&PASS, &[LEASE_MS_MAX.into(), now().into()])
        });
        let passed: Result<u64, StoreError> = pass.await;
        store.close().await;
        passed.unwrap()
    }
}

/// Pays an order, which tells `url` or else the merchant's endpoint; its prepay id.
async fn paid(sandbox: &Sandbox, number: &str, url: Option<&str>) -> i64 {
    let mut order = order(number, "1", None);
    if let Some(url) = url {
        order["webhookUrl"] = url.into();
    }
    let placed = sandbox.data(&sandbox.actor("merchant"), "/v2/order", &order).await;
    let pay = json!({"prepayId": placed["prepayId"], "payer": sandbox.text("/actors/payer/binanceId")});
    sandbox.controlled("/orders/pay", pay).await;
    placed["prepayId"].as_str().unwrap().parse().unwrap()
}

/// Takes what comes until `count` payments were told of; how often each was does not matter.
async fn told_of(receiver: &mut Receiver, count: usize) -> Vec<Received> {
    let (mut ids, mut all) = (BTreeSet::new(), Vec::new());
    while ids.len() < count {
        let received = receiver.next().await;
        let body: Value = serde_json::from_slice(&received.body).unwrap();
        ids.insert(body["bizIdStr"].as_str().unwrap().to_owned());
        all.push(received);
    }
    all
}

async fn killed_twice_and_whole(place: &Place) {
    let (mut held, mut well) = (Receiver::start().await, Receiver::start().await);
    let sandbox = place.start();
    let merchant = sandbox.actor("merchant");
    let endpoint = json!({"merchantId": merchant["merchantId"], "url": held.url});
    sandbox.controlled("/webhooks/endpoint", endpoint).await;
    // More often than a busy machine can time out meanwhile.
    held.script((0..100 * HELD).map(|_| Reply::Never));
    let mut orders = BTreeSet::new();
    for number in 0..HELD {
        orders.insert(paid(&sandbox, &format!("held{number}"), None).await);
    }
    for number in 0..WELL {
        orders.insert(paid(&sandbox, &format!("well{number}"), Some(&well.url)).await);
    }
    let mut received = told_of(&mut held, UNDER_WAY).await;
    received.extend(told_of(&mut well, WELL).await);
    sandbox.kill();
    let leases = place.pass_time(1).await;
    assert!(leases > 0, "it died with messages in its hands");

    // In the second life three hang, and it dies while those of the others that were answered may or may not be written down.
    held.script_anew((0..3).map(|_| Reply::Never));
    let sandbox = place.start();
    received.extend(told_of(&mut held, HELD).await);
    sandbox.kill();
    place.pass_time(2).await;

    let sandbox = place.start();
    let deliveries = until("all has arrived", async || {
        let listed = sandbox.controlled("/webhooks/deliveries", json!({"merchantId": merchant["merchantId"]})).await;
        let rows = listed["deliveries"].as_array().unwrap().clone();
        rows.iter().all(|row| row["state"] == "delivered").then_some(rows)
    })
    .await;
    let listed: BTreeSet<i64> =
        deliveries.iter().map(|row| row["bizIdStr"].as_str().unwrap().parse().unwrap()).collect();
    assert_eq!((deliveries.len(), &listed), (HELD + WELL, &orders), "one message for each payment, as before");
    received.extend(held.rest());
    received.extend(well.rest());
    let verifier = verifier(&sandbox).await;
    let mut bodies = BTreeMap::<i64, BTreeSet<Vec<u8>>>::new();
    for delivery in received {
        let told = delivery.verified(&verifier);
        assert_eq!((told.biz_type.as_ref(), told.biz_status.as_ref()), ("PAY", "PAY_SUCCESS"));
        bodies.entry(told.biz_id).or_default().insert(delivery.body);
    }
    assert_eq!(bodies.keys().copied().collect::<BTreeSet<_>>(), orders, "every payment was told of");
    assert!(bodies.values().all(|bodies| bodies.len() == 1), "a repeat has the same bytes");
    sandbox.kill();
    assert_eq!(place.pass_time(3).await, 0, "nothing is held for ever");
    let checked = output(&["check", "--database", &place.database]);
    assert!(checked.status.success(), "{checked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_sandbox_delivers_after_its_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = vec!["--data".to_owned(), folder.path().display().to_string()];
    killed_twice_and_whole(&Place { arguments, database: sqlite(folder.path()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_sandbox_on_postgresql_delivers_after_its_next_start() {
    let (folder, (_schema, database)) = (tempfile::tempdir().unwrap(), Schema::create("killed"));
    let data = folder.path().display().to_string();
    let arguments = vec!["--data".to_owned(), data, "--database".to_owned(), database.clone()];
    killed_twice_and_whole(&Place { arguments, database }).await;
}
