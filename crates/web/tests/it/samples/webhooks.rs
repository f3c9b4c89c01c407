//! Webhook endpoints, the log of deliveries, one delivery, sending again.

use countersign_web::pages::{
    AttemptEntry, DeliveryDetailPage, DeliveryFilter, DeliveryLine, DeliveryListPage, EndpointCard, KeptText,
    RecoverPage, RecoverPreview, RecoveredPage, RecoveryFields, ResendPanel, WebhookFormPage, WebhookListPage,
    WebhookRemovePage,
};
use countersign_web::view::{Pager, Place, Problem, StatusPill, TextField, Tick, Tone};

use super::{DAY, HOUR, MINUTE, Sample, at, choice, merchant, sample};

const HOOK: &str = "https://harbour.example/binance-pay/webhook";
const LONG: &str = "https://a-very-long-name-of-a-host-that-nobody-would-choose.harbour-books.example/and/a/path/that/goes/on/for/\
                    ever/and/ever/to/see/whether/pages/hold/it?with=a&query=that-is-quite-long-as-well-0123456789abcdef";

fn card(name: &str, url: &str, (status, tone): (&str, Tone), note: &str) -> EndpointCard {
    EndpointCard {
        endpoint_id: format!("{}", 70 + name.len()),
        name: name.to_owned(),
        url: url.to_owned(),
        told: "Everything".to_owned(),
        tells_closed: Some(true),
        is_enabled: status != "Disabled",
        is_held: false,
        status: StatusPill::new(status, tone),
        note: note.to_owned(),
        is_trouble: matches!(tone, Tone::Warn | Tone::Bad),
        missed: String::new(),
        last: Some((StatusPill::delivery("delivered"), at(-3 * MINUTE))),
        created: at(-40 * DAY),
    }
}

fn endpoints() -> Vec<Sample> {
    let page = |endpoints, limit_reached| WebhookListPage {
        chrome: merchant(Some(Place::Webhooks)),
        endpoints,
        limit_reached,
        certificate_sn: "98195BB2F0A1B4C7D9E3F5A60718293A".to_owned(),
    };
    let failed = EndpointCard {
        missed: "37 messages since 16 Nov 2026, 08:12 UTC".to_owned(),
        told: "Orders, Refunds".to_owned(),
        tells_closed: Some(false),
        ..card(
            "Accounting",
            LONG,
            ("Disabled", Tone::Bad),
            "It was disabled on 21 Nov 2026, 08:12 UTC, because every try since 16 Nov 2026, 08:12 UTC had failed. Mend your \
             receiver, then enable it: you can send what it missed then.",
        )
    };
    let own = card(
        "harbour.example",
        "https://harbour.example/quiet",
        ("Disabled", Tone::Neutral),
        "You disabled it on 20 Nov 2026, 20:14 UTC. It gets nothing. What happens in the first 30 days is written down, and can be \
         sent once you enable it; what comes later is not.",
    );
    let held = EndpointCard {
        is_held: true,
        ..card(
            "Retired shop",
            "https://old.harbour.example/hook",
            ("Disabled", Tone::Bad),
            "The operator of this service disabled it; it has got nothing since 20 Nov 2026, 20:14 UTC. Only the operator can enable \
             it: ask there. You can send what it missed then.",
        )
    };
    let failing = card(
        "Till",
        "https://till.example/hook",
        ("Failing", Tone::Warn),
        "Every try since 21 Nov 2026, 20:00 UTC has failed. If that goes on for days, it will be disabled.",
    );
    let all = vec![card("Web shop", HOOK, ("Enabled", Tone::Good), ""), failing, failed, own, held];
    vec![
        sample("webhooks", &page(all, None)),
        sample("webhooks-full", &page(vec![card("Web shop", HOOK, ("Enabled", Tone::Good), "")], Some(16))),
        sample("webhooks-empty", &page(vec![], None)),
    ]
}

fn form(existing: Option<(&str, &str)>, problems: Vec<Problem>) -> WebhookFormPage {
    let fault =
        |field: &str| problems.iter().find(|problem| problem.field == field).map(|problem| problem.text.clone());
    let tick = |code: &str, label: &str, ticked: bool| Tick {
        value: code.to_owned(),
        label: label.to_owned(),
        hint: "What happened to it, in a sentence.".to_owned(),
        ticked,
    };
    WebhookFormPage {
        chrome: merchant(Some(Place::Webhooks)),
        existing: existing.map(|(id, name)| (id.to_owned(), name.to_owned())),
        url: TextField { value: existing.map(|_| HOOK.to_owned()).unwrap_or_default(), error: fault("url") },
        description: TextField { value: existing.map(|(_, name)| name.to_owned()).unwrap_or_default(), error: None },
        tells_all: existing.is_none(),
        events: vec![tick("PAY", "Orders", existing.is_some()), tick("PAY_REFUND", "Refunds", false)],
        events_error: fault("events"),
        tells_closed: true,
        problems,
    }
}

fn line(state: &str, status: &str, tries: u32, result: &str) -> DeliveryLine {
    DeliveryLine {
        href: format!("/portal/developers/deliveries/{tries}"),
        biz_type: "PAY".to_owned(),
        biz_status: status.to_owned(),
        words: "An order was paid".to_owned(),
        biz_id: "29383937493038367292".to_owned(),
        url: if tries == 3 { LONG.to_owned() } else { HOOK.to_owned() },
        state: StatusPill::delivery(state),
        attempts: tries,
        last_result: result.to_owned(),
        at: at(-i64::from(tries) * 7 * MINUTE),
        next: (state == "retrying").then(|| at(5 * MINUTE)),
    }
}

fn log(lines: Vec<DeliveryLine>, problems: Vec<Problem>, is_filtered: bool, pager: Pager) -> DeliveryListPage {
    let fault = problems.first().map(|problem| problem.text.clone());
    DeliveryListPage {
        chrome: merchant(Some(Place::Deliveries)),
        filter: DeliveryFilter {
            states: vec![choice("", "All", !is_filtered), choice("FAILED", "Failed or missed", is_filtered)],
            kinds: vec![choice("", "All", true), choice("PAY", "Orders", false)],
            endpoints: vec![choice("", "All", true), choice("77", HOOK, false), choice("78", LONG, false)],
            from: TextField::default(),
            to: TextField { value: String::new(), error: fault },
            is_filtered,
        },
        problems,
        lines,
        pager,
        recover_href: "/portal/developers/deliveries/recover?since=&endpoint=".to_owned(),
    }
}

fn entry(number: i64, status: &str, error: &str, answer: Option<&str>) -> AttemptEntry {
    let outcome = if error.is_empty() { ("Accepted", Tone::Good) } else { ("Failed", Tone::Bad) };
    AttemptEntry {
        number,
        at: at(-HOUR * number),
        outcome: StatusPill::new(outcome.0, outcome.1),
        status: status.to_owned(),
        error: error.to_owned(),
        took: "132 ms".to_owned(),
        url: HOOK.to_owned(),
        headers: vec![("BinancePay-Nonce", "n".repeat(32)), ("BinancePay-Timestamp", "1795292040000".to_owned())],
        answer: answer.map(|text| KeptText {
            text: Some(text.to_owned()),
            note: "It went on; no more of it was kept.".to_owned(),
        }),
    }
}

fn detail(attempts: Vec<AttemptEntry>, state: &str, body: Option<KeptText>) -> DeliveryDetailPage {
    let targets = vec![choice("", "Where it was for", true), choice("77", HOOK, false)];
    DeliveryDetailPage {
        chrome: merchant(Some(Place::Deliveries)),
        delivery_id: "29383937493038367".to_owned(),
        biz_status: "PAY_SUCCESS".to_owned(),
        biz_type: "PAY".to_owned(),
        words: "An order was paid".to_owned(),
        biz_id: "29383937493038367292".to_owned(),
        order_href: Some("/portal/orders/29383937493038367292".to_owned()),
        state: StatusPill::delivery(state),
        note: if state == "failed" {
            "It was tried as often as it is by itself, in vain.".to_owned()
        } else {
            String::new()
        },
        caused: at(-3 * HOUR),
        destination: LONG.to_owned(),
        endpoint: Some(("Web shop".to_owned(), "/portal/developers/webhook#endpoint-77".to_owned())),
        no_endpoint: "Removed",
        next: (state == "pending").then(|| at(5 * MINUTE)),
        attempts_count: i64::try_from(attempts.len()).expect("a few"),
        attempts,
        clocks_differ: true,
        body,
        resend: ResendPanel {
            targets,
            error: None,
            button: "Send again",
            hint: "It is tried once more: the same body and IDs, signed anew.".to_owned(),
        },
        problems: vec![],
    }
}

fn recovery() -> Vec<Sample> {
    let fields = RecoveryFields { since: "2026-11-16T08:12".to_owned(), endpoint: "77".to_owned() };
    let preview = |count: &str| RecoverPreview {
        fields: fields.clone(),
        since: at(-5 * DAY),
        of: LONG.to_owned(),
        count: count.to_owned(),
        is_one: count == "1",
        is_empty: count == "0",
        targets: vec![choice("", "Where each was for", true), choice("77", LONG, false)],
        error: None,
    };
    let page = |preview, problems: Vec<Problem>| RecoverPage {
        chrome: merchant(Some(Place::Deliveries)),
        since: TextField {
            value: "2026-11-16T08:12".to_owned(),
            error: problems.first().map(|problem| problem.text.clone()),
        },
        endpoints: vec![choice("", "All", true), choice("77", HOOK, false)],
        endpoint_error: None,
        preview,
        problems,
    };
    let done = |resent, left, next: Option<&str>| RecoveredPage {
        chrome: merchant(Some(Place::Deliveries)),
        resent,
        left,
        fields: fields.clone(),
        to: String::new(),
        next: next.map(str::to_owned),
    };
    let wrong = Problem::of("since", "Write the day and the time, such as 2027-03-31T14:30.");
    vec![
        sample("recover", &page(Some(preview("37")), vec![])),
        sample("recover-none", &page(Some(preview("0")), vec![])),
        sample("recover-wrong", &page(None, vec![wrong])),
        sample("recovered", &done(37, 0, None)),
        sample("recovered-part", &done(2000, 2, Some("29383937493038367"))),
    ]
}

pub(super) fn all() -> Vec<Sample> {
    let remove = WebhookRemovePage {
        chrome: merchant(Some(Place::Webhooks)),
        endpoint_id: "77".to_owned(),
        name: "Web shop".to_owned(),
        url: LONG.to_owned(),
        is_enabled: true,
    };
    let wrong = vec![
        Problem::of("url", "Another endpoint of yours has this URL."),
        Problem::of("events", "Tick what it is to be told of, or choose everything."),
    ];
    let lines = vec![
        line("delivered", "PAY_SUCCESS", 1, "answered 200"),
        line("retrying", "REFUND_SUCCESS", 3, "no answer within 10 s"),
        line("failed", "PAY_CLOSED", 7, "answered 500"),
        line("missed", "SUBMIT_AUTH_AGREE", 0, "the endpoint was disabled"),
    ];
    let ends = Pager {
        newer: Some("/portal/developers/deliveries?after=9".to_owned()),
        older: Some("/portal/developers/deliveries?before=2".to_owned()),
    };
    let body = KeptText {
        text: Some(format!("{{\"bizType\":\"PAY\",\"data\":\"{}\"}}", "x".repeat(400))),
        note: String::new(),
    };
    let hidden = KeptText { text: None, note: "It is not shown.".to_owned() };
    let tries = vec![
        entry(
            3,
            "HTTP 500",
            "answered 500",
            Some("<html><script>alert(1)</script>\n<h1>Internal Server Error</h1></html>"),
        ),
        entry(2, "", "no answer within 10 s", None),
        entry(1, "HTTP 200", "", Some("{\"returnCode\":\"SUCCESS\"}")),
    ];
    let mut samples = endpoints();
    samples.extend([
        sample("webhook-add", &form(None, vec![])),
        sample("webhook-edit", &form(Some(("77", "Web shop")), vec![])),
        sample("webhook-edit-wrong", &form(Some(("77", "Web shop")), wrong)),
        sample("webhook-remove", &remove),
        sample("deliveries", &log(lines, vec![], false, ends.clone())),
        sample("deliveries-none", &log(vec![], vec![], true, Pager::default())),
        sample("deliveries-empty", &log(vec![], vec![], false, Pager::default())),
        sample("deliveries-beyond", &log(vec![], vec![], true, ends)),
        sample(
            "deliveries-wrong",
            &log(vec![], vec![Problem::of("to", "Choose a later day.")], true, Pager::default()),
        ),
        sample("delivery", &detail(tries, "failed", Some(body))),
        sample("delivery-fresh", &detail(vec![], "pending", None)),
        sample("delivery-hidden", &detail(vec![entry(1, "HTTP 200", "", None)], "delivered", Some(hidden))),
    ]);
    samples.extend(recovery());
    samples
}
