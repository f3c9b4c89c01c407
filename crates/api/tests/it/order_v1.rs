//! The first version of orders: what it is created with and how it is shown (money.md 1.2 and 1.6, clients.md A3, A5, R13).

use countersign_domain::time::HOUR_MS;
use countersign_testkit::{REFUSED_HOST, on_both_engines};
use serde_json::{Value, json};

use crate::order_life::{checkout_token, masked, with};
use crate::samples::{order_v1, order_v2, order_v3, sub_merchant_of};

on_both_engines! {
    // The same text on both engines: one snapshot for both.
    async fn v1_answers_look_as_recorded(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let body = with(order_v1("recorded1"), &json!({"passThroughInfo": "echo me", "universalUrlAttach": "a=b"}));
        let created = merchant.call("/order", body).await;
        let (prepay_id, token) = (created.text_of("prepayId"), checkout_token(&created));
        let universal = created.text_of("universalUrl");
        let deeplink = universal.rsplit_once("_dp=").and_then(|(_, rest)| rest.strip_suffix("&a=b")).expect("both stand there");
        let hidden = [(prepay_id.as_str(), "[prepayId]"), (deeplink, "[deeplink]"), (token.as_str(), "[checkoutToken]")];
        insta::assert_snapshot!("recorded1_created", masked(&created, &hidden));

        let id = merchant.id.to_string();
        let open = merchant.call("/order/query", json!({"prepayId": prepay_id})).await;
        insta::assert_snapshot!("recorded1_open", masked(&open, &[(&prepay_id, "[prepayId]"), (&id, "[merchantId]")]));

        app.advance_ms(2_500);
        let paid = payer.pay(&prepay_id).await;
        let done = merchant.call("/order/query", json!({"merchantTradeNo": "recorded1"})).await;
        let (transaction, user) = (paid.transfer_id.to_string(), done.text_of("openUserId"));
        let masks = [
            (prepay_id.as_str(), "[prepayId]"), (&id, "[merchantId]"), (&transaction, "[transfer]"), (&user, "[openUserId]"),
        ];
        insta::assert_snapshot!("recorded1_paid", masked(&done, &masks));
    }

    // Whatever version an order was created with, both queries show it.
    async fn the_versions_are_one_book_of_orders(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let mut bare = order_v1("bare");
        for member in ["productType", "productName", "productDetail"] {
            bare.as_object_mut().expect("an object").remove(member);
        }
        let rows = [
            ("/order", order_v1("one"), json!(["APP", "25.17000000", "Ice Cream", "Greentea ice cream cone"])),
            ("/v2/order", order_v2("two"), json!(["APP", "25.17000000", "Ice Cream", "Greentea ice cream cone"])),
            ("/v3/order", order_v3("three"), json!(["APP", "25.17000000", "Ice Cream", "Greentea ice cream cone"])),
            ("/order", bare, json!(["APP", "25.17000000", null, null])),
        ];
        for (path, body, expected) in rows {
            let number = body["merchantTradeNo"].clone();
            let created = merchant.call(path, body.clone()).await;
            let query = || json!({"prepayId": created.text_of("prepayId"), "merchantTradeNo": "no matter"});
            let first = merchant.call("/order/query", query()).await.data().clone();
            let seen: Vec<Value> =
                ["tradeType", "totalFee", "productName", "productDetail"].iter().map(|key| first[key].clone()).collect();
            assert_eq!((&first["merchantTradeNo"], json!(seen)), (&number, expected), "{path}");
            let second = merchant.call("/v2/order/query", query()).await.data().clone();
            for key in ["merchantId", "prepayId", "merchantTradeNo", "status", "currency", "createTime"] {
                assert_eq!(first[key], second[key], "{path}: {key}");
            }
            assert_eq!(first["totalFee"], second["orderAmount"]);
            // One space of numbers for all versions (row 27).
            for (path, again) in [("/order", order_v1("x")), ("/v2/order", order_v2("x")), ("/v3/order", order_v3("x"))] {
                merchant.call(path, with(again, &json!({"merchantTradeNo": number}))).await.refused("400201");
            }
        }
    }

    // clients.md R9 and R13; decisions.md rows 9, 29, 49, 55, 56 under v1's own names.
    async fn v1_takes_what_its_clients_send_and_refuses_by_its_own_names(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let now = app.now().ms();
        let accepted = [
            json!({"merchantId": "98765987", "subMerchantId": "0"}), json!({"merchantId": 98_765_987, "subMerchantId": 0}),
            json!({"totalFee": "0.50", "subMerchantId": "", "returnUrl": "", "cancelUrl": null}),
            json!({"supportPayCurrency": "USDT, BNB,TON"}), json!({"orderExpireTime": (now + HOUR_MS).to_string()}),
            json!({"webhookUrl": "https://shop.test/hook", "returnUrl": "http://shop.test/", "cancelUrl": "https://shop.test/"}),
        ];
        for (index, change) in accepted.iter().enumerate() {
            let answer = merchant.call("/order", with(order_v1(&format!("t{index}")), change)).await;
            assert_eq!(answer.code, "000000", "{change}: {}", answer.text);
        }
        let refused = [
            (json!({"totalFee": null}), "400100", "totalFee"), (json!({"totalFee": 0}), "400102", "totalFee"),
            (json!({"totalFee": "92233720368.54775808"}), "400102", "totalFee"), (json!({"totalFee": "1e-7"}), "400101", "totalFee"),
            (json!({"currency": "XYZ"}), "400102", "currency"), (json!({"tradeType": "FRIDGE"}), "400102", "tradeType"),
            (json!({"tradeType": ""}), "400100", "tradeType"), (json!({"subMerchantId": "7"}), "400206", ""),
            (json!({"supportPayCurrency": "TON"}), "400102", "supportPayCurrency"),
            (json!({"webhookUrl": format!("http://{REFUSED_HOST}/")}), "400101", "webhookUrl"),
            (json!({"cancelUrl": "javascript:alert(1)"}), "400101", "cancelUrl"),
            (json!({"orderExpireTime": now}), "400102", "orderExpireTime"),
            (json!({"merchantTradeNo": "a-b"}), "400201", ""),
        ];
        for (change, code, field) in refused {
            let answer = merchant.call("/order", with(order_v1("refused"), &change)).await.refused(code);
            assert!(field.is_empty() || answer.message().contains(&format!("'{field}'")), "{change}: {}", answer.text);
        }
        // A channel partner need not name a sub-merchant here (row 60), and names it at the top level.
        let partner = app.partner("Channel").await;
        partner.call("/order", order_v1("none")).await.data();
        let house = sub_merchant_of(&partner, "Tea House").await;
        partner.call("/order", with(order_v1("named"), &json!({"subMerchantId": house}))).await.data();
        let foreign = merchant.call("/order", with(order_v1("named"), &json!({"subMerchantId": house}))).await;
        assert!(foreign.refused("400206").explanation().starts_with("subMerchantId names no sub-merchant"));
    }
}
