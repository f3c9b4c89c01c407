//! One event of every kind, for trying receivers out and for holding bodies to what was recorded.
//!
//! Nothing happened for a sample: whoever sends one says so. Their texts hold characters that JSON printers like to escape.

use countersign_domain::event::{
    AccountSharedEvent, AuthorizationChange, AuthorizationEvent, BalanceReportReadyEvent, ContractChange,
    ContractEndedBy, DirectDebitContractEvent, EmailPayoutEvent, EmailPayoutOutcome, Event, OrderClosedEvent,
    OrderPaidEvent, PayoutEvent, PayoutProgress, QrCodeScannedEvent, RefundEvent, ScannedAmount,
};
use countersign_domain::id::{
    AccountShareId, AuthorizationId, BalanceReportId, DirectDebitContractId, MerchantId, OrderId, PayerId, PayoutId,
    PayoutItemId, QrCodeScanId, RefundId, TransferId,
};
use countersign_domain::order::Terminal;
use countersign_domain::rates::Rate;
use countersign_domain::time::{DAY_MS, MINUTE_MS};
use countersign_domain::{Amount, Currency, Scope, ScopeSet, Timestamp};

use super::wire_labels;

/// Whom samples are about, and when they happen: what differs between two of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scene {
    /// The number that receivers know the subject by. For `TECH_PROVIDER` it must be an authorization that exists, because its
    /// token is looked up when the message is rendered; for all others any number will do. What else has an id takes the
    /// number after it.
    pub subject: i64,
    /// Whose order, payout or report it is; the merchant that decided.
    pub merchant_id: MerchantId,
    /// The provider that asked, for `TECH_PROVIDER`.
    pub provider_id: MerchantId,
    /// When it happens.
    pub at: Timestamp,
}

/// One kind of event.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// What people call it: the status, or the type and what tells its statuses apart.
    pub name: &'static str,
    make: fn(&Scene) -> Event,
}

impl Sample {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self { name: "PAY_SUCCESS", make: order_paid },
        Self { name: "PAY_CLOSED", make: order_closed },
        Self { name: "REFUND_SUCCESS", make: |scene| Event::OrderRefunded(refund(scene, 50_000_000, 9)) },
        Self { name: "REFUND_REJECTED", make: |scene| Event::RefundRejected(refund(scene, 0, 10)) },
        Self { name: "PAYOUT.ACCEPTED", make: |scene| payout(scene, PayoutProgress::Accepted) },
        Self { name: "PAYOUT.PROCESSING", make: |scene| payout(scene, PayoutProgress::Processing) },
        Self { name: "PAYOUT.SUCCESS", make: |scene| payout(scene, PayoutProgress::Succeeded) },
        Self { name: "PAYOUT.PART_SUCCESS", make: |scene| payout(scene, PayoutProgress::PartlySucceeded) },
        Self { name: "PAYOUT.FAILED", make: |scene| payout(scene, PayoutProgress::Failed) },
        Self { name: "PAYOUT.CANCELED", make: |scene| payout(scene, PayoutProgress::Canceled) },
        Self {
            name: "PAYOUT_NON_BN.AWAITING_RECEIPT",
            make: |scene| email_payout(scene, EmailPayoutOutcome::AwaitingReceipt),
        },
        Self { name: "PAYOUT_NON_BN.SUCCESS", make: |scene| email_payout(scene, EmailPayoutOutcome::Received) },
        Self { name: "PAYOUT_NON_BN.FAIL", make: |scene| email_payout(scene, EmailPayoutOutcome::Failed) },
        Self { name: "PAYOUT_NON_BN.REFUNDED", make: |scene| email_payout(scene, EmailPayoutOutcome::Refunded) },
        Self { name: "BALANCE_SUCCESS", make: balance_report },
        Self { name: "CONTRACT_SIGNED", make: |scene| contract(scene, ContractChange::Signed) },
        Self {
            name: "CONTRACT_TERMINATED",
            make: |scene| contract(scene, ContractChange::Terminated { by: ContractEndedBy::Payer, at: scene.at }),
        },
        Self { name: "CONTRACT_EXPIRED", make: |scene| contract(scene, ContractChange::Expired) },
        Self { name: "TECH_PROVIDER.AGREE", make: |scene| authorization(scene, AuthorizationChange::Agreed) },
        Self { name: "TECH_PROVIDER.REJECT", make: |scene| authorization(scene, AuthorizationChange::Rejected) },
        Self { name: "TECH_PROVIDER.CHANGED", make: |scene| authorization(scene, AuthorizationChange::Changed) },
        Self { name: "TECH_PROVIDER.DISABLED", make: |scene| authorization(scene, AuthorizationChange::Disabled) },
        Self { name: "MERCHANT_QR_CODE.FIXED_AMOUNT", make: |scene| scanned(scene, ScannedAmount::Fixed) },
        Self {
            name: "MERCHANT_QR_CODE.USER_INPUT_AMOUNT",
            make: |scene| scanned(scene, ScannedAmount::Typed(usdt(1_250_000_000))),
        },
        Self { name: "SHARE_ACCOUNT_ID", make: |scene| shared(scene, Some("Mia \"M\" Müller")) },
        Self { name: "SHARE_ACCOUNT_ID.NO_NAME", make: |scene| shared(scene, None) },
    ];

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|sample| sample.name == name)
    }

    /// The kind that is meant by a text in any case: its name, or `bizType.bizStatus`; of several the first.
    pub fn meant_by(text: &str) -> Option<Self> {
        let text = text.to_ascii_uppercase();
        let is_meant = |sample: &&Self| {
            let (kind, status) = sample.labels();
            sample.name == text || text.strip_prefix(kind).and_then(|rest| rest.strip_prefix('.')) == Some(status)
        };
        Self::ALL.iter().find(is_meant).copied()
    }

    /// Its `bizType` and `bizStatus`.
    pub fn labels(&self) -> (&'static str, &'static str) {
        let nobody = MerchantId::new(0);
        let scene = Scene { subject: 0, merchant_id: nobody, provider_id: nobody, at: Timestamp::from_ms(0) };
        wire_labels(&self.event(&scene)).expect("samples are webhooks")
    }

    /// Its event in this scene.
    pub fn event(&self, scene: &Scene) -> Event {
        (self.make)(scene)
    }
}

const PRODUCT_TYPE: &str = "02";
const PRODUCT_NAME: &str = "Tee & <Kuchen> \\ 茶/🍰";
const TERMINAL: Terminal = Terminal::Web;
const OPEN_USER_ID: &str = "0123456789abcdef0123456789abcdef";
const PAYER: PayerId = PayerId::new(354_205_155);

const fn usdt(minor: i64) -> Amount {
    Amount::from_minor(minor, Currency::USDT)
}

impl Scene {
    fn second_id(&self) -> i64 {
        self.subject.saturating_add(1)
    }
}

fn order_paid(scene: &Scene) -> Event {
    Event::OrderPaid(OrderPaidEvent {
        order_id: OrderId::new(scene.subject),
        merchant_trade_no: "sample1".to_owned(),
        product_type: PRODUCT_TYPE.to_owned(),
        product_name: PRODUCT_NAME.to_owned(),
        terminal: TERMINAL,
        paid_at: scene.at,
        amount: usdt(358_000_000),
        transfer_id: TransferId::new(scene.second_id()),
        open_user_id: OPEN_USER_ID.to_owned(),
        payer_id: PAYER,
        paid: Amount::from_minor(5_967, Currency::BTC),
        price: "60000".parse::<Rate>().expect("a rate above zero"),
        commission: usdt(3_580_000),
        pass_through_info: Some("{\"basket\":7}".to_owned()),
        payer_detail: None,
    })
}

fn order_closed(scene: &Scene) -> Event {
    Event::OrderClosed(OrderClosedEvent {
        order_id: OrderId::new(scene.subject),
        merchant_trade_no: "sample1".to_owned(),
        product_type: PRODUCT_TYPE.to_owned(),
        product_name: PRODUCT_NAME.to_owned(),
        terminal: TERMINAL,
        closed_at: scene.at,
        amount: usdt(50_000_000_000),
        pass_through_info: None,
    })
}

fn refund(scene: &Scene, refunded: i64, attempts_left: u32) -> RefundEvent {
    RefundEvent {
        order_id: OrderId::new(scene.subject),
        merchant_trade_no: "sample1".to_owned(),
        product_type: PRODUCT_TYPE.to_owned(),
        product_name: PRODUCT_NAME.to_owned(),
        terminal: TERMINAL,
        order_amount: usdt(358_000_000),
        commission: usdt(3_580_000),
        open_user_id: OPEN_USER_ID.to_owned(),
        refund_id: RefundId::new(scene.second_id()),
        request_id: "samplerefund1".to_owned(),
        payer_open_id: "fedcba9876543210fedcba9876543210".to_owned(),
        ended_at: scene.at,
        amount: usdt(50_000_000),
        refunded: usdt(refunded),
        attempts_left,
    }
}

fn payout(scene: &Scene, progress: PayoutProgress) -> Event {
    Event::Payout(PayoutEvent {
        payout_id: PayoutId::new(scene.subject),
        merchant_id: scene.merchant_id,
        request_id: "samplepayout1".to_owned(),
        progress,
        total: usdt(200_000_000),
        count: 2,
    })
}

fn email_payout(scene: &Scene, outcome: EmailPayoutOutcome) -> Event {
    Event::EmailPayout(EmailPayoutEvent {
        item_id: PayoutItemId::new(scene.subject),
        payout_id: PayoutId::new(scene.second_id()),
        send_id: "samplesend1".to_owned(),
        outcome,
        amount: usdt(100_000_000),
        email: "mia@example.com".to_owned(),
    })
}

fn balance_report(scene: &Scene) -> Event {
    Event::BalanceReportReady(BalanceReportReadyEvent {
        report_id: BalanceReportId::new(scene.subject),
        merchant_id: scene.merchant_id,
        link: "https://pay.example/reports/sample1.xlsx?a=1&b=2".to_owned(),
        link_ends_at: scene.at.plus_ms(DAY_MS),
        created_at: scene.at.plus_ms(-MINUTE_MS),
    })
}

fn contract(scene: &Scene, change: ContractChange) -> Event {
    Event::DirectDebitContract(DirectDebitContractEvent {
        contract_id: DirectDebitContractId::new(scene.subject),
        contract_code: "samplecontract1".to_owned(),
        service_name: "Tee-Abo \"Grün\"".to_owned(),
        open_user_id: OPEN_USER_ID.to_owned(),
        merchant_account: Some("mia@example.com".to_owned()),
        limit: usdt(5_000_000_000),
        change,
    })
}

fn authorization(scene: &Scene, change: AuthorizationChange) -> Event {
    let id = AuthorizationId::new(scene.subject);
    Event::Authorization(AuthorizationEvent {
        change,
        authorization_id: id,
        token_of: id,
        provider_id: scene.provider_id,
        provider_name: "Acme Checkout".to_owned(),
        merchant_id: scene.merchant_id,
        merchant_name: "Teehaus Grün & Söhne".to_owned(),
        scopes: [Scope::Checkout, Scope::Refund].into_iter().collect::<ScopeSet>(),
        at: scene.at,
    })
}

fn scanned(scene: &Scene, amount: ScannedAmount) -> Event {
    Event::QrCodeScanned(QrCodeScannedEvent {
        scan_id: QrCodeScanId::new(scene.subject),
        content: "https://shop.example/table/7?a=1&b=2".to_owned(),
        amount,
    })
}

fn shared(scene: &Scene, nickname: Option<&str>) -> Event {
    Event::AccountShared(AccountSharedEvent {
        share_id: AccountShareId::new(scene.subject),
        request_id: "sampleshare1".to_owned(),
        payer_id: PAYER,
        nickname: nickname.map(ToOwned::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use countersign_service::outbox::labels;
    use countersign_wire::webhooks::{biz_type_of, stored_events};

    use super::*;

    #[test]
    fn every_kind_has_its_own_name_and_keeps_its_subject() {
        let scene = Scene {
            subject: i64::MAX,
            merchant_id: MerchantId::new(1),
            provider_id: MerchantId::new(2),
            at: Timestamp::from_ms(0),
        };
        let names: BTreeSet<_> = Sample::ALL.iter().map(|sample| sample.name).collect();
        assert_eq!(names.len(), Sample::ALL.len());
        for sample in Sample::ALL {
            let event = Sample::named(sample.name).expect("it is in the list").event(&scene);
            assert_eq!(event.subject(), i64::MAX, "{}", sample.name);
            let (kind, status) = sample.labels();
            assert!(status == sample.name || sample.name.starts_with(kind), "{} is {kind}, {status}", sample.name);
        }
        assert!(Sample::named("PAY").is_none());
    }

    /// The place of an event among those that are told by webhook. What is new does not compile until it is told of here, and then
    /// wants its sample and its words.
    fn place(event: &Event) -> Option<usize> {
        Some(match event {
            Event::OrderPaid(_) => 0,
            Event::OrderClosed(_) => 1,
            Event::OrderRefunded(_) => 2,
            Event::RefundRejected(_) => 3,
            Event::Payout(event) => match event.progress {
                PayoutProgress::Accepted => 4,
                PayoutProgress::Processing => 5,
                PayoutProgress::Succeeded => 6,
                PayoutProgress::PartlySucceeded => 7,
                PayoutProgress::Failed => 8,
                PayoutProgress::Canceled => 9,
            },
            Event::EmailPayout(event) => match event.outcome {
                EmailPayoutOutcome::AwaitingReceipt => 10,
                EmailPayoutOutcome::Received => 11,
                EmailPayoutOutcome::Failed => 12,
                EmailPayoutOutcome::Refunded => 13,
            },
            Event::BalanceReportReady(_) => 14,
            Event::DirectDebitContract(event) => match event.change {
                ContractChange::Signed => 15,
                ContractChange::Terminated { .. } => 16,
                ContractChange::Expired => 17,
            },
            Event::Authorization(event) => match event.change {
                AuthorizationChange::Agreed => 18,
                AuthorizationChange::Rejected => 19,
                AuthorizationChange::Changed => 20,
                AuthorizationChange::Disabled => 21,
            },
            Event::QrCodeScanned(_) => 22,
            Event::AccountShared(_) => 23,
            Event::EndpointDisabled(_) | Event::Access(_) => return None,
        })
    }

    #[test]
    fn every_event_has_its_words_on_the_wire_and_every_word_its_event() {
        let scene = Scene {
            subject: 1,
            merchant_id: MerchantId::new(1),
            provider_id: MerchantId::new(2),
            at: Timestamp::from_ms(0),
        };
        let events: Vec<Event> = Sample::ALL.iter().map(|sample| sample.event(&scene)).collect();
        let places: BTreeSet<usize> = events.iter().filter_map(place).collect();
        assert_eq!(places, (0..24).collect(), "every event has a sample");
        let stored: BTreeSet<_> = events.iter().map(labels).collect();
        assert_eq!(stored, stored_events().collect(), "what is stored, and what the wire has words for");
        for event in &events {
            let biz_type = event.kind().and_then(|kind| biz_type_of(kind.name()));
            assert_eq!(wire_labels(event).map(|labels| labels.0), biz_type, "{event:?}");
        }
    }

    #[test]
    fn kinds_are_meant_by_their_names_and_by_the_words_of_the_wire() {
        for sample in Sample::ALL {
            let (kind, status) = sample.labels();
            assert_eq!(Sample::meant_by(sample.name).map(|meant| meant.name), Some(sample.name));
            let meant = Sample::meant_by(&format!("{kind}.{status}").to_lowercase()).expect("it is meant");
            assert_eq!(meant.labels(), (kind, status));
        }
        for text in ["", "PAY", "PAY.", "PAY_REFUND.PAY_SUCCESS", "PAYOUT.PAYOUT.SUCCESS", "TECH_PROVIDER"] {
            assert!(Sample::meant_by(text).is_none(), "{text}");
        }
    }
}
