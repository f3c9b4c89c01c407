//! Refunds: requests as clients send them, the answers and the webhook as recorded.

use countersign_wire::answers::RefundState;
use countersign_wire::requests::{OrderRefund, OrderRefundQuery};
use countersign_wire::webhooks::{Notification, RefundData, RefundInfo, biz_status, biz_type};
use countersign_wire::{Body, Endpoint, EndpointId, ScopeName, Success, WireNumber};
use serde_json::json;

const PAYER: &str = "dde730c2e0ea1f1780cf26343b98fd3b";

fn read(text: &str) -> OrderRefund<'_> {
    OrderRefund::from_body(&Body::parse(text.as_bytes()).expect(text)).expect(text)
}

#[test]
fn requests_are_read_as_clients_send_them() {
    // money.md 3.1, and what rs, davimury and tomk1v make of it (clients.md R9 and R11).
    let page = r#"{"refundRequestId":"68711039982968832","prepayId":"383729303729303","refundAmount":25.17,"refundReason":""}"#;
    let refund = read(page);
    assert_eq!(
        (refund.refund_request_id.as_ref(), refund.prepay_id.as_ref()),
        ("68711039982968832", "383729303729303")
    );
    assert_eq!((refund.refund_amount.echo().as_ref(), refund.refund_reason, refund.webhook_url), ("25.17", None, None));
    assert_eq!(read(&page.replace("25.17", "\"25.170\"")).refund_amount.minor(8), Ok(2_517_000_000));
    assert_eq!(read(&page.replace("\"383729303729303\"", "383729303729303")).prepay_id, "383729303729303");

    let whole = r#"{"refundRequestId":"r 1/ü","prepayId":"1","refundAmount":1,"refundReason":"broken","webhookUrl":"https://shop.example/hook"}"#;
    let refund = read(whole);
    assert_eq!(serde_json::to_string(&refund).unwrap(), whole);
    let query = OrderRefundQuery { refund_request_id: "r 1/ü".into() };
    let written = serde_json::to_string(&query).unwrap();
    assert_eq!(OrderRefundQuery::from_body(&Body::parse(written.as_bytes()).unwrap()), Ok(query));
}

#[test]
fn a_query_opens_to_two_scopes() {
    let scopes = |id| Endpoint::of(id).scopes().collect::<Vec<_>>();
    assert_eq!(scopes(EndpointId::OrderRefundQuery), [ScopeName::Refund, ScopeName::Checkout]);
    assert_eq!(scopes(EndpointId::OrderRefund), [ScopeName::Refund]);
    assert_eq!(scopes(EndpointId::Certificates), []);
}

#[test]
fn answers_have_strings_for_amounts_and_numbers_for_counts() {
    let refunded = RefundState {
        refund_id: Some(270_342_174_837_137_409),
        refund_request_id: "68711039982968832".into(),
        prepay_id: "383729303729303".into(),
        order_amount: "100.11000000".into(),
        refunded_amount: "50.88000000".into(),
        refund_amount: "25.17000000".into(),
        remaining_attempts: 8,
        payer_open_id: PAYER.into(),
        duplicate_request: Some("N".into()),
        refund_status: Some("REFUND_SUCCESS".into()),
        refund_commission: Some("0.25170000".into()),
        refunded_commission: Some("0.50880000".into()),
    };
    let head = r#""refundRequestId":"68711039982968832","prepayId":"383729303729303","orderAmount":"100.11000000","refundedAmount":"50.88000000","refundAmount":"25.17000000","remainingAttempts":8,"payerOpenId":"dde730c2e0ea1f1780cf26343b98fd3b""#;
    let tail = r#""refundStatus":"REFUND_SUCCESS","refundCommission":"0.25170000","refundedCommission":"0.50880000""#;
    let envelope = |data: String| format!(r#"{{"status":"SUCCESS","code":"000000","data":{data}}}"#);
    let written = |data: &RefundState| String::from_utf8(Success::new(data).to_bytes().unwrap()).unwrap();
    let whole = format!(r#"{{"refundId":270342174837137409,{head},"duplicateRequest":"N",{tail}}}"#);
    assert_eq!(written(&refunded), envelope(whole.clone()));
    assert_eq!(serde_json::from_str::<RefundState>(&whole).unwrap(), refunded);
    let query = RefundState { duplicate_request: None, ..refunded };
    assert_eq!(written(&query), envelope(format!(r#"{{"refundId":270342174837137409,{head},{tail}}}"#)));

    // The page's sample, from before there were ids and commissions.
    let old = format!(r#"{{{},"duplicateRequest":"Y"}}"#, head.replace("000000\"", "\""));
    let read: RefundState = serde_json::from_str(&old).unwrap();
    assert_eq!((read.refund_id, read.refund_status, read.order_amount.as_str()), (None, None, "100.11"));
}

/// clients.md W5 with eight decimals, which partner.md 3.4 has.
const W5: &str = r#"{"merchantTradeNo":"2223","totalFee":0.01000000,"transactTime":1633410900000,"refundInfo":{"orderAmount":"0.01000000","duplicateRequest":"N","payerOpenId":"dde730c2e0ea1f1780cf26343b98fd3b","prepayId":"123289163323899904","refundRequestId":"68711039982968853","refundedAmount":"0.01000000","remainingAttempts":9,"refundAmount":"0.01000000"},"currency":"BUSD","commission":0,"openUserId":"dde730c2e0ea1f1780cf26343b98fd3b","productType":"LIVE_STREAM","productName":"Tea","tradeType":"APP"}"#;

#[test]
fn a_refund_is_told_as_recorded() {
    let amount = || "0.01000000".to_owned();
    let data = RefundData {
        merchant_trade_no: "2223".into(),
        total_fee: WireNumber::padded(1, 2),
        transact_time: 1_633_410_900_000,
        refund_info: RefundInfo {
            order_amount: amount(),
            duplicate_request: "N".into(),
            payer_open_id: PAYER.into(),
            prepay_id: "123289163323899904".into(),
            refund_request_id: "68711039982968853".into(),
            refunded_amount: amount(),
            remaining_attempts: 9,
            refund_amount: amount(),
        },
        currency: "BUSD".into(),
        commission: WireNumber::commission(0, 8),
        open_user_id: Some(PAYER.into()),
        product_type: "LIVE_STREAM".into(),
        product_name: "Tea".into(),
        trade_type: "APP".into(),
    };
    let id = 123_289_163_323_899_904;
    let made = Notification::new(biz_type::PAY_REFUND, biz_status::REFUND_SUCCESS, id, &data).unwrap();
    assert_eq!(made.data, W5);
    let whole = format!(
        r#"{{"bizType":"PAY_REFUND","data":{},"bizIdStr":"{id}","bizId":{id},"bizStatus":"REFUND_SUCCESS"}}"#,
        json!(W5)
    );
    assert_eq!(String::from_utf8(made.to_bytes()).unwrap(), whole);
    assert_eq!(Notification::parse(whole.as_bytes()).unwrap().data::<RefundData>().unwrap(), data);
}
