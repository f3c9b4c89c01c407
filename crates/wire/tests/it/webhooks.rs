//! Webhook bodies against what was recorded.

use countersign_wire::webhooks::{
    Notification, PayData, PaymentInfo, PaymentInstruction, QrCodeData, TechProviderData, biz_status, biz_type,
};
use countersign_wire::{AuthorizationToken, WireNumber};

fn text(notification: &Notification) -> String {
    String::from_utf8(notification.to_bytes()).expect("JSON is UTF-8")
}

/// clients.md W2, the whole recorded body.
const W2: &str = r#"{"bizType":"PAY","data":"{\"merchantTradeNo\":\"167192264711991849\",\"productType\":\"02\",\"productName\":\"Package 03\",\"transactTime\":1671922674167,\"tradeType\":\"WEB\",\"totalFee\":500.00000000,\"currency\":\"USDT\",\"commission\":0}","bizIdStr":"202047821918576640","bizId":202047821918576640,"bizStatus":"PAY_CLOSED"}"#;

fn closed() -> PayData {
    PayData {
        merchant_trade_no: "167192264711991849".into(),
        product_type: "02".into(),
        product_name: "Package 03".into(),
        transact_time: 1_671_922_674_167,
        trade_type: "WEB".into(),
        total_fee: WireNumber::padded(50_000, 2),
        currency: "USDT".into(),
        transaction_id: None,
        open_user_id: None,
        pass_through_info: None,
        commission: WireNumber::commission(0, 8),
        payment_info: None,
    }
}

#[test]
fn a_closed_order_is_the_recorded_body_byte_for_byte() {
    let made = Notification::new(biz_type::PAY, biz_status::PAY_CLOSED, 202_047_821_918_576_640, &closed());
    let made = made.unwrap();
    assert_eq!(text(&made), W2);
    let read = Notification::parse(W2.as_bytes()).unwrap();
    assert_eq!(read, made);
    assert_eq!(read.data::<PayData>().unwrap(), closed());
}

#[test]
fn a_paid_order_has_the_recorded_form() {
    let info = PaymentInfo {
        payer_id: Some(354_205_155),
        pay_method: "spot".into(),
        payment_instructions: vec![PaymentInstruction {
            currency: "LTC".into(),
            amount: WireNumber::padded(3_869_345, 8),
            price: Some(WireNumber::padded(9_252_211_938, 8)),
        }],
        channel: Some("DEFAULT".into()),
        sub_channel: None,
        payer_detail: None,
    };
    let paid = PayData {
        total_fee: WireNumber::padded(1, 7),
        transaction_id: Some("M_P_100000000000000001".into()),
        open_user_id: Some("0123456789abcdef0123456789abcdef".into()),
        pass_through_info: Some("{\"a\":1}".into()),
        payment_info: Some(info),
        ..closed()
    };
    let made = Notification::new(biz_type::PAY, biz_status::PAY_SUCCESS, 219_129_167_241_265_152, &paid).unwrap();
    let data = r#"{"merchantTradeNo":"167192264711991849","productType":"02","productName":"Package 03","transactTime":1671922674167,"tradeType":"WEB","totalFee":0.00000010,"currency":"USDT","transactionId":"M_P_100000000000000001","openUserId":"0123456789abcdef0123456789abcdef","passThroughInfo":"{\"a\":1}","commission":0,"paymentInfo":{"payerId":354205155,"payMethod":"spot","paymentInstructions":[{"currency":"LTC","amount":0.03869345,"price":92.52211938}],"channel":"DEFAULT"}}"#;
    assert_eq!(made.data, data);
    let quoted = serde_json::to_string(data).unwrap();
    assert_eq!(
        text(&made),
        format!(
            r#"{{"bizType":"PAY","data":{quoted},"bizIdStr":"219129167241265152","bizId":219129167241265152,"bizStatus":"PAY_SUCCESS"}}"#
        )
    );
    assert_eq!(Notification::parse(&made.to_bytes()).unwrap().data::<PayData>().unwrap(), paid);
}

#[test]
fn the_founding_authorization_payloads_are_made_byte_for_byte() {
    // Founding document 000, both payloads, its double spaces outside the data string taken out.
    let rows = [
        (
            biz_status::SUBMIT_AUTH_AGREE,
            "4f92a76767a948d8b5ab60abd8ca2e15",
            210_462_863_998_500_864,
            "CONVERT",
            r#"{  "bizType": "TECH_PROVIDER",  "data": "{\"authorizationId\":\"210462863998500864\",\"authorizationToken\":\"4f92a76767a948d8b5ab60abd8ca2e15\",\"merchantId\":1000135331248,\"merchantName\":\"Test\",\"scopes\":[\"CONVERT\"]}",  "bizIdStr": "210462863998500864",  "bizId": 210462863998500864,  "bizStatus": "SUBMIT_AUTH_AGREE"}"#,
        ),
        (
            biz_status::SUBMIT_AUTH_REJECT,
            "ac97fa06614247f0a0d45d50c2cd5937",
            210_459_190_727_720_960,
            "BALANCE",
            r#"{  "bizType": "TECH_PROVIDER",  "data": "{\"authorizationId\":\"210459190727720960\",\"authorizationToken\":\"ac97fa06614247f0a0d45d50c2cd5937\",\"merchantId\":1000135331248,\"merchantName\":\"Test\",\"scopes\":[\"BALANCE\"]}",  "bizIdStr": "210459190727720960",  "bizId": 210459190727720960,  "bizStatus": "SUBMIT_AUTH_REJECT"}"#,
        ),
    ];
    for (status, token, id, scope, sample) in rows {
        let data = TechProviderData {
            authorization_id: id.to_string(),
            authorization_token: AuthorizationToken::new(token.into()),
            merchant_id: 1_000_135_331_248,
            merchant_name: "Test".into(),
            scopes: vec![scope.into()],
        };
        let made = Notification::new(biz_type::TECH_PROVIDER, status, id, &data).unwrap();
        let compact = sample.replace("{  \"", "{\"").replace(",  \"", ",\"").replace("\": ", "\":");
        assert_eq!(text(&made), compact);
        let read = Notification::parse(sample.as_bytes()).unwrap();
        assert_eq!(read.data::<TechProviderData>().unwrap(), data);
    }
}

/// A string as `JSON.stringify` quotes it (ECMA-262, `QuoteJSONString`), for well-formed strings.
fn javascript_quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '\u{8}' => quoted.push_str("\\b"),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            '\u{c}' => quoted.push_str("\\f"),
            '\r' => quoted.push_str("\\r"),
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            control if control < ' ' => {
                let code = format!("\\u{:04x}", u32::from(control));
                quoted.push_str(&code);
            }
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

#[test]
fn strings_are_escaped_as_javascript_escapes_them() {
    let controls: String = (0..0xA1).filter_map(char::from_u32).collect();
    for name in [controls.as_str(), "\u{2028}\u{2029}", "\u{1F34E} \u{ffff}", "a/b & <c> 'd'", "\u{feff}"] {
        let data = PayData { product_name: name.into(), ..closed() };
        let made = Notification::new(biz_type::PAY, biz_status::PAY_CLOSED, 1, &data).unwrap();
        assert!(made.data.contains(&format!("\"productName\":{}", javascript_quoted(name))));
        assert!(text(&made).contains(&format!("\"data\":{},\"bizIdStr\"", javascript_quoted(&made.data))));
    }
}

#[test]
fn the_body_survives_parsing_and_printing() {
    // What JSON.stringify(JSON.parse(body)) does, bizId patched back from bizIdStr: serde keeps no key order here, so
    // the parsed members are printed in the recorded order.
    let data = PayData { product_name: "\u{82f9}\u{679c}/\n\u{1F34E}".into(), ..closed() };
    let made = Notification::new(biz_type::PAY, biz_status::PAY_CLOSED, i64::MAX, &data).unwrap();
    let parsed: serde_json::Value = serde_json::from_slice(&made.to_bytes()).unwrap();
    let string = |key: &str| javascript_quoted(parsed[key].as_str().unwrap());
    let printed = format!(
        r#"{{"bizType":{},"data":{},"bizIdStr":{},"bizId":{},"bizStatus":{}}}"#,
        string("bizType"),
        string("data"),
        string("bizIdStr"),
        parsed["bizIdStr"].as_str().unwrap(),
        string("bizStatus")
    );
    assert_eq!(text(&made), printed);
}

#[test]
fn odd_but_recorded_bodies_are_read() {
    // W4: no bizIdStr yet. S5: bizId quoted. W3: E notation in amounts.
    let rows = [
        (
            r#"{"bizType":"PAY","data":"x","bizId":100450325614108672,"bizStatus":"PAY_SUCCESS"}"#,
            100_450_325_614_108_672,
        ),
        (r#"{"bizType":"PAY","bizId":"111","data":"testdata","bizStatus":"SUCCESS"}"#, 111),
    ];
    for (body, id) in rows {
        assert_eq!(Notification::parse(body.as_bytes()).expect(body).biz_id, id);
    }
    let body = W2.replace("500.00000000", "1.0E-7");
    let data: PayData = Notification::parse(body.as_bytes()).unwrap().data().unwrap();
    assert_eq!(data.total_fee.decimal().unwrap().minor(8), Ok(10));
    for body in ["", "[]", "{}", r#"{"bizType":"PAY","data":1,"bizId":1,"bizStatus":"x"}"#] {
        assert!(Notification::parse(body.as_bytes()).is_err(), "{body}");
    }
    let unpacked = r#"{"bizType":"MERCHANT_QR_CODE","bizId":1,"bizIdStr":"1","bizStatus":"x","data":{"qrContent":"a", "referId":"1"}}"#;
    let read: QrCodeData = Notification::parse(unpacked.as_bytes()).unwrap().data().unwrap();
    assert_eq!((read.qr_content.as_str(), read.refer_id.as_str()), ("a", "1"));
    let huge = r#"{"bizType":"PAY","data":"x","bizId":29383937493038367292,"bizStatus":"PAY_SUCCESS"}"#;
    assert!(Notification::parse(huge.as_bytes()).is_err());
}
