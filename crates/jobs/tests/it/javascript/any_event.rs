//! Random events: what a shop, a payer or a provider may bring about, at its most awkward.

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
use countersign_domain::{Amount, Currency, Scope, ScopeSet, Timestamp};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::strategy::Union;

/// Any event, each kind as likely as another.
pub(super) fn any_event() -> impl Strategy<Value = Event> {
    let kinds = [
        paid().boxed(),
        closed().boxed(),
        refund().prop_map(Event::OrderRefunded).boxed(),
        refund().prop_map(Event::RefundRejected).boxed(),
        payout().boxed(),
        email_payout().boxed(),
        balance_report().boxed(),
        contract().boxed(),
        authorization().boxed(),
        scanned().boxed(),
        shared().boxed(),
    ];
    Union::new(kinds)
}

/// Ids around those of today, around what JavaScript counts exactly, and the largest of all.
fn id() -> impl Strategy<Value = i64> {
    prop_oneof![
        1..=i64::MAX,
        (1_i64 << 53) - 2..=(1 << 53) + 2,
        i64::MAX - 2..=i64::MAX,
        100_000_000_000_000_000..400_000_000_000_000_000_i64,
    ]
}

/// Texts with everything that JSON printers differ about: quotes, slashes, controls, separators that JavaScript once took
/// for line ends, letters of one, two and three bytes, characters beyond the basic plane, and what looks like a `bizId`.
fn text() -> impl Strategy<Value = String> {
    let awkward = select(vec![
        "\"",
        "\\",
        "/",
        "\u{8}",
        "\t",
        "\n",
        "\u{b}",
        "\u{c}",
        "\r",
        "\0",
        "\u{1f}",
        "\u{7f}",
        "\u{80}",
        "\u{2028}",
        "\u{2029}",
        "\u{feff}",
        "\u{fffd}",
        "\u{ffff}",
        "\u{d7ff}",
        "\u{e000}",
        "\u{1F34E}",
        "\u{10ffff}",
        "<",
        ">",
        "&",
        "'",
        "é",
        "茶",
        "\\u0041",
        "\"bizId\":1",
        "$1",
        "$&",
    ]);
    proptest::collection::vec(
        prop_oneof![awkward.prop_map(str::to_owned), "\\PC{0,3}", any::<char>().prop_map(String::from)],
        0..12,
    )
    .prop_map(|pieces| pieces.concat())
}

fn instant() -> impl Strategy<Value = Timestamp> {
    (0..4_102_444_800_000_i64).prop_map(Timestamp::from_ms)
}

fn currency() -> impl Strategy<Value = Currency> {
    select(Currency::all().collect::<Vec<_>>())
}

fn amount() -> impl Strategy<Value = Amount> {
    let minor = prop_oneof![Just(0), Just(1), Just(i64::MAX), 0..=1_000_i64, 0..=i64::MAX];
    (minor, currency()).prop_map(|(minor, currency)| Amount::from_minor(minor, currency))
}

fn rate() -> impl Strategy<Value = Rate> {
    prop_oneof!["[1-9][0-9]{0,8}", "[1-9][0-9]{0,5}\\.[0-9]{1,8}", "0\\.0{0,10}[1-9]"]
        .prop_map(|text| text.parse().expect("a plain decimal above zero"))
}

fn paid() -> impl Strategy<Value = Event> {
    let texts = (text(), text(), text(), proptest::option::of(text()), proptest::option::of(text()));
    let ids = (id(), id(), id());
    (ids, texts, (amount(), amount(), amount(), rate()), instant()).prop_map(
        |(ids, texts, (amount, paid, commission, price), at)| {
            Event::OrderPaid(OrderPaidEvent {
                order_id: OrderId::new(ids.0),
                merchant_trade_no: texts.0,
                product_type: "02".to_owned(),
                product_name: texts.1,
                terminal: Terminal::Web,
                paid_at: at,
                amount,
                transfer_id: TransferId::new(ids.1),
                open_user_id: texts.2,
                payer_id: PayerId::new(ids.2),
                paid,
                price,
                commission,
                pass_through_info: texts.3,
                payer_detail: texts.4,
            })
        },
    )
}

fn closed() -> impl Strategy<Value = Event> {
    (id(), text(), text(), text(), amount(), proptest::option::of(text()), instant()).prop_map(
        |(order, trade_no, product_type, product_name, amount, pass_through_info, closed_at)| {
            Event::OrderClosed(OrderClosedEvent {
                order_id: OrderId::new(order),
                merchant_trade_no: trade_no,
                product_type,
                product_name,
                terminal: Terminal::MiniProgram,
                closed_at,
                amount,
                pass_through_info,
            })
        },
    )
}

fn refund() -> impl Strategy<Value = RefundEvent> {
    let amounts = (amount(), amount(), amount(), amount());
    ((id(), id()), (text(), text(), text(), text()), amounts, instant(), any::<u32>()).prop_map(
        |(ids, texts, (order_amount, commission, amount, refunded), ended_at, attempts_left)| RefundEvent {
            order_id: OrderId::new(ids.0),
            merchant_trade_no: texts.0,
            product_type: "01".to_owned(),
            product_name: texts.1,
            terminal: Terminal::App,
            order_amount,
            commission,
            open_user_id: texts.2,
            refund_id: RefundId::new(ids.1),
            request_id: texts.3,
            payer_open_id: "f".repeat(32),
            ended_at,
            amount,
            refunded,
            attempts_left,
        },
    )
}

fn payout() -> impl Strategy<Value = Event> {
    let progress = select(vec![
        PayoutProgress::Accepted,
        PayoutProgress::Processing,
        PayoutProgress::Succeeded,
        PayoutProgress::PartlySucceeded,
        PayoutProgress::Failed,
        PayoutProgress::Canceled,
    ]);
    (id(), id(), text(), progress, amount(), any::<u32>()).prop_map(
        |(payout, merchant, request_id, progress, total, count)| {
            Event::Payout(PayoutEvent {
                payout_id: PayoutId::new(payout),
                merchant_id: MerchantId::new(merchant),
                request_id,
                progress,
                total,
                count,
            })
        },
    )
}

fn email_payout() -> impl Strategy<Value = Event> {
    let outcome = select(vec![
        EmailPayoutOutcome::AwaitingReceipt,
        EmailPayoutOutcome::Received,
        EmailPayoutOutcome::Failed,
        EmailPayoutOutcome::Refunded,
    ]);
    (id(), id(), text(), outcome, amount(), text()).prop_map(|(item, payout, send_id, outcome, amount, email)| {
        Event::EmailPayout(EmailPayoutEvent {
            item_id: PayoutItemId::new(item),
            payout_id: PayoutId::new(payout),
            send_id,
            outcome,
            amount,
            email,
        })
    })
}

fn balance_report() -> impl Strategy<Value = Event> {
    (id(), id(), text(), instant(), instant()).prop_map(|(report, merchant, link, link_ends_at, created_at)| {
        Event::BalanceReportReady(BalanceReportReadyEvent {
            report_id: BalanceReportId::new(report),
            merchant_id: MerchantId::new(merchant),
            link,
            link_ends_at,
            created_at,
        })
    })
}

fn contract() -> impl Strategy<Value = Event> {
    let ended_by = select(vec![ContractEndedBy::Payer, ContractEndedBy::Operator]);
    let change = prop_oneof![
        Just(ContractChange::Signed),
        Just(ContractChange::Expired),
        (ended_by, instant()).prop_map(|(by, at)| ContractChange::Terminated { by, at }),
    ];
    (id(), (text(), text(), text()), proptest::option::of(text()), amount(), change).prop_map(
        |(contract, texts, merchant_account, limit, change)| {
            Event::DirectDebitContract(DirectDebitContractEvent {
                contract_id: DirectDebitContractId::new(contract),
                contract_code: texts.0,
                service_name: texts.1,
                open_user_id: texts.2,
                merchant_account,
                limit,
                change,
            })
        },
    )
}

fn authorization() -> impl Strategy<Value = Event> {
    let change = select(vec![
        AuthorizationChange::Agreed,
        AuthorizationChange::Rejected,
        AuthorizationChange::Changed,
        AuthorizationChange::Disabled,
    ]);
    let scopes = proptest::sample::subsequence(Scope::ALL.to_vec(), 0..=Scope::ALL.len());
    (id(), id(), text(), change, scopes, instant()).prop_map(|(record, merchant, merchant_name, change, scopes, at)| {
        Event::Authorization(AuthorizationEvent {
            change,
            authorization_id: AuthorizationId::new(record),
            token_of: AuthorizationId::new(record),
            provider_id: MerchantId::new(1),
            provider_name: String::new(),
            merchant_id: MerchantId::new(merchant),
            merchant_name,
            scopes: scopes.into_iter().collect::<ScopeSet>(),
            at,
        })
    })
}

fn scanned() -> impl Strategy<Value = Event> {
    let amount = prop_oneof![Just(ScannedAmount::Fixed), amount().prop_map(ScannedAmount::Typed)];
    (id(), text(), amount).prop_map(|(scan, content, amount)| {
        Event::QrCodeScanned(QrCodeScannedEvent { scan_id: QrCodeScanId::new(scan), content, amount })
    })
}

fn shared() -> impl Strategy<Value = Event> {
    (id(), text(), id(), proptest::option::of(text())).prop_map(|(share, request_id, payer, nickname)| {
        Event::AccountShared(AccountSharedEvent {
            share_id: AccountShareId::new(share),
            request_id,
            payer_id: PayerId::new(payer),
            nickname,
        })
    })
}
