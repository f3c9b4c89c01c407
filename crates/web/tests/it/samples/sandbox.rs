//! Console and mailbox.

use countersign_web::pages::{ActorCard, ConsolePage, GuideStep, MailBody, MailLine, MailMessagePage, MailboxPage};
use countersign_web::view::{Pager, Place};

use super::{HOUR, Sample, anonymous, at, merchant, sample};

const BASE: &str = "http://127.0.0.1:8420";

fn actor(key: &str, role: &str, purpose: &str, name: &str, api: bool) -> ActorCard {
    let only = |text: &str| if api { text.to_owned() } else { String::new() };
    ActorCard {
        key: key.to_owned(),
        role: role.to_owned(),
        purpose: purpose.to_owned(),
        name: name.to_owned(),
        id_name: if api { "Merchant ID" } else { "Binance ID" }.to_owned(),
        id: if key == "operator" { String::new() } else { "1000100000001".to_owned() },
        api_key: only("csbx4a7dd1b2c0f14f7f9b3fae5f3e3c0d96"),
        api_secret: only("csbx93b1d6c85f0a47c6a9e2b1f1c7d55e08"),
        email: format!("{key}@sandbox.example"),
        password: "correct-horse-battery".to_owned(),
    }
}

fn step(title: &str, text: &str, command: &str, link: Option<(&str, &str)>, done: bool) -> GuideStep {
    GuideStep {
        title: title.to_owned(),
        text: text.to_owned(),
        command: command.to_owned(),
        link: link.map(|(text, href)| (text.to_owned(), href.to_owned())),
        done,
    }
}

fn console(signed: bool) -> ConsolePage {
    let actors = vec![
        actor(
            "provider",
            "Technical service provider",
            "Asks merchants for authority and calls for them.",
            "Acme Checkout",
            true,
        ),
        actor("merchant", "Merchant", "Decides who acts for it, and is paid.", "Harbour Books", true),
        actor("partner", "Channel partner", "Enrols sub-merchants.", "Quayside Partners", true),
        actor("payer", "Payer", "Pays orders from a full wallet.", "Paula Payer", false),
        actor("operator", "Operator", "Runs the network.", "Operator", false),
    ];
    ConsolePage {
        chrome: anonymous(),
        api_base_url: BASE.to_owned(),
        control_url: format!("{BASE}/sandbox/v1"),
        control_token: if signed { "9a61f2".repeat(6) } else { String::new() },
        actors: if signed { actors } else { vec![] },
        steps: vec![
            step(
                "Ask for authority",
                "As the provider, ask the merchant for CHECKOUT. You get a review link.",
                "countersign demo",
                Some(("Add authorization", "/portal/technical-vendor/add")),
                true,
            ),
            step(
                "Countersign it",
                "Open the link as the merchant, read, and approve.",
                "",
                Some(("Vendors with access", "/portal/vendors")),
                false,
            ),
            step(
                "Create an order for the merchant",
                "Put the token into the body of the call. The order settles into the merchant's account.",
                "{\"BinancePay-technicalServiceProviderAuthId\": \"…\",\n \"merchantTradeNo\": \"order1\", …}",
                None,
                false,
            ),
            step("Pay it", "Open the checkout link as the payer.", "", None, false),
            step(
                "Read the mail",
                "Everything that was mailed is in the mailbox.",
                "",
                Some(("Mailbox", "/sandbox/mail")),
                false,
            ),
        ],
        now: at(0),
        mail_count: 3,
    }
}

pub(super) fn all() -> Vec<Sample> {
    let link = "/portal/review-authorization?authId=210462863998500864";
    let line = |subject: &str, to: &str, age: i64| MailLine {
        href: "/sandbox/mail/7".to_owned(),
        to: to.to_owned(),
        subject: subject.to_owned(),
        preview: "Acme Checkout (1000100000001) asks for 4 permissions. Open until 22 Nov 2026.".to_owned(),
        at: at(-age),
    };
    let message = |body| MailMessagePage {
        chrome: merchant(Some(Place::Mail)),
        to: "owner@harbour.example".to_owned(),
        from: "Countersign <no-reply@countersign.example>".to_owned(),
        subject: "Acme Checkout asks for authority".to_owned(),
        body,
        at: at(-2 * HOUR),
        base_url: BASE.to_owned(),
    };
    let text = format!(
        "Hello Harbour Books,\n\nAcme Checkout asks to act for you. Review it here:\n{BASE}{link}\n\nIf you did not expect this, \
         look at {BASE}//evil.example or https://evil.example: these stay text.\n"
    );
    let open =
        |html: bool| MailBody::Open { text: text.clone(), html_href: html.then(|| "/sandbox/mail/7/html".to_owned()) };
    let mails = |lines| MailboxPage { chrome: merchant(Some(Place::Mail)), lines, pager: Pager::default() };
    vec![
        sample("console", &console(true)),
        sample("console-closed", &console(false)),
        sample(
            "mailbox",
            &mails(vec![
                line("Acme Checkout asks for authority", "owner@harbour.example", 2 * HOUR),
                line("You approved Acme Checkout", "owner@harbour.example", HOUR),
                line("Harbour Books approved your request", "ops@acme.example", HOUR),
            ]),
        ),
        sample("mailbox-empty", &mails(vec![])),
        sample("mail", &message(open(true))),
        sample("mail-text-alone", &message(open(false))),
        sample("mail-closed", &message(MailBody::Closed)),
    ]
}
