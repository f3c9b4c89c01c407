//! `--seed` with a manual clock: the same line and the same answers each time.

use serde_json::{Value, json};

use crate::support::{Sandbox, order};

/// A sequential run over most of what the wire offers.
async fn run(sandbox: &Sandbox) -> Vec<Value> {
    let (provider, merchant) = (sandbox.actor("provider"), sandbox.actor("merchant"));
    let request = json!({"merchantId": merchant["merchantId"], "scopes": ["CHECKOUT", "BALANCE"], "ipWhitelist": []});
    let created = sandbox.data(&provider, "/service/provider/create", &request).await;
    let id = created["authorizationId"].clone();
    sandbox.controlled("/authorizations/decide", json!({"authorizationId": id, "decision": "approve"})).await;
    let token = created["authorizationToken"].as_str().unwrap();
    let placed = sandbox.data(&provider, "/v2/order", &order("seeded1", "1.5", Some(token))).await;
    let payer = sandbox.text("/actors/payer/binanceId");
    let paid = sandbox.controlled("/orders/pay", json!({"prepayId": placed["prepayId"], "payer": payer})).await;
    let query = json!({"merchantTradeNo": "seeded1", "BinancePay-technicalServiceProviderAuthId": token});
    let queried = sandbox.data(&provider, "/v2/order/query", &query).await;
    let records = sandbox.data(&provider, "/service/provider/record", &json!({"page": 1, "rows": 10})).await;
    let balance = sandbox.data(&merchant, "/v2/balance", &json!({"wallet": "FUNDING_WALLET"})).await;
    let certificates = sandbox.data(&merchant, "/certificates", &json!({})).await;
    let clock = sandbox.controlled("/clock", json!({})).await;
    vec![created, placed, paid, queried, records, balance, certificates, clock]
}

/// The listener's port differs from run to run; everything else must not.
fn without_address(sandbox: &Sandbox, value: &Value) -> String {
    let base = sandbox.text("/baseUrl");
    value.to_string().replace(&base, "BASE").replace(base.trim_start_matches("http://"), "HOST")
}

#[tokio::test]
async fn a_seeded_world_under_a_manual_clock_repeats_itself() {
    let arguments = ["--ephemeral", "--seed", "7", "--clock", "manual"];
    let (first, second) = (Sandbox::start(&arguments), Sandbox::start(&arguments));
    assert_eq!(without_address(&first, &first.ready), without_address(&second, &second.ready));
    let (of_first, of_second) = (run(&first).await, run(&second).await);
    let shown = |sandbox: &Sandbox, answers: &[Value]| {
        answers.iter().map(|answer| without_address(sandbox, answer)).collect::<Vec<_>>()
    };
    assert_eq!(shown(&first, &of_first), shown(&second, &of_second));
    assert_eq!(of_first.last().unwrap()["now"], json!(1_767_225_600_000_i64), "a fixed business instant");
    let other = Sandbox::start(&["--ephemeral", "--seed", "8", "--clock", "manual"]);
    assert_ne!(first.actor("merchant")["apiSecret"], other.actor("merchant")["apiSecret"]);
}

#[tokio::test]
async fn a_seeded_world_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let arguments = ["--data", data.as_str(), "--seed", "3", "--clock", "manual"];
    let first = Sandbox::start(&arguments);
    let merchant = first.actor("merchant");
    let one = first.data(&merchant, "/v2/order", &order("one", "1", None)).await;
    first.controlled("/clock/advance", json!({"ms": 60_000})).await;
    first.stop();
    let second = Sandbox::start(&arguments);
    assert_eq!(second.actor("merchant"), merchant);
    let two = second.data(&merchant, "/v2/order", &order("two", "1", None)).await;
    assert_ne!(one["prepayId"], two["prepayId"]);
    assert_eq!(
        second.controlled("/clock", json!({})).await["now"],
        json!(1_767_225_660_000_i64),
        "time does not turn back"
    );
}
