//! The rules of decisions.md that single values meet, case by case.

use countersign_wire::requests::{BALANCE_V2, ORDER_V2, PROVIDER_CREATE, PROVIDER_RECORD};
use serde_json::{Value, json};

use crate::samples::{judge, refused, with};

fn put(pointer: &str, value: Value) -> String {
    with(&ORDER_V2, pointer, Some(value))
}

#[test]
fn merchant_trade_numbers_name_the_character() {
    for (text, named) in
        [("order-1", "'-' (U+002D)"), ("order_1", "'_' (U+005F)"), ("order 1", "U+0020"), ("\u{e9}", "U+00E9")]
    {
        let refusal = refused(&ORDER_V2, &put("/merchantTradeNo", json!(text)), "400201", "merchantTradeNo");
        assert!(refusal.explanation.rule.contains(named), "{refusal:?}");
        assert_eq!(refusal.explanation.source, "decisions.md row 50");
        assert_eq!(refusal.message, "merchantTradeNo is invalid or duplicated");
    }
}

#[test]
fn goods_names_may_hold_any_script_but_nothing_beyond_the_bmp() {
    let pointer = "/goods/goodsName";
    for text in ["Green Apple", "\u{82f9}\u{679c}", "a/b & c < d", "\u{ffff}"] {
        judge(&ORDER_V2, &put(pointer, json!(text))).expect(text);
    }
    for text in ["\u{1F34E}", "a\u{10000}", "\u{20BB7}"] {
        refused(&ORDER_V2, &put(pointer, json!(text)), "400103", "goods.goodsName");
    }
    judge(&ORDER_V2, &put("/goods/goodsDetail", json!("\u{1F34E}"))).expect("only the name is so strict");
}

#[test]
fn escapes_are_read_and_half_a_surrogate_pair_is_malformed() {
    let body = put("/goods/goodsName", json!("MARK"));
    judge(&ORDER_V2, &body.replace("MARK", r"\u0041\/\u003c\u00e9")).expect("escapes are text");
    refused(&ORDER_V2, &body.replace("MARK", r"\ud83c\udf4e"), "400103", "goods.goodsName");
    refused(&ORDER_V2, &body.replace("MARK", r"\ud83c"), "400101", "goods.goodsName");
    refused(&ORDER_V2, &body.replace("MARK", r"a\n"), "400103", "goods.goodsName");
    // A key may be escaped as well, and is the same key then.
    let doubled = body.replacen('{', r#"{"\u0065nv":null,"#, 1);
    refused(&ORDER_V2, &doubled, "400001", "env");
}

#[test]
fn amounts_are_numbers_or_strings_of_at_most_eight_decimals() {
    let path = "orderAmount";
    let body = put("/orderAmount", json!("MARK"));
    let raw = |text: &str| body.replace("\"MARK\"", text);
    for text in ["25.17", "\"25.17\"", "1", "1.0", "1e-7", "\"0.00000001\"", "1.000000000000", "5E2"] {
        judge(&ORDER_V2, &raw(text)).expect(text);
    }
    for text in ["0.000000001", "\"1e-7\"", "\"1,5\"", "\" 1\"", "\"+1\"", "1e-9", "1e-99999999", "\"x\""] {
        refused(&ORDER_V2, &raw(text), "400101", path);
    }
    for text in ["0", "-1", "\"-0.5\"", "1e99999999", "1e60"] {
        refused(&ORDER_V2, &raw(text), "400102", path);
    }
    refused(&ORDER_V2, &raw(&"9".repeat(65)), "400102", path);
}

#[test]
fn times_are_numbers_or_strings_of_digits() {
    for value in [json!(1_752_422_400_000_i64), json!("1752422400000")] {
        judge(&ORDER_V2, &put("/orderExpireTime", value)).unwrap();
    }
    for value in [json!(1.5), json!("1.5"), json!("x"), json!(" 1"), json!("1e3")] {
        refused(&ORDER_V2, &put("/orderExpireTime", value), "400101", "orderExpireTime");
    }
}

#[test]
fn urls_are_http_or_https() {
    for pointer in ["returnUrl", "cancelUrl", "webhookUrl"] {
        for url in ["https://a", "HTTP://a.example:1/b?c#d", "http://[::1]/", "https://\u{e9}.example/"] {
            judge(&ORDER_V2, &put(&format!("/{pointer}"), json!(url))).expect(url);
        }
        for url in [
            "javascript:alert(1)",
            "//a",
            "a.example",
            "ftp://a",
            "http:/a",
            "https://",
            "https:///a",
            "https://a b",
            r"https://a\b",
        ] {
            refused(&ORDER_V2, &put(&format!("/{pointer}"), json!(url)), "400101", pointer);
        }
    }
}

#[test]
fn ids_may_be_integers() {
    judge(&ORDER_V2, &put("/merchant/subMerchantId", json!(2_107_268_400_000_001_i64))).unwrap();
    judge(&PROVIDER_CREATE, &with(&PROVIDER_CREATE, "/merchantId", Some(json!(1_000_100_000_001_i64)))).unwrap();
    for value in [json!(-1), json!(1e3), json!("12a"), json!("1 ")] {
        refused(&ORDER_V2, &put("/merchant/subMerchantId", value), "400101", "merchant.subMerchantId");
    }
}

#[test]
fn currencies_are_upper_case() {
    for (value, good) in [("USDT", true), ("1INCH", true), ("usdt", false), ("US-D", false), ("U", false)] {
        let body = json!({"wallet": "FUNDING_WALLET", "currency": value}).to_string();
        if good {
            judge(&BALANCE_V2, &body).expect(value);
        } else {
            refused(&BALANCE_V2, &body, "400101", "currency");
        }
    }
}

#[test]
fn pay_currencies_are_codes_with_commas_between_them() {
    let path = "supportPayCurrency";
    for text in ["USDT", "USDT,BNB", "USDT, BNB ,", ",USDT", "1INCH", " USDT "] {
        judge(&ORDER_V2, &put("/supportPayCurrency", json!(text))).expect(text);
    }
    for text in [",", " ", ", ,", "usdt", "USDT;BNB", "USDT BNB", "U", "USDT,\u{e9}", "ABCDEFGHIJKLMNOPQ"] {
        refused(&ORDER_V2, &put("/supportPayCurrency", json!(text)), "400101", path);
    }
}

#[test]
fn pages_have_at_most_ten_rows() {
    judge(&PROVIDER_RECORD, r#"{"page":1,"rows":10}"#).unwrap();
    refused(&PROVIDER_RECORD, r#"{"page":1,"rows":11}"#, "400102", "rows");
    refused(&PROVIDER_RECORD, r#"{"page":0,"rows":10}"#, "400102", "page");
    refused(&PROVIDER_RECORD, r#"{"page":"1","rows":10}"#, "400101", "page");
}

#[test]
fn scopes_and_addresses_of_an_authorization() {
    let body = |scopes: Value, addresses: Value| {
        json!({"merchantId": "1", "scopes": scopes, "ipWhitelist": addresses}).to_string()
    };
    judge(&PROVIDER_CREATE, &body(json!(["CONVERT", "CONVERT"]), json!([]))).unwrap();
    refused(&PROVIDER_CREATE, &body(json!([]), json!([])), "400100", "scopes");
    refused(&PROVIDER_CREATE, &body(json!(["CONVERT", "ADMIN"]), json!([])), "400102", "scopes[1]");
    refused(&PROVIDER_CREATE, &body(json!(["CONVERT"]), json!(null)), "400100", "ipWhitelist");
    refused(&PROVIDER_CREATE, r#"{"merchantId":"1","scopes":["CONVERT"]}"#, "400100", "ipWhitelist");
}

#[test]
fn the_message_names_the_path() {
    let refusal = refused(&ORDER_V2, &put("/goods/goodsType", json!("03")), "400102", "goods.goodsType");
    assert_eq!(
        refusal.message,
        "Parameter 'goods.goodsType' not valid, was empty/null, or too long/short, or wrong format."
    );
    assert!(refusal.explanation.rule.contains("01, 02"), "{refusal:?}");
}
