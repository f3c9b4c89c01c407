//! What people are told by mail.

use std::sync::Arc;

use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::id::MerchantId;
use countersign_domain::{Scope, time::HOUR_MS};
use countersign_jobs::{Channel, Mail, NoMailer};
use countersign_store::queries::outbox::{MessageState, ParkReason};
use countersign_testkit::{BASE_URL, Engine, TestApp, run};
use scraper::{Html, Selector};

use crate::mail_samples::{self, Sample, TOKEN};
use crate::support::{Setup, dispatcher, run_due};

/// The most bytes of an HTML part: Gmail cuts what is longer than this and a little.
const HTML_BYTES_MAX: usize = 100_000;

async fn samples(app: &TestApp, provider: &str, merchant: &str) -> Vec<Sample> {
    let (provider, merchant) = (app.provider(provider).await, app.merchant(merchant).await);
    let samples = mail_samples::all(app, &provider, &merchant).await;
    for Sample { name, mail } in &samples {
        let to = if name.ends_with("_to_provider") { &provider.email } else { &merchant.email };
        assert!(name == "test" || mail.to == *to, "{name} goes to {}", mail.to);
    }
    samples
}

/// The ids in a text, named, so that snapshots do not change with them.
fn without_ids(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for char in text.chars().chain(std::iter::once('\n')) {
        if char.is_ascii_digit() {
            digits.push(char);
            continue;
        }
        out.push_str(if digits.len() > 15 { "[id]" } else { &digits });
        digits.clear();
        out.push(char);
    }
    out
}

fn texts(html: &str, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector of a test");
    let page = Html::parse_document(html);
    let text = |element: scraper::ElementRef<'_>| element.text().collect::<String>();
    page.select(&selector).map(|element| text(element).split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn hrefs(html: &str) -> Vec<String> {
    let selector = Selector::parse("a").expect("a selector of a test");
    let page = Html::parse_document(html);
    page.select(&selector).map(|link| link.attr("href").unwrap_or_default().to_owned()).collect()
}

#[test]
fn everybody_is_told_in_words_of_their_own() {
    run(Engine::Sqlite, |app| async move {
        let samples = samples(&app, "Acme Payments", "Corner Shop").await;
        let print =
            |sample: &Sample| format!("### {}\nSubject: {}\n\n{}", sample.name, sample.mail.subject, sample.mail.text);
        let all = samples.iter().map(print).collect::<Vec<_>>().join("\n\n");
        insta::assert_snapshot!("mails", without_ids(&all));
    });
}

#[test]
fn html_says_what_the_text_says_and_loads_nothing() {
    run(Engine::Sqlite, |app| async move {
        for Sample { name, mail } in samples(&app, "Acme Payments", "Corner Shop").await {
            let html = &mail.html;
            assert!(html.starts_with("<!doctype html>") && html.len() < HTML_BYTES_MAX, "{name}: {} bytes", html.len());
            for loading in ["<img", "<script", "<link", "<form", "src=", "url(", "@import", "http-equiv"] {
                assert!(!html.contains(loading), "{name} has {loading}");
            }
            assert_eq!((texts(html, "h1").len(), texts(html, "html[lang=en] title").len()), (1, 1), "{name}");
            assert_eq!(texts(html, "table:not([role=presentation]):not(:has(th[scope=row]))"), [""; 0], "{name}");
            // A paragraph of the text is one of the HTML; a link stands below its words in both.
            let said = texts(html, "body").join(" ");
            for line in mail.text.lines().filter(|line| *line != "Hello,") {
                let words = line.trim_start_matches("  - ");
                let (fact, value) = words.split_once(": ").unwrap_or((words, ""));
                assert!(said.contains(words) || (said.contains(fact) && said.contains(value)), "{name}: {line}");
            }
            for href in hrefs(html) {
                assert!(href.starts_with(BASE_URL) && mail.text.lines().any(|line| line == href), "{name}: {href}");
            }
        }
    });
}

#[test]
fn names_of_others_are_text_and_do_not_fill_a_subject() {
    run(Engine::Sqlite, |app| async move {
        let hostile = "<a href=\"https://evil.example\">Ann & Søn</a>";
        let long = "L".repeat(countersign_domain::merchant::MERCHANT_NAME_LENGTH_MAX);
        for Sample { name, mail } in samples(&app, hostile, &long).await {
            assert!(!mail.html.contains("href=\"https://evil"), "{name}");
            assert!(hrefs(&mail.html).iter().all(|href| href.starts_with(BASE_URL)), "{name}");
            assert!(mail.subject.chars().count() <= 150 && !mail.subject.contains(&long), "{name}: {}", mail.subject);
            assert!(!mail.text.contains(hostile) || mail.html.contains("&#60;a href=") || mail.html.contains("&lt;a"));
        }
    });
}

#[test]
fn a_link_that_grants_is_sealed_at_rest_and_dies_in_the_queue() {
    run(Engine::Sqlite, |app| async move {
        let merchant = app.merchant("Corner Shop").await;
        mail_samples::ask_for_link(&app, merchant.owner, TOKEN).await;
        let log = MerchantId::new(PLATFORM_OWNER);
        let [queued] = app.messages(Channel::Mail, log).await.try_into().ok().expect("one mail");
        assert!(queued.body_sealed && !queued.event.contains(TOKEN), "{}", queued.event);

        app.advance_ms(HOUR_MS);
        assert_eq!(run_due(&dispatcher(&app)).await.parked, 1);
        let [late] = app.messages(Channel::Mail, log).await.try_into().ok().expect("the same mail");
        assert_eq!(late.last_error.as_deref(), Some("the link in it is dead by now"));
        let kept = late.body.expect("it was rendered");
        assert!(Mail::from_body(&kept).is_err() && !kept.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes()));
    });
}

#[test]
fn without_a_transport_mails_are_parked_with_the_reason() {
    run(Engine::Sqlite, |app| async move {
        let dispatcher = Setup { mailer: Arc::new(NoMailer), ..Setup::default() }.dispatcher(&app);
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        assert_eq!(run_due(&dispatcher).await.parked, 2);
        for message in app.messages(Channel::Mail, merchant.id).await {
            assert_eq!((message.state, message.attempts), (MessageState::Parked(ParkReason::Hopeless), 1));
            assert_eq!(message.last_error.as_deref(), Some("no mail transport is configured"));
        }
    });
}
