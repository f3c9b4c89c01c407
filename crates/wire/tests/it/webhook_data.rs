//! The data of every type as the pages' samples have it: read, and written again byte for byte.

use countersign_wire::WireNumber;
use countersign_wire::webhooks::{
    BalanceReportData, DirectDebitContractData, EmailPayoutData, PayoutData, QrCodeData, SharedAccountData,
    qr_code_type, termination_way,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads `json`, which must print again as it was.
fn read<T: Serialize + DeserializeOwned>(json: &str) -> T {
    let data: T = serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"));
    assert_eq!(serde_json::to_string(&data).expect("it was read"), json);
    data
}

#[test]
fn payouts_have_the_recorded_form() {
    let batch: PayoutData = read(
        r#"{"batchStatus":"SUCCESS","currency":"BUSD","merchantId":100100006288,"requestId":"gg8127129","totalAmount":2.00000000,"totalNumber":2}"#,
    );
    assert_eq!((batch.merchant_id, batch.total_number), (100_100_006_288, 2));
    assert_eq!(batch.total_amount, WireNumber::padded(2, 0));
    let one: EmailPayoutData = read(
        r#"{"merchantSendId":"send1","orderId":"284838578405933060","batchId":"284838578405933040","status":"SUCCESS","currency":"USDT","amount":"1","receiveType":"EMAIL","receiver":"mia@example.com"}"#,
    );
    assert_eq!((one.amount.as_str(), one.receive_type.as_str()), ("1", EmailPayoutData::EMAIL));
}

#[test]
fn a_balance_report_has_the_form_of_the_sample() {
    let sample = r#"{"downloadType":"merchant_balance_download_task","downloadId":197620356272996352,"userId":100102465376,"status":2,"downloadLink":"https://pay.example/1","expirationTimestamp":1669947455000,"createTime":"2022-12-01 02:15:50","callbackUrl":"https://shop.example/hook"}"#;
    let report: BalanceReportData = read(sample);
    assert_eq!(report.download_type, BalanceReportData::DOWNLOAD_TYPE);
    assert_eq!(report.status, BalanceReportData::SUCCEEDED);
    let typed = sample.replace(r#""status":2"#, r#""status":"2""#);
    assert_eq!(serde_json::from_str::<BalanceReportData>(&typed).expect("the table's type"), report);
    for status in ["null", r#""two""#, "2.5", "{}"] {
        let odd = sample.replace(r#""status":2"#, &format!(r#""status":{status}"#));
        assert!(serde_json::from_str::<BalanceReportData>(&odd).is_err(), "{status}");
    }
    let bare = sample.replace(r#","callbackUrl":"https://shop.example/hook""#, "");
    assert_eq!(read::<BalanceReportData>(&bare).callback_url, None);
}

#[test]
fn a_contract_has_the_form_of_the_sample() {
    let signed = r#"{"merchantContractCode":"c1","contractId":205638372306477056,"serviceName":"Tea","openUserId":"04fd","merchantAccountNo":"mia@example.com","currency":"USDT","singleUpperLimit":50.00000000}"#;
    let contract: DirectDebitContractData = read(signed);
    assert_eq!(contract.single_upper_limit, WireNumber::padded(50, 0));
    assert_eq!((contract.contract_termination_way, contract.contract_termination_time), (None, None));
    let ended = signed
        .replace("50.00000000}", r#"50.00000000,"contractTerminationWay":0,"contractTerminationTime":1672759000000}"#);
    let contract: DirectDebitContractData = read(&ended);
    assert_eq!(contract.contract_termination_way, Some(termination_way::USER));
    let bare =
        r#"{"merchantContractCode":"c1","contractId":1,"serviceName":"Tea","currency":"USDT","singleUpperLimit":1}"#;
    assert_eq!(read::<DirectDebitContractData>(bare).open_user_id, None);
}

#[test]
fn a_scanned_code_has_the_form_of_the_page() {
    let fixed: QrCodeData =
        read(r#"{"qrContent":"https://pay.example/1","referId":"368899096379834368","qrCodeType":"FIXED_AMOUNT"}"#);
    assert_eq!((fixed.qr_code_type.as_deref(), fixed.amount), (Some(qr_code_type::FIXED_AMOUNT), None));
    let typed: QrCodeData = read(
        r#"{"qrContent":"https://pay.example/1","referId":"1","qrCodeType":"USER_INPUT_AMOUNT","amount":"12.5","currency":"USDT"}"#,
    );
    assert_eq!((typed.amount.as_deref(), typed.currency.as_deref()), (Some("12.5"), Some("USDT")));
    let older: QrCodeData = read(r#"{"qrContent":"x","referId":"1"}"#);
    assert_eq!(older.qr_code_type, None);
}

#[test]
fn a_shared_account_has_the_form_of_the_sample() {
    let named: SharedAccountData = read(r#"{"requestId":"r1","userBinanceId":"100103397765","userName":"Mia"}"#);
    assert_eq!(named.user_name.as_deref(), Some("Mia"));
    let bare: SharedAccountData = read(r#"{"requestId":"r1","userBinanceId":"1000011371416"}"#);
    assert_eq!(bare.user_name, None);
}
