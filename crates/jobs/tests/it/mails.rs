//! What people are told by mail.

use std::sync::Arc;

use countersign_domain::Scope;
use countersign_domain::id::MerchantId;
use countersign_jobs::{Channel, Mail, NoMailer};
use countersign_store::queries::outbox::{MessageState, ParkReason};
use countersign_testkit::{Engine, Terms, TestApp, run};

use crate::support::{Setup, dispatcher, run_due};

async fn mails(app: &TestApp, merchant: MerchantId) -> Vec<Mail> {
    let messages = app.messages(Channel::Mail, merchant).await;
    messages
        .iter()
        .map(|message| {
            assert_eq!(message.state, MessageState::Delivered);
            Mail::from_body(message.body.as_deref().expect("it was rendered")).expect("a mail")
        })
        .collect()
}

#[test]
fn both_sides_are_told_in_their_own_words() {
    run(Engine::Sqlite, |app| async move {
        let dispatcher = dispatcher(&app);
        let (provider, merchant) = (app.provider("Acme Payments").await, app.merchant("Corner Shop").await);
        let refused = provider.request(&merchant, &Terms::of(&[Scope::Payout])).await;
        merchant.reject(refused.id).await.expect("the merchant may");
        let grant = app.grant(&provider, &merchant, &[Scope::Checkout, Scope::Refund]).await;
        app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        merchant.disable(grant.id).await.expect("the merchant may");
        run_due(&dispatcher).await;

        let (to_provider, to_merchant) = (mails(&app, provider.id).await, mails(&app, merchant.id).await);
        assert!(to_provider.iter().all(|mail| mail.to == provider.email));
        assert!(to_merchant.iter().all(|mail| mail.to == merchant.email));
        let print = |mails: &[Mail]| {
            let mails = mails.iter().map(|mail| format!("Subject: {}\n\n{}", mail.subject, mail.text));
            mails.collect::<Vec<_>>().join("\n\n==========\n\n")
        };
        let all = print(&to_provider) + &print(&to_merchant);
        assert!(!all.contains(&grant.token) && !all.contains(&refused.token), "a mail never shows a token");
        let ids = [(grant.id.to_string(), "[grant]"), (refused.id.to_string(), "[refused]")];
        let named = |text: String| ids.iter().fold(text, |text, (id, name)| text.replace(id, name));
        insta::assert_snapshot!("mails_to_the_provider", named(print(&to_provider)));
        insta::assert_snapshot!("mails_to_the_merchant", named(print(&to_merchant)));
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
