//! Answers, byte for byte in the recorded key order, and read back as a client reads them.

use countersign_wire::answers::{
    AssetBalance, Authorization, AuthorizationPage, BalanceV1Answer, BalanceV2Answer, Certificate, OrderCreated,
    OrderCreatedV1, OrderState, OrderStateV1, PaidInfo, PaidInstruction, ProviderConfig, SubMerchant, SubMerchantId,
    WalletTransferMade, WalletTransferResult,
};
use countersign_wire::{AuthorizationToken, Envelope, Success, WireNumber};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Asserts the envelope's bytes, and that reading them gives the same data.
#[track_caller]
fn golden<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug + Clone>(data: &T, expected: &str) {
    let expected = format!(r#"{{"status":"SUCCESS","code":"000000","data":{expected}}}"#);
    let bytes = Success::new(data).to_bytes().expect("answers serialise");
    assert_eq!(String::from_utf8_lossy(&bytes), expected);
    let envelope: Envelope<T> = serde_json::from_slice(&bytes).expect("answers are read back");
    assert_eq!(envelope.into_result(), Ok(Some(data.clone())));
}

fn authorization() -> Authorization {
    Authorization {
        authorization_id: "210000000000000001".into(),
        merchant_name: "Shop".into(),
        authorization_token: AuthorizationToken::new("0123456789abcdef0123456789abcdef".into()),
        merchant_id: "1000100000001".into(),
        status: "PENDING".into(),
        redirect_url: Some("https://pay.example/review-authorization?authId=210000000000000001".into()),
        scopes: vec!["CHECKOUT".into()],
        ip_whitelist: vec!["203.0.113.7".into()],
    }
}

#[test]
fn provider_answers() {
    golden(
        &ProviderConfig { allow_fee_share: false, allow_scopes: vec!["CONVERT".into(), "REFUND".into()] },
        r#"{"allowFeeShare":false,"allowScopes":["CONVERT","REFUND"]}"#,
    );
    golden(
        &authorization(),
        r#"{"authorizationId":"210000000000000001","merchantName":"Shop","authorizationToken":"0123456789abcdef0123456789abcdef","merchantId":"1000100000001","status":"PENDING","redirectUrl":"https://pay.example/review-authorization?authId=210000000000000001","scopes":["CHECKOUT"],"ipWhitelist":["203.0.113.7"]}"#,
    );
    let row = Authorization { redirect_url: None, ip_whitelist: vec![], ..authorization() };
    golden(
        &AuthorizationPage { total: 1, rows: vec![row] },
        r#"{"total":1,"rows":[{"authorizationId":"210000000000000001","merchantName":"Shop","authorizationToken":"0123456789abcdef0123456789abcdef","merchantId":"1000100000001","status":"PENDING","scopes":["CHECKOUT"],"ipWhitelist":[]}]}"#,
    );
}

#[test]
fn the_founding_answers_are_read() {
    let text = r#"{  "status": "SUCCESS",  "code": "000000",  "data": {    "authorizationId": "authId1",    "merchantName": "Merchant One",    "authorizationToken": "token1",    "merchantId": "merchant1",    "status": "PENDING",    "redirectUrl": "",    "scopes": [      "CONVERT",      "CHECKOUT"    ],    "ipWhitelist": [      "",      ""    ]  }}"#;
    let envelope: Envelope<Authorization> = serde_json::from_str(text).unwrap();
    assert_eq!(envelope.into_result().unwrap().unwrap().authorization_token.reveal(), "token1");
    let text = r#"{  "status": "SUCCESS",  "code": "000000",  "data": {    "allowFeeShare": false,    "allowScopes": [      "CONVERT",      "BALANCE"    ]  }}"#;
    let envelope: Envelope<ProviderConfig> = serde_json::from_str(text).unwrap();
    assert_eq!(envelope.into_result().unwrap().unwrap().allow_scopes, ["CONVERT", "BALANCE"]);
}

#[test]
fn order_created() {
    let created = OrderCreated {
        currency: Some("USDT".into()),
        total_fee: Some("1.5".into()),
        prepay_id: "270342174837137408".into(),
        terminal_type: "APP".into(),
        expire_time: 1_703_728_285_249,
        qrcode_link: "q".into(),
        qr_content: "c".into(),
        checkout_url: "u".into(),
        deeplink: "d".into(),
        universal_url: "v".into(),
        fiat_currency: None,
        fiat_amount: None,
    };
    let common = r#""currency":"USDT","totalFee":"1.5","prepayId":"270342174837137408","terminalType":"APP","expireTime":1703728285249,"qrcodeLink":"q","qrContent":"c","checkoutUrl":"u","deeplink":"d","universalUrl":"v""#;
    golden(&created, &format!("{{{common}}}"));
    let fiat = OrderCreated { fiat_currency: Some("HKD".into()), fiat_amount: Some("5".into()), ..created };
    golden(&fiat, &format!(r#"{{{common},"fiatCurrency":"HKD","fiatAmount":"5"}}"#));
}

#[test]
fn order_state() {
    let initial = OrderState {
        merchant_id: 216_447_206,
        prepay_id: "270342174837137408".into(),
        transaction_id: None,
        merchant_trade_no: "a1".into(),
        status: "INITIAL".into(),
        currency: "USDT".into(),
        open_user_id: None,
        pass_through_info: None,
        transact_time: None,
        create_time: 1_703_724_685_342,
        order_amount: "1.50000000".into(),
        commission: None,
        payment_info: None,
    };
    golden(
        &initial,
        r#"{"merchantId":216447206,"prepayId":"270342174837137408","merchantTradeNo":"a1","status":"INITIAL","currency":"USDT","createTime":1703724685342,"orderAmount":"1.50000000"}"#,
    );
    let instruction =
        PaidInstruction { currency: "USDT".into(), amount: "1.50000000".into(), price: Some(WireNumber::plain(1, 0)) };
    let info = PaidInfo {
        payer_id: "354205155".into(),
        pay_method: "funding".into(),
        payment_instructions: vec![instruction],
        channel: Some("DEFAULT".into()),
        sub_channel: None,
        payer_detail: None,
    };
    let paid = OrderState {
        transaction_id: Some("M_P_1".into()),
        status: "PAID".into(),
        open_user_id: Some("o".into()),
        transact_time: Some(1_703_724_685_999),
        commission: Some("0.00000000".into()),
        payment_info: Some(info),
        ..initial
    };
    golden(
        &paid,
        r#"{"merchantId":216447206,"prepayId":"270342174837137408","transactionId":"M_P_1","merchantTradeNo":"a1","status":"PAID","currency":"USDT","openUserId":"o","transactTime":1703724685999,"createTime":1703724685342,"orderAmount":"1.50000000","commission":"0.00000000","paymentInfo":{"payerId":"354205155","payMethod":"funding","paymentInstructions":[{"currency":"USDT","amount":"1.50000000","price":1}],"channel":"DEFAULT"}}"#,
    );
}

#[test]
fn v1_orders() {
    let created = OrderCreatedV1 {
        prepay_id: "99695089974435840".into(),
        trade_type: "WEB".into(),
        expire_time: 1_703_728_285_249,
        qrcode_link: "q".into(),
        qr_content: "c".into(),
        checkout_url: "u".into(),
        deeplink: "d".into(),
        universal_url: "v".into(),
    };
    golden(
        &created,
        r#"{"prepayId":"99695089974435840","tradeType":"WEB","expireTime":1703728285249,"qrcodeLink":"q","qrContent":"c","checkoutUrl":"u","deeplink":"d","universalUrl":"v"}"#,
    );
    // clients.md 5, as ccx recorded it in 2021-06.
    let initial = OrderStateV1 {
        merchant_id: 98_765_987,
        prepay_id: "99695089974435840".into(),
        transaction_id: None,
        merchant_trade_no: "a1".into(),
        trade_type: "WEB".into(),
        status: "INITIAL".into(),
        currency: "USDT".into(),
        total_fee: "0.50000000".into(),
        product_name: Some("Tea".into()),
        product_detail: Some("green".into()),
        open_user_id: None,
        pass_through_info: None,
        transact_time: None,
        create_time: 1_623_772_800_000,
    };
    golden(
        &initial,
        r#"{"merchantId":98765987,"prepayId":"99695089974435840","merchantTradeNo":"a1","tradeType":"WEB","status":"INITIAL","currency":"USDT","totalFee":"0.50000000","productName":"Tea","productDetail":"green","createTime":1623772800000}"#,
    );
    let paid = OrderStateV1 {
        transaction_id: Some("M_P_1".into()),
        status: "REFUNDED".into(),
        open_user_id: Some("o".into()),
        pass_through_info: Some("p".into()),
        transact_time: Some(1_623_772_800_999),
        product_name: None,
        product_detail: None,
        ..initial
    };
    golden(
        &paid,
        r#"{"merchantId":98765987,"prepayId":"99695089974435840","transactionId":"M_P_1","merchantTradeNo":"a1","tradeType":"WEB","status":"REFUNDED","currency":"USDT","totalFee":"0.50000000","openUserId":"o","passThroughInfo":"p","transactTime":1623772800999,"createTime":1623772800000}"#,
    );
}

#[test]
fn balances_are_numbers_with_eight_decimals() {
    let asset = AssetBalance {
        available: WireNumber::padded(99_000_000_000_000, 8),
        freeze: WireNumber::padded(0, 8),
        asset: "USDT".into(),
        available_fiat_valuation: WireNumber::padded(98_999_190_516_600, 8),
        available_btc_valuation: WireNumber::padded(2_298_780_000, 8),
    };
    let answer = BalanceV2Answer {
        balance: vec![asset],
        wallet: "FUNDING_WALLET".into(),
        update_time: 1_666_937_353_019,
        fiat: "USD".into(),
    };
    golden(
        &answer,
        r#"{"balance":[{"available":990000.00000000,"freeze":0.00000000,"asset":"USDT","availableFiatValuation":989991.90516600,"availableBtcValuation":22.98780000}],"wallet":"FUNDING_WALLET","updateTime":1666937353019,"fiat":"USD"}"#,
    );
    // The page's own sample prints E notation; a client reads it.
    let recorded = r#"{"balance":[{"available":990000.00000000,"freeze":0E-8,"asset":"USDT","availableFiatValuation":989991.90516600,"availableBtcValuation":22.98780000}],"wallet":"FUNDING_WALLET","updateTime":1666937353019,"fiat":"USD"}"#;
    let read: BalanceV2Answer = serde_json::from_str(recorded).unwrap();
    assert_eq!(read.balance[0].freeze.decimal().unwrap().minor(8), Ok(0));
}

// money.md 5.1's sample: flat, all three numbers.
#[test]
fn a_balance_of_v1_is_flat() {
    let answer = BalanceV1Answer {
        balance: WireNumber::padded(99_000_000_000_000, 8),
        asset: "USDT".into(),
        fiat: "USD".into(),
        available_fiat_valuation: WireNumber::padded(98_999_190_516_600, 8),
        available_btc_valuation: WireNumber::padded(2_298_780_000, 8),
    };
    golden(
        &answer,
        r#"{"balance":990000.00000000,"asset":"USDT","fiat":"USD","availableFiatValuation":989991.90516600,"availableBtcValuation":22.98780000}"#,
    );
}

// money.md 4's samples: ids and amounts are strings.
#[test]
fn transfers_between_wallets() {
    let made = WalletTransferMade {
        tran_id: "100002021071407140001".into(),
        status: "SUCCESS".into(),
        currency: "BNB".into(),
        amount: "0.01".into(),
        transfer_type: "TO_MAIN".into(),
    };
    golden(
        &made,
        r#"{"tranId":"100002021071407140001","status":"SUCCESS","currency":"BNB","amount":"0.01","transferType":"TO_MAIN"}"#,
    );
    let result = WalletTransferResult {
        tran_id: "1".into(),
        status: "SUCCESS".into(),
        currency: Some("BNB".into()),
        amount: Some("0.01".into()),
    };
    golden(&result, r#"{"tranId":"1","status":"SUCCESS","currency":"BNB","amount":"0.01"}"#);
    golden(&WalletTransferResult { currency: None, amount: None, ..result }, r#"{"tranId":"1","status":"SUCCESS"}"#);
}

#[test]
fn certificates_are_a_list() {
    let certificate = Certificate {
        cert_public: "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----".into(),
        cert_serial: "0F1E2D3C4B5A69788796A5B4C3D2E1F0".into(),
    };
    golden(
        &vec![certificate],
        r#"[{"certPublic":"-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----","certSerial":"0F1E2D3C4B5A69788796A5B4C3D2E1F0"}]"#,
    );
}

#[test]
fn sub_merchants() {
    golden(&SubMerchantId { sub_merchant_id: 2_107_268_400_000_001 }, r#"{"subMerchantId":2107268400000001}"#);
    let read = r#"{"merchantName":"Tea House","storeType":1,"merchantMcc":"1001","country":"SG","address":"1 Example Rd","registrationNumber":"R-1","registrationCountry":"SG"}"#;
    let house: SubMerchant = serde_json::from_str(read).unwrap();
    golden(&house, read);
    let told = SubMerchant { sub_merchant_id: Some(1), status: Some("ACTIVE".into()), ..house };
    golden(&told, &read.replace("\"SG\"}", "\"SG\",\"subMerchantId\":1,\"status\":\"ACTIVE\"}"));
    // A free name: the data is null, and a client reads none.
    let free = Success::new(None::<SubMerchant>).to_bytes().unwrap();
    assert_eq!(String::from_utf8_lossy(&free), r#"{"status":"SUCCESS","code":"000000","data":null}"#);
    let envelope: Envelope<SubMerchant> = serde_json::from_slice(&free).unwrap();
    assert_eq!(envelope.into_result(), Ok(None));
}
