//! Typed requests, read from what clients and the founding documents send.

use countersign_wire::requests::{
    BalanceV1, BalanceV2, OrderCreate, OrderCreateV1, OrderLookup, PayerVerification, Price, ProviderCreate,
    ProviderRecordGet, ProviderRecordList, SUB_MERCHANT_ADD, SUB_MERCHANT_MODIFY, SubMerchantQuery, SubMerchantWrite,
    WalletTransfer, WalletTransferQuery,
};
use countersign_wire::{Body, OnBehalf, Refusal, ScopeName};
use serde_json::{Value, json};

fn body(text: &str) -> Body<'_> {
    Body::parse(text.as_bytes()).expect(text)
}

/// Founding document 000, "Create Authorization Request", verbatim.
const FOUNDING_CREATE: &str = r#"{    "merchantId": "merchant1",    "scopes": [      "CONVERT",      "CHECKOUT"    ],    "ipWhitelist": [      "",      ""    ]}"#;

/// Founding document 000, "Create Order API Request Example", verbatim.
const FOUNDING_ORDER: &str = r#"{      "BinancePay-technicalServiceProviderAuthId":"334nfjhre0rbfle7",  "env" : {    "terminalType": "WEB"  },  "merchantTradeNo": "order72383730",  "orderAmount": 0.01,  "currency": "USDT",  "goods" : {    "goodsType": "01",    "goodsCategory": "D000",    "referenceGoodsId": "7876763A3B",    "goodsName": "Green Apple",    "goodsDetail": "Green colored sweet apple"  }}"#;

/// money.md 1.4.
const ORDER_V3: &str = r#"{"env":{"terminalType":"WEB"},"orderTags":{"ifProfitSharing":false},
 "merchantTradeNo":"9825382937292","orderAmount":25.17,"currency":"USDT","description":"ice cream",
 "goodsDetails":[{"goodsType":"01","goodsCategory":"D000","referenceGoodsId":"7876763A3B","goodsName":"Ice Cream","goodsDetail":"cone"}]}"#;

#[test]
fn the_founding_authorization_request_is_accepted_verbatim() {
    let body = body(FOUNDING_CREATE);
    assert_eq!(body.on_behalf_token().unwrap(), OnBehalf::Own);
    let request = ProviderCreate::from_body(&body).unwrap();
    assert_eq!(request.merchant_id, "merchant1");
    assert_eq!(request.scope_names().collect::<Vec<_>>(), [ScopeName::Convert, ScopeName::Checkout]);
    assert!(request.ip_whitelist.is_empty());
}

#[test]
fn the_founding_order_is_accepted_verbatim() {
    let body = body(FOUNDING_ORDER);
    assert_eq!(body.on_behalf_token().unwrap(), OnBehalf::Token("334nfjhre0rbfle7".into()));
    let order = OrderCreate::from_v2(&body).unwrap();
    let Price::Crypto { currency, amount } = order.price().unwrap() else { panic!("priced in crypto") };
    assert_eq!((currency, amount.echo().as_ref(), amount.minor(8).unwrap()), ("USDT", "0.01", 1_000_000));
    let goods = order.goods.as_ref().unwrap();
    assert_eq!((goods.goods_name.as_ref(), goods.goods_category.as_ref()), ("Green Apple", "D000"));
    assert!(order.goods_details.is_empty() && order.description.is_none());
}

#[test]
fn a_v3_order_is_read_and_written_back() {
    let order = OrderCreate::from_v3(&body(ORDER_V3)).unwrap();
    assert_eq!(order.goods_details.len(), 1);
    assert_eq!(order.order_tags.unwrap().if_profit_sharing, Some(false));
    let written = serde_json::to_value(&order).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(ORDER_V3).unwrap());
}

#[test]
fn every_member_survives_reading_and_writing() {
    use countersign_wire::requests::{ORDER_V1, ORDER_V2, ORDER_V3};
    // Amounts are strings in the generated sample and numbers when written; all else is the same.
    let rewritten = |sample: Value| {
        let text = sample.to_string().replace(r#""25.17""#, "25.17");
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let sample = Value::Object(crate::samples::object(ORDER_V2.fields));
    let order = OrderCreate::from_v2(&body(&sample.to_string())).map(|order| serde_json::to_value(&order).unwrap());
    assert_eq!(order.unwrap(), rewritten(sample));
    let sample = Value::Object(crate::samples::object(ORDER_V1.fields));
    let order = OrderCreateV1::from_body(&body(&sample.to_string())).map(|order| serde_json::to_value(&order).unwrap());
    assert_eq!(order.unwrap(), rewritten(sample));
    let sample = Value::Object(crate::samples::object(ORDER_V3.fields));
    let order = OrderCreate::from_v3(&body(&sample.to_string())).map(|order| serde_json::to_value(&order).unwrap());
    assert_eq!(order.unwrap(), rewritten(sample));
}

#[test]
fn client_quirks_are_accepted() {
    // clients.md R9 to R12, R16, R17: strings, nulls, empty strings, no category, fiat, unknown keys.
    let text = r#"{"env":{"terminalType":"APP","osType":null},"merchant":{"subMerchantId":""},"merchantTradeNo":"a1",
        "fiatAmount":"5.00","fiatCurrency":"HKD","orderAmount":"","currency":null,"description":"x\/y",
        "goodsDetails":[{"goodsType":"02","referenceGoodsId":"g","goodsName":"n \u0026 m","goodsQuantity":""}],
        "returnUrl":"","cancelUrl":null,"supportPayCurrency":"","universalUrlAttach":"","orderExpireTime":"1752422400000",
        "appId":null,"zzz":[{}]}"#;
    let order = OrderCreate::from_v3(&body(text)).unwrap();
    assert!(matches!(order.price(), Ok(Price::Fiat { currency: "HKD", .. })));
    assert_eq!(order.goods_details[0].goods_category, "Z000");
    assert_eq!(order.goods_details[0].goods_name, "n & m");
    assert_eq!(order.description.as_deref(), Some("x/y"));
    assert_eq!(order.order_expire_time, Some(1_752_422_400_000));
    assert_eq!(order.merchant.unwrap().sub_merchant_id, None);
    assert_eq!((order.return_url, order.cancel_url, order.app_id), (None, None, None));
}

#[test]
fn v1_is_read_as_its_clients_send_it() {
    // money.md 1.2, and clients.md R13: Tusquito and davimury.
    let page = r#"{"merchantTradeNo":"9825382937292","tradeType":"APP","totalFee":25.17,"currency":"USDT",
        "productType":"Food","productName":"Ice Cream","productDetail":"cone"}"#;
    let order = OrderCreateV1::from_body(&body(page)).unwrap();
    assert_eq!((order.trade_type.as_ref(), order.total_fee.echo().as_ref()), ("APP", "25.17"));
    assert_eq!((order.product_name.as_deref(), order.product_detail.as_deref()), (Some("Ice Cream"), Some("cone")));
    for (merchant, sub_merchant, expected) in [
        ("98765987", r#""0""#, None),
        (r#""98765987""#, "0", None),
        ("null", "null", None),
        (r#""x""#, r#""""#, None),
        ("{}", r#""2107268400000001""#, Some("2107268400000001")),
        ("true", "2107268400000001", Some("2107268400000001")),
    ] {
        let text = format!(
            r#"{{"merchantId":{merchant},"subMerchantId":{sub_merchant},"merchantTradeNo":"a1","tradeType":"WEB","totalFee":"0.50","currency":"USDT","returnUrl":""}}"#
        );
        let order = OrderCreateV1::from_body(&body(&text)).expect(&text);
        assert_eq!((order.sub_merchant_id.as_deref(), order.return_url), (expected, None), "{text}");
    }
}

#[test]
fn every_call_that_names_an_order_takes_either_id() {
    let reads = |text: &'static str| {
        let body = body(text);
        [OrderLookup::from_query_v1(&body), OrderLookup::from_query_v2(&body), OrderLookup::from_close(&body)]
    };
    // binance-pay-rs and davimury send null for the other one (clients.md R10).
    for by_number in reads(r#"{"merchantTradeNo":"9825382937292","prepayId":null}"#) {
        let by_number = by_number.unwrap();
        assert_eq!((by_number.prepay_id, by_number.merchant_trade_no.as_deref()), (None, Some("9825382937292")));
    }
    for by_both in reads(r#"{"merchantTradeNo":"not judged!","prepayId":7}"#) {
        let by_both = by_both.unwrap();
        assert_eq!((by_both.prepay_id.as_deref(), by_both.merchant_trade_no), (Some("7"), None));
    }
    assert!(reads("{}").iter().all(|read| read.as_ref().is_err_and(|refusal| refusal.code.digits() == "400100")));
}

#[test]
fn what_is_told_of_a_payer_is_read() {
    // money.md 1.9.
    let text = r#"{"binanceId":"354205155","payerType":"INDIVIDUAL","information":[{"category":"FIRST_NAME","value":"a"},{"category":"LAST_NAME","value":"b"},{"category":"DATE_OF_BIRTH","value":"1980-01-01"}]}"#;
    let told = PayerVerification::from_body(&body(text)).unwrap();
    assert_eq!(serde_json::to_string(&told).unwrap(), text);
    let bare =
        PayerVerification::from_body(&body(r#"{"binanceId":354205155,"payerType":"CORPORATE","information":null}"#));
    let bare = bare.unwrap();
    assert_eq!((bare.binance_id.as_ref(), bare.information.len()), ("354205155", 0));
}

#[test]
fn v2_needs_a_category() {
    let text = FOUNDING_ORDER.replace(r#""goodsCategory": "D000","#, "");
    let refusal = OrderCreate::from_v2(&body(&text)).map(|_| ()).expect_err("v2 has no default");
    assert_eq!((refusal.code.digits(), refusal.field.as_deref()), ("400100", Some("goods.goodsCategory")));
}

fn priced(price: &Value) -> Result<(), Refusal> {
    let mut order: Value = serde_json::from_str(ORDER_V3).expect("JSON");
    let members = order.as_object_mut().expect("an object");
    members.remove("orderAmount");
    members.remove("currency");
    members.extend(price.as_object().expect("an object").clone());
    let text = order.to_string();
    OrderCreate::from_v3(&body(&text)).map(|_| ())
}

#[test]
fn one_price_pair_must_be_complete() {
    let complete = [
        json!({"currency": "USDT", "orderAmount": 1}),
        json!({"fiatCurrency": "EUR", "fiatAmount": 1}),
        json!({"currency": "USDT", "orderAmount": 1, "fiatCurrency": "EUR"}),
        json!({"currency": "USDT", "fiatCurrency": "EUR", "fiatAmount": 1}),
    ];
    for price in complete {
        priced(&price).unwrap();
    }
    let incomplete = [
        (json!({}), "orderAmount"),
        (json!({"currency": "USDT"}), "orderAmount"),
        (json!({"orderAmount": 1}), "currency"),
        (json!({"fiatCurrency": "EUR"}), "fiatAmount"),
        (json!({"fiatAmount": 1}), "fiatCurrency"),
        (json!({"currency": null, "orderAmount": 1}), "currency"),
    ];
    for (price, field) in incomplete {
        let refusal = priced(&price).expect_err("no complete pair");
        assert_eq!((refusal.code.digits(), refusal.field.as_deref()), ("400100", Some(field)), "{price}");
    }
}

#[test]
fn both_price_pairs_mean_crypto() {
    let text = ORDER_V3.replacen('{', r#"{"fiatCurrency":"EUR","fiatAmount":3,"#, 1);
    let order = OrderCreate::from_v3(&body(&text)).unwrap();
    assert!(matches!(order.price(), Ok(Price::Crypto { currency: "USDT", .. })));
}

#[test]
fn a_mini_program_needs_its_app_id() {
    let text = ORDER_V3.replace("WEB", "MINI_PROGRAM");
    let refusal = OrderCreate::from_v3(&body(&text)).map(|_| ()).expect_err("no appId");
    assert_eq!((refusal.code.digits(), refusal.field.as_deref()), ("400100", Some("appId")));
    let text = text.replacen('{', r#"{"appId":"x","#, 1);
    OrderCreate::from_v3(&body(&text)).unwrap();
}

#[test]
fn an_order_is_asked_for_by_one_of_two_ids() {
    let rows = [
        (r#"{"prepayId":"29383937493038","merchantTradeNo":null}"#, Some("29383937493038"), None),
        (r#"{"prepayId":363969700195475456}"#, Some("363969700195475456"), None),
        (r#"{"prepayId":null,"merchantTradeNo":"a1"}"#, None, Some("a1")),
        (r#"{"prepayId":"","merchantTradeNo":"a1"}"#, None, Some("a1")),
        // prepayId wins; the other is not even judged (money.md 1.7).
        (r#"{"merchantTradeNo":"not-judged","prepayId":"1"}"#, Some("1"), None),
    ];
    for (text, prepay_id, merchant_trade_no) in rows {
        let query = OrderLookup::from_query_v2(&body(text)).expect(text);
        assert_eq!((query.prepay_id.as_deref(), query.merchant_trade_no.as_deref()), (prepay_id, merchant_trade_no));
    }
    let refused = [
        ("{}", "400100", "merchantTradeNo"),
        (r#"{"prepayId":null,"merchantTradeNo":""}"#, "400100", "merchantTradeNo"),
        (r#"{"merchantTradeNo":"a-1"}"#, "400201", "merchantTradeNo"),
        (r#"{"prepayId":"12345678901234567890"}"#, "400101", "prepayId"),
    ];
    for (text, code, field) in refused {
        let refusal = OrderLookup::from_query_v2(&body(text)).expect_err(text);
        assert_eq!((refusal.code.digits(), refusal.field.as_deref()), (code, Some(field)), "{text}");
    }
}

#[test]
fn small_requests_are_read_and_written_back() {
    let text = r#"{"wallet":"SPOT_WALLET","currency":"USDT"}"#;
    assert_eq!(serde_json::to_string(&BalanceV2::from_body(&body(text)).unwrap()).unwrap(), text);
    let text = r#"{"wallet":"FUNDING_WALLET"}"#;
    assert_eq!(serde_json::to_string(&BalanceV2::from_body(&body(text)).unwrap()).unwrap(), text);
    let text = r#"{"wallet":"SPOT_WALLET","currency":"USDT"}"#;
    assert_eq!(serde_json::to_string(&BalanceV1::from_body(&body(text)).unwrap()).unwrap(), text);
    // money.md 4.1's sample, verbatim; an amount that came as a number leaves as a string.
    let text = r#"{"requestId":"100002021071407140001","currency":"BNB","amount":"0.01","transferType":"TO_MAIN"}"#;
    for sent in [text.to_owned(), text.replace("\"0.01\"", "0.01"), text.replace("\"0.01\"", "1e-2")] {
        assert_eq!(serde_json::to_string(&WalletTransfer::from_body(&body(&sent)).unwrap()).unwrap(), text);
    }
    let text = r#"{"tranId":"100002021071407140001"}"#;
    assert_eq!(serde_json::to_string(&WalletTransferQuery::from_body(&body(text)).unwrap()).unwrap(), text);
    let text = r#"{"merchantId":"1000100000001"}"#;
    assert_eq!(serde_json::to_string(&ProviderRecordGet::from_body(&body(text)).unwrap()).unwrap(), text);
    let text = r#"{"page":1,"rows":10}"#;
    assert_eq!(serde_json::to_string(&ProviderRecordList::from_body(&body(text)).unwrap()).unwrap(), text);
    let text = r#"{"merchantId":"1","scopes":["CHECKOUT"],"ipWhitelist":["203.0.113.7"]}"#;
    assert_eq!(serde_json::to_string(&ProviderCreate::from_body(&body(text)).unwrap()).unwrap(), text);
}

#[test]
fn certificates_take_any_body() {
    use countersign_wire::endpoint::BodyRule;
    use countersign_wire::{Endpoint, EndpointId};
    let endpoint = Endpoint::of(EndpointId::Certificates);
    assert_eq!(endpoint.body, BodyRule::Ignored);
    for bytes in [&b"{}"[..], b"[]", b"", b"null", br#"{"merchantId":1}"#, br#"{"bizType":"PAY","bizId":1}"#] {
        let body = Body::parse_any(bytes);
        body.check(endpoint.request).unwrap();
        assert_eq!(body.on_behalf_token().unwrap(), OnBehalf::Own);
    }
}

/// Founding document 004, "when merchant type is individual", verbatim.
const FOUNDING_INDIVIDUAL: &str = r#"{  "merchantName":"Individual",  "merchantType":1,  "merchantMcc":"5511",  "brandLogo":null,  "country":"CN,US",  "address":null,  "companyName":null,  "registrationNumber":null,  "registrationCountry":null,  "registrationAddress":null,  "incorporationDate":null,  "storeType":null,  "siteType":null,  "siteUrl":null,  "siteName":null,  "certificateType":1,  "certificateCountry":"US",  "certificateNumber":"123456X",  "certificateValidDate":1752422400000,  "contractTimeIsv":1594656000000}"#;

/// Founding document 004, "when merchant type is not individual", verbatim.
const FOUNDING_COMPANY: &str = r#"{  "merchantName":"Sole Proprietor",  "merchantType":2,  "merchantMcc":"5511",  "brandLogo":"logoUrlDemo",  "country":"CN,US",  "address":"store address demo",  "companyName":"Sole Proprietor",  "registrationNumber":"registration number demo",  "registrationCountry":"US",  "registrationAddress":"registration address demo",  "incorporationDate":1588262400000,  "storeType":1,  "siteType":2,  "siteUrl":"site url demo",  "siteName":"site name demo",  "certificateType":null,  "certificateCountry":null,  "certificateNumber":null,  "certificateValidDate":null,  "contractTimeIsv":1594656000000}"#;

#[test]
fn the_founding_sub_merchants_are_accepted_verbatim() {
    let individual = SubMerchantWrite::from_add(&body(FOUNDING_INDIVIDUAL)).unwrap();
    assert_eq!((individual.merchant_name.as_ref(), individual.merchant_type), ("Individual", Some(1)));
    assert_eq!(individual.country_codes().collect::<Vec<_>>(), ["CN", "US"]);
    assert_eq!((individual.certificate_valid_date, individual.store_type), (Some(1_752_422_400_000), None));
    let company = SubMerchantWrite::from_add(&body(FOUNDING_COMPANY)).unwrap();
    assert_eq!((company.site_type, company.site_url.as_deref()), (Some(2), Some("site url demo")));
    assert_eq!(company.incorporation_date, Some(1_588_262_400_000));
    // What is written back is what was sent, nulls left out.
    let mut sent: Value = serde_json::from_str(FOUNDING_COMPANY).unwrap();
    sent.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    assert_eq!(serde_json::to_value(&company).unwrap(), sent);
}

#[test]
fn every_member_of_a_sub_merchant_survives_reading_and_writing() {
    let filled = |schema: &countersign_wire::Schema| {
        let mut sample = crate::samples::object(schema.fields);
        sample.insert("country".to_owned(), json!("GO,SG"));
        Value::Object(sample)
    };
    let sample = filled(&SUB_MERCHANT_ADD);
    let text = sample.to_string();
    let add = SubMerchantWrite::from_add(&body(&text)).unwrap();
    assert_eq!(serde_json::to_value(&add).unwrap(), sample);
    let sample = filled(&SUB_MERCHANT_MODIFY);
    let text = sample.to_string();
    let modify = SubMerchantWrite::from_modify(&body(&text)).unwrap();
    assert_eq!(serde_json::to_value(&modify).unwrap(), sample);
}

#[test]
fn countries_are_joined_by_commas() {
    let read = |country: &str| {
        let text = json!({"merchantName": "x", "merchantMcc": "5511", "country": country}).to_string();
        SubMerchantWrite::from_add(&body(&text)).map(|read| read.country_codes().map(str::to_owned).collect::<Vec<_>>())
    };
    for (country, codes) in
        [("SG", vec!["SG"]), ("SG,US", vec!["SG", "US"]), ("GO, SG", vec!["GO", "SG"]), ("", vec![])]
    {
        assert_eq!(read(country).unwrap(), codes, "{country}");
    }
    for country in ["sg", "SGP", "S", "SG,", ",SG", "SG;US", "SG US", "S1", " "] {
        let refusal = read(country).expect_err(country);
        assert_eq!((refusal.code.digits(), refusal.field.as_deref()), ("400101", Some("country")), "{country}");
    }
}

#[test]
fn a_sub_merchant_is_asked_for_by_exactly_one_of_two() {
    let rows = [
        (r#"{"subMerchantId":"2107268400000001"}"#, Some("2107268400000001"), None),
        (r#"{"subMerchantId":2107268400000001,"subMerchantName":null}"#, Some("2107268400000001"), None),
        (r#"{"subMerchantId":"","subMerchantName":"Tea House"}"#, None, Some("Tea House")),
    ];
    for (text, id, name) in rows {
        let query = SubMerchantQuery::from_body(&body(text)).expect(text);
        assert_eq!((query.sub_merchant_id.as_deref(), query.sub_merchant_name.as_deref()), (id, name), "{text}");
    }
    for text in
        ["{}", r#"{"subMerchantId":null,"subMerchantName":""}"#, r#"{"subMerchantId":"1","subMerchantName":"x"}"#]
    {
        assert_eq!(SubMerchantQuery::from_body(&body(text)).expect_err(text).code.digits(), "400102", "{text}");
    }
}
