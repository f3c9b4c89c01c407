//! Who listens, and what the database says of it.

use std::sync::Arc;

use countersign_domain::id::MerchantId;
use countersign_domain::webhook_endpoint::{ENDPOINTS_MAX, EventFilter, EventKind};
use countersign_sandbox::listeners::{DESCRIPTION, LISTENERS_MAX, ListenError, Listener, Listeners, Settled};
use countersign_testkit::{Merchant, on_both_engines};
use tokio_util::sync::CancellationToken;

fn listener(number: usize, merchant: Option<MerchantId>) -> Listener {
    Listener { url: format!("http://127.0.0.1:{number}/"), events: EventFilter::ALL, merchant }
}

/// The URLs of listeners among the endpoints of a merchant.
async fn heard(merchant: &Merchant) -> Vec<String> {
    let endpoints = merchant.endpoints().await;
    let of_listeners = endpoints.into_iter().filter(|endpoint| endpoint.terms.description == DESCRIPTION);
    of_listeners.map(|endpoint| endpoint.terms.url).collect()
}

on_both_engines! {
    async fn endpoints_follow_from_who_listens(app: TestApp) {
        let (shop, other) = (app.merchant("Shop").await, app.merchant("Other").await);
        shop.listen_at("https://shop.example/").await;
        let listeners = Listeners::new(Arc::clone(app.platform()), CancellationToken::new());
        let (first, settled) = listeners.join(listener(1, None)).await.expect("there is place");
        assert_eq!(settled, Settled { endpoints: 2, no_place: 0 });
        let payouts = Listener {
            events: [EventKind::Payout].into_iter().collect(), ..listener(2, Some(other.id))
        };
        let (second, settled) = listeners.join(payouts).await.expect("there is place");
        assert_eq!(settled, Settled { endpoints: 1, no_place: 0 });
        let urls = ["http://127.0.0.1:1/", "http://127.0.0.1:2/"];
        assert_eq!((heard(&shop).await, heard(&other).await), (vec![urls[0].to_owned()], urls.map(String::from).to_vec()));
        assert_eq!(other.endpoints().await[1].terms.events.chosen().collect::<Vec<_>>(), [EventKind::Payout]);

        // What is taken from them comes back, and for whoever is new.
        let taken = shop.endpoints().await[1].id;
        shop.remove_endpoint(taken).await.expect("it is there");
        let late = app.merchant("Late").await;
        listeners.renew().await.expect("they can be written");
        assert_eq!((heard(&shop).await.len(), heard(&late).await.len()), (1, 1));

        listeners.leave(first.id).await.expect("they can be written");
        assert_eq!((heard(&shop).await, heard(&other).await), (vec![], vec![urls[1].to_owned()]));
        drop(second);
        listeners.settle().await.expect("they can be written");
        assert!(heard(&other).await.is_empty());
        assert_eq!(shop.endpoints().await.len(), 1, "its own endpoint is nobody else's");
    }

    async fn what_is_disabled_hears_again_and_what_is_a_merchants_own_is_left_alone(app: TestApp) {
        let shop = app.merchant("Shop").await;
        let own = shop.listen_at("http://127.0.0.1:2/").await;
        let listeners = Listeners::new(Arc::clone(app.platform()), CancellationToken::new());
        let (_first, _) = listeners.join(listener(1, None)).await.expect("there is place");
        for endpoint in shop.endpoints().await {
            shop.disable_endpoint(endpoint.id).await.expect("it is enabled");
        }
        // The second would listen under the URL of an endpoint that is the merchant's.
        let (_second, settled) = listeners.join(listener(2, None)).await.expect("there is place");
        assert_eq!(settled, Settled { endpoints: 1, no_place: 0 });
        let standing: Vec<_> = shop.endpoints().await.into_iter().map(|endpoint| (endpoint.id == own, endpoint.state.is_enabled())).collect();
        assert_eq!(standing, [(true, false), (false, true)]);
    }

    async fn what_another_process_left_goes_at_the_start_and_all_goes_at_the_end(app: TestApp) {
        let shop = app.merchant("Shop").await;
        let killed = Listeners::new(Arc::clone(app.platform()), CancellationToken::new());
        let (_left, _) = killed.join(listener(1, None)).await.expect("there is place");
        let stop = CancellationToken::new();
        let listeners = Listeners::new(Arc::clone(app.platform()), stop.clone());
        listeners.settle().await.expect("they can be written");
        assert!(heard(&shop).await.is_empty());

        let (_seat, _) = listeners.join(listener(2, None)).await.expect("there is place");
        assert_eq!(heard(&shop).await.len(), 1);
        stop.cancel();
        listeners.run().await;
        listeners.ending().await;
        assert!(heard(&shop).await.is_empty());
        assert!(matches!(listeners.join(listener(3, None)).await, Err(ListenError::Ending)));
    }

    async fn places_are_counted(app: TestApp) {
        let shop = app.merchant("Shop").await;
        let full = app.merchant("Full").await;
        for number in 0..ENDPOINTS_MAX {
            full.listen_at(&format!("https://full.example/{number}")).await;
        }
        let listeners = Listeners::new(Arc::clone(app.platform()), CancellationToken::new());
        let mut seats = Vec::new();
        for number in 0..LISTENERS_MAX {
            let (seat, settled) = listeners.join(listener(number, None)).await.expect("there is place");
            assert_eq!(settled, Settled { endpoints: 1, no_place: 1 });
            seats.push(seat);
        }
        assert!(matches!(listeners.join(listener(9, None)).await, Err(ListenError::TooMany)));
        seats.pop();
        for nobody in [full.id, MerchantId::new(7)] {
            assert!(matches!(listeners.join(listener(9, Some(nobody))).await, Err(ListenError::Nobody)));
        }
        listeners.join(listener(9, Some(shop.id))).await.map(drop).expect("the places of who was refused are free");
    }
}
