//! `payerDetail`: sealed for the owner of the key that created the order, and shown to nobody else (decisions.md row 45).

use countersign_crypto::decrypt_payer_detail;
use countersign_domain::Scope;
use countersign_domain::id::{OrderId, PayerId};
use countersign_domain::payer_identity::KycState;
use countersign_service::orders::payer_detail;
use countersign_store::StoreError;
use countersign_store::queries::orders;
use countersign_testkit::{Merchant, TestApp, on_both_engines};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::samples::{order_of, order_v2, person};

const KNOWN: &str = r#"{"firstName":"Ann","lastName":"O'Neill","dateOfBirth":"1980-01-01","identityType":"PASSPORT","identityNumber":"X1234567"}"#;

/// What a payment of this order by `payer` would carry.
async fn sealed(app: &TestApp, prepay_id: &str, payer: PayerId) -> Option<String> {
    let id: OrderId = prepay_id.parse().expect("a prepay id is a number");
    let sealed = app.platform().read("seal", move |tx, platform| {
        let order = orders::get(tx, id)?.expect("the order exists");
        payer_detail::seal(tx, platform, &order, payer)
    });
    sealed.await.map_err(|error: StoreError| error.to_string()).expect("it can be read")
}

#[track_caller]
fn opened(actor: &Merchant, detail: &str) -> String {
    let secret = actor.credentials.secret.expose_secret().as_bytes();
    decrypt_payer_detail(secret, detail).expect("it is sealed with this secret").expose_secret().to_owned()
}

on_both_engines! {
    async fn it_opens_with_the_secret_of_the_creating_key_alone(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer("Ann").await);
        payer.identify(KycState::Complete, person()).await;
        let second = merchant.with_key(countersign_domain::ScopeSet::ALL, countersign_domain::AddressList::any()).await;
        let (by_first, by_second) = (order_of(&merchant, "first").await, order_of(&second, "second").await);
        let detail = sealed(&app, &by_first, payer.id).await.expect("the payer is identified");
        assert_eq!(opened(&merchant, &detail), KNOWN);
        assert!(decrypt_payer_detail(second.credentials.secret.expose_secret().as_bytes(), &detail).is_err());
        assert_eq!(sealed(&app, &by_first, payer.id).await.as_deref(), Some(detail.as_str()), "the same for the same order");
        let other = sealed(&app, &by_second, payer.id).await.expect("the payer is identified");
        assert_eq!(opened(&second, &other), KNOWN);
        assert_ne!(other[..16], detail[..16], "a vector of its own");
    }

    async fn without_an_identity_or_the_key_there_is_none(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer("Ann").await);
        let order = order_of(&merchant, "t1").await;
        assert_eq!(sealed(&app, &order, payer.id).await, None, "nothing is known");
        payer.identify(KycState::Incomplete, person()).await;
        assert_eq!(sealed(&app, &order, payer.id).await, None, "not complete");
        payer.identify(KycState::Complete, person()).await;
        assert!(sealed(&app, &order, payer.id).await.is_some());
        merchant.revoke_key().await;
        assert_eq!(sealed(&app, &order, payer.id).await, None, "the key is gone");
    }

    async fn the_other_partys_copy_omits_it(app: TestApp) {
        let (provider, merchant, payer) = (app.provider("Acme").await, app.merchant("Shop").await, app.payer_with("100").await);
        payer.identify(KycState::Complete, person()).await;
        let token = app.grant(&provider, &merchant, &[Scope::Checkout]).await.token;
        let detail = |answer: &Value| answer["paymentInfo"].get("payerDetail").and_then(Value::as_str).map(str::to_owned);
        let brought = provider.call("/v2/order", order_v2("brought")).on_behalf(token.as_str()).await.text_of("prepayId");
        let own = order_of(&merchant, "own").await;
        for (order, creator) in [(&brought, &*provider), (&own, &merchant)] {
            payer.pay(order).await;
            let by_provider = provider.query(order).on_behalf(token.as_str()).await.data().clone();
            let by_merchant = merchant.query(order).await.data().clone();
            let (seen, hidden) =
                if creator.id == merchant.id { (by_merchant, by_provider) } else { (by_provider, by_merchant) };
            assert_eq!(opened(creator, &detail(&seen).expect("its owner gets it")), KNOWN);
            assert_eq!((detail(&hidden), &hidden["status"]), (None, &json!("PAID")));
        }
        // The first version never had it.
        let first = merchant.call("/order/query", json!({"prepayId": own})).await;
        assert!(!first.text.contains("payerDetail") && !first.text.contains("paymentInfo"), "{}", first.text);
    }
}
