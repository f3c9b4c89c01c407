//! What public clients send that no page says (clients.md §2), each as they send it. The page `docs/compatibility.md` names
//! the test of every row.

use countersign_crypto::sign_request;
use countersign_domain::time::HOUR_MS;
use countersign_testkit::{Engine, Merchant, START, TestApp, run};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::samples::{self, order_v2, order_v3};

/// Runs `test` with a shop on an application of its own. What is read here does not depend on the engine.
fn with_shop<F: Future<Output = ()>>(test: impl FnOnce(Merchant) -> F) {
    run(Engine::Sqlite, |app: TestApp| async move {
        let shop = app.merchant("Shop").await;
        test(shop).await;
    });
}

/// The body of an order with `change` made to it.
fn changed(number: &str, change: &Value) -> Value {
    let mut body = order_v2(number);
    for (key, value) in change.as_object().expect("an object of changes") {
        match (body.get_mut(key), value) {
            (Some(Value::Object(inside)), Value::Object(more)) => inside.extend(more.clone()),
            _ => body[key] = value.clone(),
        }
    }
    body
}

async fn accepts_all(shop: &Merchant, changes: &[Value]) {
    for (index, change) in changes.iter().enumerate() {
        let answer = shop.call("/v2/order", changed(&format!("t{index}"), change)).await;
        assert_eq!(answer.code, "000000", "{change}: {}", answer.text);
    }
}

// R1: ten of thirteen clients would fail if the signature were over anything but these bytes.
#[test]
fn bodies_are_verified_as_the_bytes_that_came() {
    with_shop(|shop| async move {
        let printers = [
            // Python's json.dumps.
            r#"{"env": {"terminalType": "WEB"}, "merchantTradeNo": "python", "orderAmount": 25.17, "currency": "USDT", "goods": {"goodsType": "01", "goodsCategory": "0000", "referenceGoodsId": "abc001", "goodsName": "gr\u00f6\u00dfe \u65e5\u672c"}}"#,
            // PHP's json_encode.
            r#"{"env":{"terminalType":"WEB"},"merchantTradeNo":"php","orderAmount":"25.17","currency":"USDT","goods":{"goodsType":"01","goodsCategory":"0000","referenceGoodsId":"a\/b","goodsName":"gr\u00f6\u00dfe"},"returnUrl":"https:\/\/shop.test\/thanks"}"#,
            // Go's encoding/json.
            r#"{"env":{"terminalType":"WEB"},"merchantTradeNo":"go","orderAmount":25.17,"currency":"USDT","goods":{"goodsType":"01","goodsCategory":"0000","referenceGoodsId":"abc001","goodsName":"Tee \u0026 \u003cKuchen\u003e größe"}}"#,
            // JavaScript's JSON.stringify.
            r#"{"env":{"terminalType":"WEB"},"merchantTradeNo":"node","orderAmount":25.17,"currency":"USDT","goods":{"goodsType":"01","goodsCategory":"0000","referenceGoodsId":"abc001","goodsName":"Tee & <Kuchen> größe 日本"}}"#,
            // A client that puts spaces into strings, and one that ends the body with a line.
            "{ \"env\" : {\"terminalType\":\"WEB\"},\r\n \"merchantTradeNo\":\"spaces\",\t\"orderAmount\": 25.17,\"currency\":\"USDT\", \"goods\":{\"goodsType\":\"01\",\"goodsCategory\":\"0000\",\"referenceGoodsId\":\"a b  c\",\"goodsName\":\" an apple \"}}\n",
        ];
        for body in printers {
            let answer = shop.call("/v2/order", json!({})).raw_body(body).await;
            assert_eq!(answer.code, "000000", "{body}: {}", answer.text);
            // Signed over the same JSON printed another way, it is another message.
            let value: Value = serde_json::from_str(body).expect("it is JSON");
            let (printed, secret) = (format!(" {value}"), shop.credentials.secret.clone());
            let (timestamp, nonce) = (START.ms().to_string(), "n".repeat(32));
            let call = shop.call("/v2/order", json!({})).raw_body(body).timestamp(&timestamp).nonce(&nonce);
            let forge =
                move |_| sign_request(secret.expose_secret().as_bytes(), &timestamp, &nonce, printed.as_bytes());
            call.signature(forge).await.refused("400002");
        }
    });
}

// R2: clients send anything here, or nothing.
#[test]
fn certificates_take_any_body() {
    with_shop(|shop| async move {
        let webhook = r#"{"bizType":"PAY","data":"{\"currency\":\"USDT\"}","bizIdStr":"219129167241265152","bizId":219129167241265152,"bizStatus":"PAY_SUCCESS"}"#;
        for body in ["{}", "[]", "", "null", r#"{"merchantId":"98765987"}"#, r#"{"merchantId":98765987}"#, webhook] {
            let answer = shop.call("/certificates", json!({})).raw_body(body).await;
            assert_eq!(answer.data().as_array().map(Vec::len), Some(1), "{body:?}");
        }
        let bare = shop.call("/certificates", json!({})).raw_body("").without_header("content-type").await;
        assert_eq!(bare.data().as_array().map(Vec::len), Some(1));
    });
}

// R2: Shepelev's call without parameters has neither a body nor a media type.
#[test]
fn a_providers_configuration_is_asked_for_without_a_body() {
    run(Engine::Sqlite, |app: TestApp| async move {
        let provider = app.provider("Acme").await;
        let call = || provider.call("/service/provider/config/query", json!({})).raw_body("");
        assert!(call().without_header("content-type").await.data().is_object());
        assert!(call().await.data().is_object());
    });
}

// R3.
#[test]
fn content_types_of_clients_are_taken() {
    with_shop(|shop| async move {
        for kind in ["application/json", "application/json;charset=utf-8", "application/json; charset=utf-8"] {
            let call = shop.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"}));
            assert_eq!(call.header("content-type", kind).await.code, "000000", "{kind}");
        }
    });
}

// R4 and R5: a nonce is what the client drew, and may come again with another timestamp.
#[test]
fn nonces_of_clients_are_taken_and_may_come_again() {
    with_shop(|shop| async move {
        let nonces = [
            "QWERTYUIOPasdfghjklzxcvbnmQWERTY",
            "0123456789abcdef0123456789abcdef",
            "zREdMIt0y4Y695XvDM9YjeV5FwpwXun3",
            "MDEyMzQ1Njc4+/BCQ0RFRg==",
        ];
        for nonce in nonces {
            for offset in [0, 1] {
                let call = shop.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"}));
                let answer = call.nonce(nonce).timestamp_offset_ms(offset).await;
                assert_eq!(answer.code, "000000", "{nonce} {offset}: {}", answer.text);
            }
        }
        // wc draws both once per object: of two calls only the path or the body differs, and they may come in one moment.
        let (nonce, timestamp) = ("0123456789abcdef0123456789abcdeF", START.ms().to_string());
        shop.call("/v2/order", order_v2("wc")).nonce(nonce).timestamp(&timestamp).await.data();
        let query =
            || shop.call("/v2/order/query", json!({"merchantTradeNo": "wc"})).nonce(nonce).timestamp(&timestamp);
        query().await.data();
        query().await.refused("400001");
    });
}

// R7 and R8: upper-case hexadecimal and milliseconds, as every client sends; nothing else.
#[test]
fn signatures_are_upper_case_and_timestamps_milliseconds() {
    with_shop(|shop| async move {
        let call = || shop.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"}));
        call().await.data();
        call().signature(|right| right.to_ascii_lowercase()).await.refused("400002");
        let seconds = (START.ms() / 1_000).to_string();
        call().timestamp(&seconds).await.refused("400003");
    });
}

// R9: amounts as clients print them. Texts, because a JSON library would change them.
#[test]
fn amounts_are_numbers_or_strings() {
    with_shop(|shop| async move {
        for (index, amount) in
            ["1.0", "7", "10.0", "25.17", r#""5.00""#, r#""10.22""#, r#""0.01""#, r#""12.50""#].into_iter().enumerate()
        {
            let body = order_v2(&format!("t{index}")).to_string().replace("25.17", amount);
            let answer = shop.call("/v2/order", json!({})).raw_body(body).await;
            assert_eq!(answer.code, "000000", "{amount}: {}", answer.text);
            assert!(answer.data()["totalFee"].is_string(), "{amount}");
            let mut body = order_v3(&format!("v{index}"));
            body["goodsDetails"][0]["goodsUnitAmount"] = json!({"currency": "USDT", "amount": 25.17});
            let answer = shop.call("/v3/order", json!({})).raw_body(body.to_string().replace("25.17", amount)).await;
            assert_eq!(answer.code, "000000", "v3 {amount}: {}", answer.text);
            assert!(answer.data()["totalFee"].is_string(), "v3 {amount}");
        }
    });
}

// R10: every unset field of the .NET clients, binance-pay-rs, davimury and ptuchik.
#[test]
fn null_is_the_same_as_absent() {
    with_shop(|shop| async move {
        accepts_all(
            &shop,
            &[
                json!({"cancelUrl": null, "returnUrl": null}),
                json!({"merchant": null, "shipping": null, "buyer": null, "orderExpireTime": null, "webhookUrl": null}),
                json!({"merchant": {"subMerchantId": null}, "env": {"osType": null, "orderClientIp": null}}),
                json!({"supportPayCurrency": null, "appId": null, "universalUrlAttach": null, "passThroughInfo": null}),
                json!({"goods": {"goodsDetail": null, "goodsUnitAmount": null, "goodsQuantity": null}}),
                json!({"fiatAmount": null, "fiatCurrency": null, "directDebitContract": null, "orderTags": null}),
            ],
        )
        .await;
        let found = shop.call("/v2/order/query", json!({"prepayId": null, "merchantTradeNo": "t0"})).await;
        assert_eq!(found.data()["merchantTradeNo"], "t0");
        shop.call("/v2/balance", json!({"wallet": "FUNDING_WALLET", "currency": null})).await.data();
    });
}

// R11: go-binancepay, tomk1v, davimury and Tusquito send empty strings for what is unset.
#[test]
fn an_empty_string_is_the_same_as_absent() {
    with_shop(|shop| async move {
        accepts_all(
            &shop,
            &[
                json!({"merchant": {"subMerchantId": ""}, "goods": {"goodsQuantity": ""}}),
                json!({"returnUrl": "", "cancelUrl": "", "supportPayCurrency": "", "universalUrlAttach": ""}),
                json!({"webhookUrl": "", "passThroughInfo": "", "appId": "", "orderExpireTime": ""}),
            ],
        )
        .await;
        let found = shop.call("/v2/order/query", json!({"prepayId": "", "merchantTradeNo": "t0"})).await;
        assert_eq!(found.data()["merchantTradeNo"], "t0");
    });
}

// R12: Medboubazine's README.
#[test]
fn the_expiry_may_be_a_string() {
    with_shop(|shop| async move {
        let expires = START.plus_ms(HOUR_MS / 2).ms();
        for (number, value) in [("text", json!(expires.to_string())), ("number", json!(expires))] {
            let answer = shop.call("/v2/order", changed(number, &json!({"orderExpireTime": value}))).await;
            assert_eq!(answer.data()["expireTime"], json!(expires), "{value}");
        }
    });
}

// R16: tomk1v sends v3 without goodsCategory, priced in fiat money without orderAmount.
#[test]
fn a_v3_order_needs_no_category_and_may_be_priced_in_fiat() {
    with_shop(|shop| async move {
        let mut body = order_v3("t1");
        body["goodsDetails"][0].as_object_mut().expect("an object").remove("goodsCategory");
        let members = body.as_object_mut().expect("an object");
        members.remove("orderAmount");
        members.remove("currency");
        members.extend([("fiatAmount".to_owned(), json!(25.17)), ("fiatCurrency".to_owned(), json!("EUR"))]);
        let created = shop.call("/v3/order", body).await.data().clone();
        let price = ["currency", "totalFee", "fiatCurrency", "fiatAmount"].map(|key| created[key].clone());
        assert_eq!(price, ["USDT", "27.1836", "EUR", "25.17"].map(Value::from));
    });
}

// R13: Tusquito and davimury speak v1 with ids of either type and a string for the amount; what it answers are A3's types.
#[test]
fn v1_takes_ids_of_either_type_and_no_sub_merchant() {
    with_shop(|shop| async move {
        let bodies = [
            r#"{"merchantId":"98765987","subMerchantId":"0","merchantTradeNo":"t1","tradeType":"APP","totalFee":"25.17","currency":"USDT"}"#,
            r#"{"merchantId":98765987,"subMerchantId":"","merchantTradeNo":"t2","tradeType":"WEB","totalFee":25.17,"currency":"USDT","productType":"Food","productName":"Ice Cream","productDetail":"cone","returnUrl":""}"#,
        ];
        for body in bodies {
            let created = shop.call("/order", json!({})).raw_body(body).await.data().clone();
            for text in ["prepayId", "tradeType", "qrcodeLink", "qrContent", "checkoutUrl", "deeplink", "universalUrl"]
            {
                assert!(created[text].as_str().is_some_and(|text| !text.is_empty()), "{text}: {created}");
            }
            assert!(created["expireTime"].is_i64(), "{created}");
        }
    });
}

// A5, A6 and R10: the shape of 2021, and a close with null for the other id.
#[test]
fn v1_queries_and_closes_have_the_types_that_clients_read() {
    with_shop(|shop| async move {
        shop.call("/v2/order", order_v2("t1")).await.data();
        let open = shop.call("/order/query", json!({"merchantTradeNo": "t1", "prepayId": null})).await.data().clone();
        assert!(open["merchantId"].is_i64() && open["createTime"].is_i64() && open["prepayId"].is_string(), "{open}");
        let texts = ["tradeType", "status", "currency", "totalFee", "productName"].map(|key| open[key].clone());
        assert_eq!(texts, ["APP", "INITIAL", "USDT", "25.17000000", "Ice Cream"].map(Value::from));
        for absent in ["transactionId", "openUserId", "transactTime", "passThroughInfo"] {
            assert!(open.get(absent).is_none(), "{absent}: {open}");
        }
        let closed = shop.call("/order/close", json!({"merchantTradeNo": "t1", "prepayId": null})).await;
        assert_eq!(closed.data(), &json!(true));
        let again = shop.call("/order/close", json!({"merchantTradeNo": "t1", "prepayId": ""})).await.refused("400204");
        assert_eq!(again.status, 400);
    });
}

// R17: what the page does not know is no mistake, null or not.
#[test]
fn unknown_fields_are_ignored() {
    with_shop(|shop| async move {
        accepts_all(
            &shop,
            &[
                json!({"orderTags": {"ifProfitSharing": false}, "passThroughInfo": "echo", "qrCodeReferId": "q1"}),
                json!({"universalUrlAttach": "a=b", "voucherCode": "v1", "timeout": 30, "tradeType": "WEB"}),
                json!({"voucherCode": null, "nobodyKnowsThis": null, "nestedToo": {"deep": [1, null, {"x": ""}]}}),
                json!({"goods": {"goodsQuantity": "3", "colour": "green"}, "env": {"device": "fridge"}}),
            ],
        )
        .await;
    });
}

// R18: behind a TLS front the request still names Binance's host; clients accept this, that or anything.
#[test]
fn hosts_and_accept_headers_of_clients_are_taken() {
    with_shop(|shop| async move {
        let call =
            || shop.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"})).header("host", "bpay.binanceapi.com");
        call().await.data();
        for accept in ["*/*", "application/json", "application/json; charset=utf-8"] {
            call().header("accept", accept).await.data();
        }
    });
}

// A4, A8: numbers are numbers and strings are strings; what is unpaid has no payment.
#[test]
fn answers_have_the_types_that_clients_read() {
    with_shop(|shop| async move {
        let created = shop.call("/v2/order", order_v2("t1")).await.data().clone();
        for text in
            ["prepayId", "qrcodeLink", "qrContent", "checkoutUrl", "deeplink", "universalUrl", "currency", "totalFee"]
        {
            assert!(created[text].as_str().is_some_and(|text| !text.is_empty()), "{text}: {created}");
        }
        assert_eq!(created["terminalType"], "APP");
        assert!(created["expireTime"].is_i64());
        let open = shop.call("/v2/order/query", json!({"merchantTradeNo": "t1"})).await.data().clone();
        assert!(open["merchantId"].is_i64() && open["createTime"].is_i64(), "{open}");
        assert_eq!((&open["orderAmount"], &open["status"]), (&json!("25.17000000"), &json!("INITIAL")));
        for absent in ["transactionId", "openUserId", "transactTime", "paymentInfo"] {
            assert!(open.get(absent).is_none(), "{absent}: {open}");
        }
        let balance =
            shop.call("/v2/balance", json!({"wallet": "FUNDING_WALLET", "currency": "USDT"})).await.data().clone();
        assert!(
            balance["wallet"].is_string() && balance["updateTime"].is_i64() && balance["fiat"].is_string(),
            "{balance}"
        );
        for key in ["available", "freeze", "asset"] {
            assert!(balance["balance"][0].get(key).is_some(), "{key}: {balance}");
        }
        let flat = shop.call("/balance", json!({"wallet": "FUNDING_WALLET", "currency": "USDT"})).await.data().clone();
        for key in ["balance", "availableFiatValuation", "availableBtcValuation"] {
            assert!(flat[key].is_number(), "{key}: {flat}");
        }
    });
}

// A9, R9: the transfer's id and amount are strings, whether the amount came as one or as a number.
#[test]
fn transfers_between_wallets_have_the_types_that_clients_read() {
    run(Engine::Sqlite, |app| async move {
        let shop = app.merchant("Shop").await;
        samples::fund(&app, &shop, "t0").await;
        for (id, amount) in [("t1", json!("0.01")), ("t2", json!(0.01))] {
            let mut body = samples::wallet_transfer(id);
            body["amount"] = amount;
            let made = shop.call("/wallet/transfer", body).await;
            let strings = json!({
                "tranId": id, "status": "SUCCESS", "currency": "USDT", "amount": "0.01", "transferType": "TO_MAIN",
            });
            assert_eq!(*made.data(), strings);
            let found = shop.call("/wallet/transfer/query", json!({"tranId": id})).await.data().clone();
            assert_eq!((&found["tranId"], &found["status"]), (&json!(id), &json!("SUCCESS")));
        }
    });
}

// A3: `terminalType` is what was asked for, whatever it was.
#[test]
fn the_terminal_is_echoed() {
    with_shop(|shop| async move {
        for (index, terminal) in ["APP", "WEB", "WAP", "MINI_PROGRAM", "PAYMENT_LINK", "OTHERS"].into_iter().enumerate()
        {
            let bodies = [("/v2/order", order_v2(&format!("t{index}"))), ("/v3/order", order_v3(&format!("u{index}")))];
            for (path, mut body) in bodies {
                body["env"]["terminalType"] = json!(terminal);
                body["appId"] = json!("mini1");
                let answer = shop.call(path, body).await;
                assert_eq!(answer.data()["terminalType"], terminal, "{path}: {}", answer.text);
            }
        }
    });
}

// A10 to A12: a list of one; the PEM text with lines of 64 characters and LF; its serial.
#[test]
fn the_certificate_is_the_one_that_clients_can_read() {
    with_shop(|shop| async move {
        let answer = shop.call("/certificates", json!({})).await;
        let [certificate] = answer.data().as_array().expect("a list").as_slice() else { panic!("{}", answer.text) };
        let pem = certificate["certPublic"].as_str().expect("a string");
        let lines: Vec<&str> = pem.trim_end_matches('\n').split('\n').collect();
        let [first, inner @ .., last] = lines.as_slice() else { panic!("{pem}") };
        assert_eq!((*first, *last), ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"));
        let (short, full) = inner.split_last().expect("a key has lines");
        assert!(
            full.iter().all(|line| line.len() == 64) && (1..=64).contains(&short.len()) && !pem.contains('\r'),
            "{pem}"
        );
        let serial = certificate["certSerial"].as_str().expect("a string");
        assert!(serial.len() == 32 && serial.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F')), "{serial}");
    });
}
