//! The data of `BALANCE`.

use countersign_domain::event::BalanceReportReadyEvent;
use countersign_wire::webhooks::BalanceReportData;

/// partner.md 3.7, with what its sample has beyond its table.
pub(super) fn data(event: &BalanceReportReadyEvent, destination: &str) -> BalanceReportData {
    BalanceReportData {
        download_type: BalanceReportData::DOWNLOAD_TYPE.to_owned(),
        download_id: event.report_id.get(),
        user_id: event.merchant_id.get(),
        status: BalanceReportData::SUCCEEDED,
        download_link: event.link.clone(),
        expiration_timestamp: event.link_ends_at.ms(),
        create_time: event.created_at.utc().to_string(),
        callback_url: Some(destination.to_owned()),
    }
}
