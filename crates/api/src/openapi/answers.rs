//! Samples of every answer: with all that it can hold, and with the least. They are typed, so they hold what the code
//! sends, and the schemas are read off them.

use countersign_wire::answers::{
    AssetBalance, Authorization, AuthorizationPage, BalanceV1Answer, BalanceV2Answer, Certificate, OrderCreated,
    OrderCreatedV1, OrderState, OrderStateV1, PaidInfo, PaidInstruction, ProviderConfig, RefundState, SubMerchant,
    SubMerchantId, WalletTransferMade, WalletTransferResult,
};
use countersign_wire::{AuthorizationToken, EndpointId, WireNumber};
use serde::Serialize;
use serde_json::Value;

/// The samples of an endpoint's data, the fullest first.
pub(super) fn samples(id: EndpointId) -> Vec<Value> {
    match id {
        EndpointId::Certificates => all([vec![certificate()]]),
        EndpointId::ProviderConfigQuery => all([config()]),
        EndpointId::ProviderCreate => {
            all([authorization(Some("https://pay.example/portal/review-authorization?authId=1"))])
        }
        EndpointId::ProviderRecordGet => all([authorization(None)]),
        EndpointId::ProviderRecord => all([AuthorizationPage { total: 1, rows: vec![authorization(None)] }]),
        EndpointId::OrderCreateV1 => all([created_v1()]),
        EndpointId::OrderCreateV2 | EndpointId::OrderCreateV3 => all([created(true), created(false)]),
        EndpointId::OrderQueryV1 => all([state_v1(true), state_v1(false)]),
        EndpointId::OrderQueryV2 => all([state(true), state(false)]),
        EndpointId::OrderRefund => all([refund(Some("N"))]),
        EndpointId::OrderRefundQuery => all([refund(None)]),
        EndpointId::OrderClose | EndpointId::PayerVerification => all([true]),
        EndpointId::BalanceV1 => all([balance_v1()]),
        EndpointId::BalanceV2 => all([balance()]),
        EndpointId::WalletTransfer => all([transfer_made()]),
        EndpointId::WalletTransferQuery => all([transfer_result()]),
        EndpointId::SubMerchantAdd | EndpointId::SubMerchantModify => {
            all([SubMerchantId { sub_merchant_id: 2_107_268_400_000_001 }])
        }
        EndpointId::SubMerchantQuery => all([Some(sub_merchant(true)), Some(sub_merchant(false))]),
    }
}

fn all<T: Serialize>(samples: impl IntoIterator<Item = T>) -> Vec<Value> {
    let value = |sample: T| serde_json::to_value(sample).expect("answers are JSON");
    samples.into_iter().map(value).collect()
}

fn certificate() -> Certificate {
    Certificate {
        cert_public: "-----BEGIN PUBLIC KEY-----\nMIIBIjANBg...\n-----END PUBLIC KEY-----".to_owned(),
        cert_serial: "98B5AC1D0F1A5D0A1F8C4C5B1C0A3B6E".to_owned(),
    }
}

fn config() -> ProviderConfig {
    ProviderConfig { allow_fee_share: false, allow_scopes: vec!["CHECKOUT".to_owned(), "BALANCE".to_owned()] }
}

fn authorization(redirect_url: Option<&str>) -> Authorization {
    Authorization {
        authorization_id: "512345678901234567".to_owned(),
        merchant_name: "Shop".to_owned(),
        authorization_token: AuthorizationToken::new("00112233445566778899aabbccddeeff".to_owned()),
        merchant_id: "123456789".to_owned(),
        status: "PENDING".to_owned(),
        redirect_url: redirect_url.map(str::to_owned),
        scopes: vec!["CHECKOUT".to_owned()],
        ip_whitelist: vec!["198.51.100.7".to_owned()],
    }
}

fn created(in_fiat: bool) -> OrderCreated {
    let token = "00112233445566778899aabbccddeeff";
    OrderCreated {
        currency: Some("USDT".to_owned()),
        total_fee: Some("25.17".to_owned()),
        prepay_id: "512345678901234567".to_owned(),
        terminal_type: "WEB".to_owned(),
        expire_time: 1_700_003_600_000,
        qrcode_link: format!("https://pay.example/checkout/{token}/qr.png"),
        qr_content: format!("https://pay.example/qr/{token}"),
        checkout_url: format!("https://pay.example/checkout/{token}"),
        deeplink: format!("countersign://payment/secpay?tempToken={token}"),
        universal_url: format!("https://pay.example/payment/secpay?linkToken={token}"),
        fiat_currency: in_fiat.then(|| "EUR".to_owned()),
        fiat_amount: in_fiat.then(|| "23.30".to_owned()),
    }
}

fn created_v1() -> OrderCreatedV1 {
    let OrderCreated {
        prepay_id,
        terminal_type,
        expire_time,
        qrcode_link,
        qr_content,
        checkout_url,
        deeplink,
        universal_url,
        ..
    } = created(false);
    OrderCreatedV1 {
        prepay_id,
        trade_type: terminal_type,
        expire_time,
        qrcode_link,
        qr_content,
        checkout_url,
        deeplink,
        universal_url,
    }
}

fn state_v1(paid: bool) -> OrderStateV1 {
    let when_paid = |text: &str| paid.then(|| text.to_owned());
    OrderStateV1 {
        merchant_id: 123_456_789,
        prepay_id: "512345678901234567".to_owned(),
        transaction_id: when_paid("M_P_512345678901234568"),
        merchant_trade_no: "a1".to_owned(),
        trade_type: "WEB".to_owned(),
        status: if paid { "PAID" } else { "INITIAL" }.to_owned(),
        currency: "USDT".to_owned(),
        total_fee: "25.17000000".to_owned(),
        product_name: when_paid("Ice Cream"),
        product_detail: when_paid("cone"),
        open_user_id: when_paid("00112233445566778899aabbccddeeff"),
        pass_through_info: when_paid("as sent"),
        transact_time: paid.then_some(1_700_000_060_000),
        create_time: 1_700_000_000_000,
    }
}

fn state(paid: bool) -> OrderState {
    let when_paid = |text: &str| paid.then(|| text.to_owned());
    OrderState {
        merchant_id: 123_456_789,
        prepay_id: "512345678901234567".to_owned(),
        transaction_id: when_paid("M_P_512345678901234568"),
        merchant_trade_no: "a1".to_owned(),
        status: if paid { "PAID" } else { "INITIAL" }.to_owned(),
        currency: "USDT".to_owned(),
        open_user_id: when_paid("00112233445566778899aabbccddeeff"),
        pass_through_info: when_paid("as sent"),
        transact_time: paid.then_some(1_700_000_060_000),
        create_time: 1_700_000_000_000,
        order_amount: "25.17000000".to_owned(),
        commission: when_paid("0.00000000"),
        payment_info: paid.then(payment),
    }
}

fn payment() -> PaidInfo {
    PaidInfo {
        payer_id: "987654321".to_owned(),
        pay_method: "funding".to_owned(),
        payment_instructions: vec![PaidInstruction {
            currency: "USDT".to_owned(),
            amount: "25.17000000".to_owned(),
            price: Some(WireNumber::plain(15, 1)),
        }],
        channel: Some("DEFAULT".to_owned()),
        sub_channel: None,
        payer_detail: Some("bm9uY2UgYW5kIGNpcGhlcnRleHQgYW5kIHRhZw==".to_owned()),
    }
}

fn refund(duplicate: Option<&str>) -> RefundState {
    RefundState {
        refund_id: Some(512_345_678_901_234_569),
        refund_request_id: "68711039982968832".to_owned(),
        prepay_id: "512345678901234567".to_owned(),
        order_amount: "100.11000000".to_owned(),
        refunded_amount: "50.88000000".to_owned(),
        refund_amount: "25.17000000".to_owned(),
        remaining_attempts: 8,
        payer_open_id: "00112233445566778899aabbccddeeff".to_owned(),
        duplicate_request: duplicate.map(str::to_owned),
        refund_status: Some("REFUND_SUCCESS".to_owned()),
        refund_commission: Some("0.25170000".to_owned()),
        refunded_commission: Some("0.50880000".to_owned()),
    }
}

fn balance_v1() -> BalanceV1Answer {
    let amount = || WireNumber::padded(150_000_000, 8);
    BalanceV1Answer {
        balance: amount(),
        asset: "USDT".to_owned(),
        fiat: "USD".to_owned(),
        available_fiat_valuation: amount(),
        available_btc_valuation: amount(),
    }
}

fn transfer_made() -> WalletTransferMade {
    WalletTransferMade {
        tran_id: "100002021071407140001".to_owned(),
        status: "SUCCESS".to_owned(),
        currency: "BNB".to_owned(),
        amount: "0.01".to_owned(),
        transfer_type: "TO_MAIN".to_owned(),
    }
}

fn transfer_result() -> WalletTransferResult {
    WalletTransferResult {
        tran_id: "100002021071407140001".to_owned(),
        status: "SUCCESS".to_owned(),
        currency: Some("BNB".to_owned()),
        amount: Some("0.01".to_owned()),
    }
}

fn balance() -> BalanceV2Answer {
    let amount = || WireNumber::padded(150_000_000, 8);
    BalanceV2Answer {
        balance: vec![AssetBalance {
            available: amount(),
            freeze: amount(),
            asset: "USDT".to_owned(),
            available_fiat_valuation: amount(),
            available_btc_valuation: amount(),
        }],
        wallet: "FUNDING_WALLET".to_owned(),
        update_time: 1_700_000_000_000,
        fiat: "USD".to_owned(),
    }
}

fn sub_merchant(full: bool) -> SubMerchant {
    let text = |text: &str| full.then(|| text.to_owned());
    SubMerchant {
        merchant_name: "Tea House".to_owned(),
        store_type: -1,
        merchant_mcc: "9999".to_owned(),
        merchant_type: full.then_some(4),
        country: "SG,US".to_owned(),
        site_type: full.then_some(1),
        site_url: text("https://tea.example"),
        site_name: text("Tea House"),
        address: text("1 Example Rd"),
        pay_industry_description: text("tea and what goes with it"),
        sub_pay_mcc_code: text("1040"),
        sub_pay_industry_description: text("groceries"),
        brand_logo: text("https://tea.example/logo.png"),
        company_name: text("Tea House Pte Ltd"),
        registration_number: "R-1".to_owned(),
        registration_country: "SG".to_owned(),
        registration_address: text("1 Example Rd"),
        incorporation_date: full.then_some(1_588_262_400_000),
        certificate_type: full.then_some(2),
        certificate_country: text("SG"),
        certificate_number: text("123456X"),
        certificate_valid_date: full.then_some(1_752_422_400_000),
        contract_time_isv: full.then_some(1_594_656_000_000),
        block_payer_kyc_countries: full.then(|| vec!["US".to_owned()]),
        sub_merchant_id: Some(2_107_268_400_000_001),
        status: Some("ACTIVE".to_owned()),
    }
}
