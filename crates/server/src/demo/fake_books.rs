//! The wax sandbox's money: two wallets, two orders, one refund.

use serde_json::{Value, json};

use super::fake_sandbox::Mischief;

pub(super) const FIRST: &str = "270342174837137408";
const SECOND: &str = "270342174837137500";
const PAYER: &str = "0123456789abcdef0123456789abcdef";

/// What is in which wallet, in minor units of 10^-8.
pub(super) struct Books {
    merchant: i64,
    provider: i64,
    refunded: bool,
    mischief: Mischief,
}

impl Books {
    pub(super) fn new(mischief: Mischief) -> Self {
        Self { merchant: 1_000_000_000, provider: 1_000_000_000, refunded: false, mischief }
    }

    /// Pays an order; the number under which it is told, and the data.
    pub(super) fn pay(&mut self, prepay_id: &str) -> (i64, String) {
        let (number, total, commission) = match prepay_id {
            FIRST if self.mischief == Mischief::WrongWallet => {
                self.provider += 1_000_000;
                ("order72383730", "0.01000000", "0")
            }
            FIRST => {
                self.merchant += 1_000_000;
                ("order72383730", "0.01000000", "0")
            }
            _ => {
                self.merchant += 99_000_000;
                self.provider += 400_000;
                ("order72383734", "1.00000000", "0.01000000")
            }
        };
        let data = format!(
            r#"{{"merchantTradeNo":"{number}","productType":"01","productName":"Green Apple","transactTime":1703724685999,"tradeType":"WEB","totalFee":{total},"currency":"USDT","transactionId":"M_P_100000000000000001","openUserId":"{PAYER}","commission":{commission},"paymentInfo":{{"payerId":354205155,"payMethod":"funding","paymentInstructions":[{{"currency":"USDT","amount":{total},"price":1}}],"channel":"DEFAULT"}}}}"#
        );
        (prepay_id.parse().expect("a number"), data)
    }

    /// Refunds a quarter of the second order; the answer, and what is told of it the first time.
    pub(super) fn refund(&mut self) -> (Value, Option<(i64, String)>) {
        let is_repeat = self.refunded && self.mischief != Mischief::RefundTwice;
        let told = (!is_repeat).then(|| {
            self.merchant -= 24_750_000;
            if self.mischief != Mischief::GreedyProvider {
                self.provider -= 100_000;
            }
            let data = format!(
                r#"{{"merchantTradeNo":"order72383734","totalFee":1.00000000,"transactTime":1703724695999,"refundInfo":{{"orderAmount":"1.00000000","duplicateRequest":"N","payerOpenId":"{PAYER}","prepayId":"{SECOND}","refundRequestId":"return72383734","refundedAmount":"0.25000000","remainingAttempts":9,"refundAmount":"0.25000000"}},"currency":"USDT","commission":0.01000000,"openUserId":"{PAYER}","productType":"01","productName":"Green Apple","tradeType":"WEB"}}"#
            );
            (SECOND.parse().expect("a number"), data)
        });
        self.refunded = true;
        let mut answer = Self::refund_state();
        answer["duplicateRequest"] = json!(if is_repeat { "Y" } else { "N" });
        (answer, told)
    }

    pub(super) fn refund_state() -> Value {
        json!({
            "refundId": 270_342_174_837_137_600_i64, "refundRequestId": "return72383734", "prepayId": SECOND,
            "orderAmount": "1.00000000", "refundedAmount": "0.25000000", "refundAmount": "0.25000000",
            "remainingAttempts": 9, "payerOpenId": PAYER, "refundStatus": "REFUND_SUCCESS",
            "refundCommission": "0.00250000", "refundedCommission": "0.00250000",
        })
    }

    /// Where an order stands once it is paid.
    pub(super) fn order_state(&self, prepay_id: &str) -> Value {
        let (number, status, amount, commission) = match prepay_id {
            FIRST => ("order72383730", "PAID", "0.01000000", "0.00000000"),
            _ if self.refunded => ("order72383734", "REFUNDED", "1.00000000", "0.01000000"),
            _ => ("order72383734", "PAID", "1.00000000", "0.01000000"),
        };
        json!({
            "merchantId": 1_000_135_331_248_i64, "prepayId": prepay_id, "transactionId": "M_P_100000000000000001",
            "merchantTradeNo": number, "status": status, "currency": "USDT", "transactTime": 1_703_724_685_999_i64,
            "createTime": 1_703_724_685_342_i64, "orderAmount": amount, "commission": commission,
        })
    }

    /// The answer with a wallet's balance: exact digits, which a `Value` would not keep.
    pub(super) fn balance(&self, of_merchant: bool) -> String {
        let available =
            countersign_client::wire::decimal::padded(if of_merchant { self.merchant } else { self.provider }, 8);
        format!(
            r#"{{"status":"SUCCESS","code":"000000","data":{{"balance":[{{"available":{available},"freeze":0.00000000,"asset":"USDT","availableFiatValuation":{available},"availableBtcValuation":0.00010000}}],"wallet":"FUNDING_WALLET","updateTime":1703724685999,"fiat":"USD"}}}}"#
        )
    }

    /// A created order, of which the demo makes two for the merchant.
    pub(super) fn created(body: &Value) -> Value {
        let prepay_id = if body["merchantTradeNo"] == "order72383734" { SECOND } else { FIRST };
        json!({
            "currency": "USDT", "totalFee": body["orderAmount"].to_string(), "prepayId": prepay_id, "terminalType": "WEB",
            "expireTime": 1_703_728_285_249_i64, "qrcodeLink": "https://pay.example/qr/1.png",
            "qrContent": "https://pay.example/qr/1", "checkoutUrl": "https://pay.example/checkout/1",
            "deeplink": "https://pay.example/checkout/1", "universalUrl": "https://pay.example/checkout/1",
        })
    }
}
