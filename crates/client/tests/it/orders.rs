//! Orders built and judged before anything is sent.

use countersign_client::wire::Refusal;
use countersign_client::wire::requests::{Buyer, OrderCreate};
use countersign_client::{Item, OrderBuilder, TerminalType};
use serde_json::{Value, json};

fn item<'a>() -> Item<'a> {
    Item::digital("A1", "Song")
}

fn builder<'a>() -> OrderBuilder<'a> {
    OrderBuilder::new("no1", item()).price("1.50", "USDT")
}

fn body(order: &OrderCreate<'_>) -> Value {
    serde_json::to_value(order).expect("orders serialise")
}

#[test]
fn every_setting_reaches_its_field() {
    let buyer = Buyer {
        reference_buyer_id: Some("354205155".into()),
        buyer_name: None,
        buyer_phone_country_code: None,
        buyer_phone_no: None,
        buyer_email: None,
        buyer_registration_time: None,
        buyer_browser_language: None,
    };
    let order = OrderBuilder::new("no1", item().unit_price("0.75", "USDT"))
        .item(Item::physical("B2", "Record").category("7000"))
        .fiat_price("5", "HKD")
        .description("Music")
        .terminal(TerminalType::MiniProgram)
        .app_id("app")
        .sub_merchant("10001")
        .expires_at_ms(1_700_000_000_000)
        .return_url("https://shop.example/paid")
        .cancel_url("https://shop.example/left")
        .webhook_url("https://shop.example/hook")
        .pass_through("cart 7")
        .pay_currencies("USDT,BNB")
        .buyer(buyer)
        .profit_sharing()
        .build()
        .unwrap();
    let expected = json!({
        "merchant": {"subMerchantId": "10001"},
        "env": {"terminalType": "MINI_PROGRAM"},
        "merchantTradeNo": "no1",
        "fiatAmount": 5,
        "fiatCurrency": "HKD",
        "description": "Music",
        "goodsDetails": [
            {"goodsType": "02", "goodsCategory": "Z000", "referenceGoodsId": "A1", "goodsName": "Song",
             "goodsUnitAmount": {"currency": "USDT", "amount": 0.75}},
            {"goodsType": "01", "goodsCategory": "7000", "referenceGoodsId": "B2", "goodsName": "Record"},
        ],
        "buyer": {"referenceBuyerId": "354205155"},
        "returnUrl": "https://shop.example/paid",
        "cancelUrl": "https://shop.example/left",
        "orderExpireTime": 1_700_000_000_000_i64,
        "supportPayCurrency": "USDT,BNB",
        "appId": "app",
        "passThroughInfo": "cart 7",
        "webhookUrl": "https://shop.example/hook",
        "orderTags": {"ifProfitSharing": true},
    });
    assert_eq!(body(&order), expected);
}

#[test]
fn the_amount_keeps_its_digits() {
    let text = serde_json::to_string(&builder().build().unwrap()).unwrap();
    assert!(text.contains(r#""orderAmount":1.50,"#), "{text}");
}

#[test]
fn terminals_are_those_of_the_wire() {
    use TerminalType::{App, MiniProgram, Others, Wap, Web};
    for terminal in [App, Web, Wap, MiniProgram, Others] {
        let order = builder().app_id("app").terminal(terminal).build().unwrap();
        assert_eq!(body(&order)["env"]["terminalType"], terminal.as_str());
    }
}

#[test]
fn mistakes_are_refused_as_the_api_would() {
    let rows: [(Result<OrderCreate<'_>, Refusal>, &str, &str); 9] = [
        (OrderBuilder::new("no-1", item()).price("1", "USDT").build(), "400201", "merchantTradeNo"),
        (OrderBuilder::new("no1", item()).build(), "400100", "orderAmount"),
        (builder().price("1,5", "USDT").build(), "400101", "orderAmount"),
        (builder().price("0.000000001", "USDT").build_v2(), "400101", "orderAmount"),
        (builder().fiat_price("x", "HKD").build(), "400101", "fiatAmount"),
        (builder().item(item().unit_price("x", "USDT")).build(), "400101", "goodsDetails.goodsUnitAmount.amount"),
        (builder().item(item()).build_v2(), "400101", "goods"),
        (builder().description("Music").build_v2(), "400101", "description"),
        (builder().terminal(TerminalType::MiniProgram).build(), "400100", "appId"),
    ];
    for (result, code, field) in rows {
        let refusal = result.expect_err(field);
        assert_eq!((refusal.code.digits(), refusal.field.as_deref()), (code, Some(field)), "{refusal:?}");
    }
}
