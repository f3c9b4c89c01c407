//! Consent under contention, on both engines: whoever wins, there is one living grant at the most, a change request never
//! outlives its grant, and a decision is taken once.

use countersign_domain::Scope;
use countersign_domain::authorization::StateName;
use countersign_domain::id::AuthorizationId;
use countersign_domain::time::HOUR_MS;
use countersign_service::authorizations::DecideError;
use countersign_store::StoreError;
use countersign_store::queries::authorizations;
use countersign_testkit::{Merchant, Provider, Terms, TestApp, on_both_engines};
use tokio::task::JoinSet;

/// Rounds of each race.
const ROUNDS: usize = 15;
/// How many try the same thing at once.
const RACERS: usize = 8;

/// Every record of the pair: id, the grant that it would change, where it stands.
async fn records(
    app: &TestApp,
    provider: &Provider,
    merchant: &Merchant,
) -> Vec<(AuthorizationId, Option<AuthorizationId>, StateName)> {
    let (provider, merchant) = (provider.id, merchant.id);
    let page = app
        .platform()
        .read("records", move |tx, _| authorizations::numbered_page(tx, provider, Some(merchant), 0, 1_000));
    let page: Result<Vec<_>, StoreError> = page.await;
    page.expect("the records can be read")
        .into_iter()
        .map(|record| (record.id, record.changes, record.state.name()))
        .collect()
}

/// What must hold between a pair whatever happened.
async fn assert_sound(app: &TestApp, provider: &Provider, merchant: &Merchant) {
    let records = records(app, provider, merchant).await;
    let living = |state: StateName| matches!(state, StateName::Authorized | StateName::Frozen);
    assert!(records.iter().filter(|(.., state)| living(*state)).count() <= 1, "{records:?}");
    assert!(records.iter().filter(|(.., state)| *state == StateName::Pending).count() <= 1, "{records:?}");
    for (id, changes, state) in &records {
        let Some(changed) = changes else { continue };
        let grant = records.iter().find(|(grant, ..)| grant == changed).expect("a change names a record of the pair");
        assert!(*state != StateName::Pending || living(grant.2), "{id} waits to change a grant that is {:?}", grant.2);
    }
}

/// The outcomes of everybody who tried, of whom the losers must have been told why.
fn winners(outcomes: &[Result<(), DecideError>]) -> usize {
    for outcome in outcomes {
        assert!(matches!(outcome, Ok(()) | Err(DecideError::NotPossible(_))), "{outcome:?}");
    }
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

on_both_engines! {
    async fn a_request_is_decided_once(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        for _ in 0..ROUNDS {
            let asked = provider.request(&merchant, &Terms::of(&[Scope::Checkout])).await;
            let mut racers = JoinSet::new();
            for racer in 0..RACERS {
                let (merchant, id) = (merchant.clone(), asked.id);
                racers.spawn(async move {
                    if racer % 2 == 0 { merchant.approve(id, &Terms::of(&[Scope::Checkout])).await } else { merchant.reject(id).await }
                });
            }
            assert_eq!(winners(&racers.join_all().await), 1);
            assert_sound(&app, &provider, &merchant).await;
            // A grant would make the next request one to change it.
            let _ = merchant.disable(asked.id).await;
        }
    }

    async fn a_withdrawal_takes_the_request_to_change_along(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        for _ in 0..ROUNDS {
            let grant = app.grant(&provider, &merchant, &[Scope::Checkout]).await;
            let mut racers = JoinSet::new();
            for _ in 0..RACERS / 2 {
                let (provider, merchant) = (provider.clone(), merchant.clone());
                racers.spawn(async move {
                    let change = provider.request(&merchant, &Terms::of(&[Scope::Checkout, Scope::Balance])).await;
                    let _ = merchant.approve(change.id, &Terms::of(&[Scope::Balance])).await;
                });
            }
            let withdrawing = merchant.clone();
            racers.spawn(async move {
                withdrawing.disable(grant.id).await.expect("a living grant can be withdrawn");
            });
            racers.join_all().await;
            assert_sound(&app, &provider, &merchant).await;
            for (id, _, state) in records(&app, &provider, &merchant).await {
                if matches!(state, StateName::Authorized | StateName::Frozen) {
                    merchant.disable(id).await.expect("what lives can be withdrawn");
                }
            }
        }
    }

    async fn a_grant_that_ends_by_its_date_takes_the_request_to_change_along(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let asked = provider.request(&merchant, &Terms::of(&[Scope::Checkout, Scope::Balance])).await;
        let terms = Terms { ends_at: Some(app.now().plus_ms(HOUR_MS)), ..Terms::of(&[Scope::Checkout]) };
        merchant.approve(asked.id, &terms).await.expect("the request is open");
        let change = provider.request(&merchant, &Terms::of(&[Scope::Refund])).await;
        app.advance_ms(HOUR_MS);
        assert_eq!(app.expire_due().await, 1, "the grant ends, and its change request with it");
        assert_sound(&app, &provider, &merchant).await;
        let refused = merchant.approve(change.id, &Terms::of(&[Scope::Refund])).await;
        assert!(matches!(refused, Err(DecideError::NotPossible(_))), "{refused:?}");
        let ended = app.platform().read("grant", move |tx, _| authorizations::get(tx, asked.id));
        let ended: Result<_, StoreError> = ended.await;
        let granted = ended.expect("readable").expect("there").state.grant().expect("what was granted is kept").scopes;
        assert_eq!(granted, [Scope::Checkout].into_iter().collect(), "not what was asked for");
    }

    async fn requests_of_many_at_once_leave_one_open(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        for _ in 0..ROUNDS {
            let mut racers = JoinSet::new();
            for _ in 0..RACERS {
                let (provider, merchant) = (provider.clone(), merchant.clone());
                racers.spawn(async move { provider.request(&merchant, &Terms::of(&[Scope::Checkout])).await });
            }
            let ids: std::collections::BTreeSet<_> = racers.join_all().await.into_iter().map(|asked| asked.id).collect();
            assert_eq!(ids.len(), RACERS, "everybody was answered with a request of their own");
            assert_sound(&app, &provider, &merchant).await;
        }
    }
}
