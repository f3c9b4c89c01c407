//! Shops and payers, and what they do many times at once: the use cases themselves, without HTTP before them.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use countersign_domain::external_posting::{ExternalReference, PostingKind, PostingTerms};
use countersign_domain::id::{ApiKeyId, MerchantId, OrderId, PayerId};
use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::order::{OrderTexts, Terminal};
use countersign_domain::{Amount, Currency, ScopeSet};
use countersign_service::accounts::{self, AccountError};
use countersign_service::audit::Actor;
use countersign_service::authority::{ActFor, Call, Caller};
use countersign_service::operator::{self, NewPosting, PostError};
use countersign_service::orders::{self, ConfirmPrice, CreateError, NewOrder, OrderPrice, PayError};
use countersign_service::{Clock as _, Platform};
use countersign_store::WriteTx;
use tokio::task::JoinSet;

use crate::application::Application;
use crate::clock::{SystemClock, instant};

/// How many act at once.
pub(super) const AT_ONCE: usize = 64;
/// What every order costs, in the smallest unit of its currency: 25.17.
const PRICE_MINOR: i64 = 2_517_000_000;
/// What every payer has to begin with: enough for some million orders.
const WEALTH_MINOR: i64 = 100_000_000_000_000_000;
/// Where notifications would go that are written and never sent.
const RECEIVER: &str = "https://shop.example/hook";

/// The shops' own count of their orders.
static NUMBERS: AtomicU64 = AtomicU64::new(1_000_000_000);

/// A shop with its key.
#[derive(Clone, Copy)]
pub(super) struct Shop {
    merchant: MerchantId,
    key: ApiKeyId,
}

/// An application with payers.
pub(super) struct Market {
    pub(super) application: Application,
    payers: Vec<PayerId>,
}

impl Market {
    /// Enrols the payers, one for each who acts at once.
    pub(super) async fn open(application: Application) -> Result<Self> {
        let mut payers = Vec::with_capacity(AT_ONCE);
        for _ in 0..AT_ONCE {
            payers.push(payer(application.platform()).await?);
        }
        Ok(Self { application, payers })
    }

    /// Enrols `count` shops.
    pub(super) async fn shops(&self, count: usize) -> Result<Vec<Shop>> {
        let (shops, _) = at_once((0..count).collect(), |_, _| {
            let application = self.application.clone();
            async move {
                let (merchant, key) = application.shop().await?;
                Ok(Shop { merchant, key })
            }
        })
        .await?;
        Ok(shops)
    }

    /// Creates an order for each of `shops`; and how long that took.
    pub(super) async fn create(&self, shops: Vec<Shop>) -> Result<(Vec<OrderId>, Duration)> {
        let receiver: Arc<str> = RECEIVER.into();
        self.create_told(shops.into_iter().map(|shop| (shop, Arc::clone(&receiver))).collect()).await
    }

    /// The same, each order with the URL that its payment is told to.
    pub(super) async fn create_told(&self, shops: Vec<(Shop, Arc<str>)>) -> Result<(Vec<OrderId>, Duration)> {
        at_once(shops, |_, (shop, receiver)| {
            let platform = Arc::clone(self.application.platform());
            async move {
                let (call, new) = (call(shop), order(&platform, &receiver));
                let create = move |tx: &mut dyn WriteTx, platform: &Platform| orders::create(tx, platform, &call, &new);
                Ok(platform.write::<_, CreateError, _>("order_create", create).await?.id)
            }
        })
        .await
    }

    /// Pays the orders, each worker from a wallet of its own; and how long that took.
    pub(super) async fn pay(&self, orders: Vec<OrderId>) -> Result<Duration> {
        let (_, took) = at_once(orders, |worker, order| self.payment(worker, order)).await?;
        Ok(took)
    }

    /// A payment of `order` from the wallet of one of the payers.
    pub(super) fn payment(&self, payer: usize, order_id: OrderId) -> impl Future<Output = Result<()>> + Send + use<> {
        let platform = Arc::clone(self.application.platform());
        let what = ConfirmPrice { order_id, payer_id: self.payers[payer % self.payers.len()], currency: None };
        async move {
            let now = platform.business_now();
            let pay =
                move |tx: &mut dyn WriteTx, platform: &Platform| orders::confirm_and_pay(tx, platform, &what, now);
            platform.write::<_, PayError, _>("order_pay", pay).await?;
            Ok(())
        }
    }
}

/// A payer with money.
async fn payer(platform: &Arc<Platform>) -> Result<PayerId> {
    let now = SystemClock.now();
    let enrol = platform.write("payer_create", move |tx, platform| {
        accounts::create_payer(tx, platform, "Payer", (Actor::Operator, now))
    });
    let payer: PayerId = enrol.await.map_err(|error: AccountError| error)?;
    let currency = Currency::from_code("USDT").expect("a known currency");
    let terms = PostingTerms {
        kind: PostingKind::Deposit,
        owner: Owner::Payer(payer),
        wallet: Wallet::Funding,
        amount: Amount::from_minor(WEALTH_MINOR, currency),
        note: None,
    };
    let reference = ExternalReference::new(format!("wealth-{payer}")).context("a word and digits are a reference")?;
    let new = NewPosting { reference, terms };
    let post = platform
        .write("deposit_post", move |tx, platform| operator::post(tx, platform, operator::Caller::OPERATOR, &new, now));
    post.await.map_err(|error: PostError| error)??;
    Ok(payer)
}

fn call(shop: Shop) -> Call {
    let caller = Caller {
        key_id: shop.key,
        merchant_id: shop.merchant,
        scopes: ScopeSet::ALL,
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    Call { caller, act_for: ActFor::Own, now: SystemClock.now() }
}

fn order(platform: &Platform, receiver: &str) -> NewOrder {
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let currency = Currency::from_code("USDT").expect("a known currency");
    NewOrder {
        merchant_trade_no: format!("{number:024}"),
        price: OrderPrice::Exact(Amount::from_minor(PRICE_MINOR, currency)),
        pay_currencies: None,
        terminal: Terminal::Web,
        texts: OrderTexts {
            product_type: "02".to_owned(),
            product_name: "Tea".to_owned(),
            details: "{}".to_owned(),
            webhook_url: Some(receiver.to_owned()),
            ..OrderTexts::default()
        },
        expires_at: None,
        sub_merchant_id: None,
        sub_merchant_required: false,
        with_contract: false,
        checkout_token: platform.draw_ordered_token(SystemClock.now()),
    }
}

/// Has [`AT_ONCE`] workers do `act` for all of `items`, each its own part of them one after another; and how long that took.
pub(super) async fn at_once<T, R, Acting>(items: Vec<T>, act: impl Fn(usize, T) -> Acting) -> Result<(Vec<R>, Duration)>
where
    T: Clone + Send + 'static,
    R: Send + 'static,
    Acting: Future<Output = Result<R>> + Send + 'static,
{
    let part = items.len().div_ceil(AT_ONCE).max(1);
    let mut workers = JoinSet::new();
    let started = instant();
    for (worker, items) in items.chunks(part).enumerate() {
        let acts: Vec<Acting> = items.iter().map(|item| act(worker, item.clone())).collect();
        workers.spawn(async move {
            let mut results = Vec::with_capacity(acts.len());
            for act in acts {
                results.push(act.await?);
            }
            anyhow::Ok(results)
        });
    }
    let mut all = Vec::with_capacity(items.len());
    while let Some(results) = workers.join_next().await {
        all.extend(results??);
    }
    Ok((all, started.elapsed()))
}
