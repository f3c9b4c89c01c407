//! The data of `MERCHANT_QR_CODE` and `SHARE_ACCOUNT_ID`.

use countersign_domain::event::{AccountSharedEvent, QrCodeScannedEvent, ScannedAmount};
use countersign_wire::webhooks::{QrCodeData, SharedAccountData, qr_code_type};

/// partner.md 3.10.
pub(super) fn scanned(event: &QrCodeScannedEvent) -> QrCodeData {
    let (kind, typed) = match event.amount {
        ScannedAmount::Fixed => (qr_code_type::FIXED_AMOUNT, None),
        ScannedAmount::Typed(amount) => (qr_code_type::USER_INPUT_AMOUNT, Some(amount)),
    };
    QrCodeData {
        qr_content: event.content.clone(),
        refer_id: event.scan_id.to_string(),
        qr_code_type: Some(kind.to_owned()),
        amount: typed.map(|amount| amount.to_string()),
        currency: typed.map(|amount| amount.currency().code().to_owned()),
    }
}

/// partner.md 3.11.
pub(super) fn shared(event: &AccountSharedEvent) -> SharedAccountData {
    SharedAccountData {
        request_id: event.request_id.clone(),
        user_binance_id: event.payer_id.to_string(),
        user_name: event.nickname.clone(),
    }
}
