//! What an operator finds of calls of the admin API that were refused before their act: a line of the log and a count, never what
//! the caller sent.

use std::fmt;
use std::sync::{Arc, Mutex};

use countersign_domain::admin_key::Capability;
use countersign_testkit::{SystemRights, TestApp, on_both_engines};
use http::Method;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Level, Metadata, Subscriber};

const PATH: &str = "/admin/v1/trial-balance";

/// Keeps the warnings of this thread, each as `name=value` in the order of its fields.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        use fmt::Write as _;
        write!(self.0, "{field}={value:?} ").expect("writing to a string does not fail");
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().expect("not poisoned").push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Lines {
    fn of_this_thread() -> (Self, DefaultGuard) {
        let lines = Self::default();
        let guard = set_default(lines.clone());
        (lines, guard)
    }

    /// What came since the last time.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("not poisoned"))
    }
}

/// How often calls were refused with this code.
fn counted(app: &TestApp, code: &str) -> u64 {
    let mut registry = Registry::with_prefix("countersign");
    app.admin_metrics().register(&mut registry);
    let mut text = String::new();
    encode(&mut text, &registry).expect("metrics print");
    let begins = format!("countersign_admin_calls_refused_total{{code=\"{code}\"}} ");
    let line = text.lines().find_map(|line| line.strip_prefix(begins.as_str()));
    line.map_or(0, |count| count.parse().expect("a count"))
}

on_both_engines! {
    async fn a_refused_call_leaves_a_line_and_a_count(app: TestApp) {
        let (lines, _guard) = Lines::of_this_thread();
        let system = app.system(SystemRights::of(&[Capability::LedgerRead]).from_address("203.0.113.0/24")).await;
        let blind = app.system(SystemRights::of(&[Capability::LedgerPost])).await;
        let call = || system.call(Method::POST, PATH, "{}").from_address("203.0.113.9");
        call().send().await.data();
        assert_eq!(lines.take(), Vec::<String>::new(), "what is answered leaves no warning");
        let (known, nobody) = (format!("key={} ", system.key_id), "");
        let stranger = "csad000000000000000000000000000000000000000000000000000000000000";
        let rows = [
            (call().signed_with("another secret"), "signature_mismatch", known.as_str()),
            (call().timestamp_offset_ms(-1_001), "timestamp_outside_window", &known),
            (call().from_address("198.51.100.7"), "address_not_listed", &known),
            (call().key(stranger), "unknown_admin_key", nobody),
            (call().nonce("short"), "invalid_header", nobody),
            (call().sent_to("/admin/v1/nothing"), "unknown_path", nobody),
            (blind.call(Method::POST, PATH, "{}"), "capability_missing", &format!("key={} ", blind.key_id)),
        ];
        for (call, code, key) in rows {
            call.send().await.refused(code);
            let line = lines.take();
            let [line] = line.as_slice() else { panic!("{code}: one line, not {line:?}") };
            assert!(line.contains("a call of the admin API was refused") && line.contains(&format!("code=\"{code}\" ")), "{line}");
            assert!(line.contains(key) && line.contains("address=") && line.contains("unlogged=0"), "{line}");
            assert_eq!(line.contains("key="), !key.is_empty(), "{line}");
            assert!(!line.contains(stranger) && !line.contains("csad"), "what was sent is not in the log: {line}");
            assert_eq!(counted(&app, code), 1, "{code}");
        }
        system.revoke().await;
        call().send().await.refused("key_revoked");
        assert_eq!((lines.take().len(), counted(&app, "key_revoked")), (1, 1));
    }

    async fn a_flood_of_refused_calls_is_no_flood_of_lines(app: TestApp) {
        let (lines, _guard) = Lines::of_this_thread();
        let system = app.system(SystemRights::all()).await;
        for number in 0..70 {
            system.call(Method::POST, PATH, "{}").nonce(&format!("nonce-{number:020}")).signed_with("guess").send().await.refused("signature_mismatch");
        }
        assert_eq!((lines.take().len(), counted(&app, "signature_mismatch")), (60, 70));
        app.advance_ms(60_000);
        system.call(Method::POST, PATH, "{}").signed_with("guess").send().await.refused("signature_mismatch");
        let line = lines.take();
        assert!(line.len() == 1 && line[0].contains("unlogged=10"), "{line:?}");
    }
}
