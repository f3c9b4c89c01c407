//! What happens at the moment of connecting: names that lead elsewhere, names that change their mind, redirects.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use countersign_domain::AddressList;
use reqwest::dns::Resolve;
use reqwest::header::HeaderMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::outbound::address::AddressClass;
use crate::outbound::client::{Answer, OutboundClient, OutboundTimeouts, SendError};
use crate::outbound::policy::{OutboundPolicy, UrlRefused};
use crate::outbound::resolver::{LookingUp, MachineNames, Names, NoAllowedAddress, PolicyResolver};

const GOOD: Ipv4Addr = Ipv4Addr::LOCALHOST;
const BAD: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Names that resolve as they were told to, one answer after another.
#[derive(Default)]
struct ScriptedNames {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl ScriptedNames {
    fn of(answers: &[&[&str]]) -> Arc<Self> {
        let addresses = |texts: &&[&str]| texts.iter().map(|text| text.parse().expect("an address")).collect();
        Arc::new(Self { answers: Mutex::new(answers.iter().map(addresses).collect()), asked: AtomicUsize::new(0) })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Names for ScriptedNames {
    fn look_up(&self, name: &str) -> LookingUp {
        assert_eq!(name, "shop.example");
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.lock().expect("no test panics while it holds this").pop_front();
        Box::pin(async move { answer.ok_or_else(|| io::Error::other("no such name")) })
    }
}

/// A client as `serve` has it, with one address of this machine opened.
fn client(names: Arc<ScriptedNames>) -> OutboundClient {
    let allow = AddressList::parse([GOOD.to_string().as_str()]).expect("an address");
    let patient = Duration::from_mins(1);
    let timeouts = OutboundTimeouts { connect: patient, whole: patient };
    OutboundClient::with_names(OutboundPolicy::Serve { allow_http: true, allow }, timeouts, names)
        .expect("the client is made")
}

async fn post(client: &OutboundClient, url: &str) -> Result<Answer, SendError> {
    client.post(url, HeaderMap::new(), Bytes::from_static(b"{}")).await
}

/// Listeners at one port of both addresses, that count who comes.
struct Listeners {
    port: u16,
    good: Arc<AtomicUsize>,
    bad: Arc<AtomicUsize>,
    // Aborted on drop.
    _tasks: JoinSet<()>,
}

impl Listeners {
    async fn start(answer: String) -> Self {
        let (good, bad) = loop {
            let good = TcpListener::bind((GOOD, 0)).await.expect("there is a free port");
            let port = good.local_addr().expect("a listener has an address").port();
            if let Ok(bad) = TcpListener::bind((BAD, port)).await {
                break (good, bad);
            }
        };
        let port = good.local_addr().expect("a listener has an address").port();
        let mut tasks = JoinSet::new();
        let [good, bad] = [good, bad].map(|listener| {
            let (count, answer) = (Arc::new(AtomicUsize::new(0)), answer.clone());
            tasks.spawn(serve(listener, Arc::clone(&count), answer));
            count
        });
        Self { port, good, bad, _tasks: tasks }
    }

    /// How many came to the good address, and how many to the bad one.
    fn came(&self) -> (usize, usize) {
        (self.good.load(Ordering::SeqCst), self.bad.load(Ordering::SeqCst))
    }

    fn url(&self) -> String {
        format!("http://shop.example:{}/hook", self.port)
    }
}

async fn serve(listener: TcpListener, came: Arc<AtomicUsize>, answer: String) {
    while let Ok((mut stream, _)) = listener.accept().await {
        came.fetch_add(1, Ordering::SeqCst);
        let mut begin = [0; 4096];
        drop(stream.read(&mut begin).await);
        drop(stream.write_all(answer.as_bytes()).await);
    }
}

const DONE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(test);
}

fn refused_class(outcome: &Result<Answer, SendError>) -> Option<AddressClass> {
    match outcome {
        Err(SendError::Refused(UrlRefused::Address(_, class) | UrlRefused::NameOf(class))) => Some(*class),
        _ => None,
    }
}

#[test]
fn the_address_that_was_judged_is_the_one_that_is_called() {
    run(async {
        let listeners = Listeners::start(DONE.to_owned()).await;
        let names = ScriptedNames::of(&[&["127.0.0.1"], &["127.0.0.2"]]);
        let client = client(Arc::clone(&names));
        assert_eq!(post(&client, &listeners.url()).await.expect("it is allowed").status, 200);
        assert_eq!((names.asked(), listeners.came()), (1, (1, 0)), "one look-up, and no second one for connecting");
        let rebound = post(&client, &listeners.url()).await;
        assert_eq!(refused_class(&rebound), Some(AddressClass::Loopback), "the next try is judged anew");
        assert_eq!((names.asked(), listeners.came()), (2, (1, 0)));
    });
}

#[test]
fn of_a_good_and_a_bad_address_only_the_good_one_is_called() {
    run(async {
        let listeners = Listeners::start(DONE.to_owned()).await;
        for found in [&["127.0.0.2", "127.0.0.1"], &["127.0.0.1", "127.0.0.2"], &["::ffff:127.0.0.2", "127.0.0.1"]] {
            let client = client(ScriptedNames::of(&[found]));
            assert_eq!(post(&client, &listeners.url()).await.expect("it is allowed").status, 200, "{found:?}");
        }
        assert_eq!(listeners.came(), (3, 0));
    });
}

#[test]
fn a_good_address_that_does_not_answer_is_no_reason_to_try_the_bad_one() {
    run(async {
        let bad = TcpListener::bind((BAD, 0)).await.expect("there is a free port");
        let url = format!("http://shop.example:{}/hook", bad.local_addr().expect("an address").port());
        let outcome = post(&client(ScriptedNames::of(&[&["127.0.0.1", "127.0.0.2"]])), &url).await;
        assert!(matches!(outcome, Err(SendError::Connect)), "{outcome:?}");
        let nobody = tokio::time::timeout(Duration::from_millis(1), bad.accept()).await;
        assert!(nobody.is_err(), "nobody came");
    });
}

#[test]
fn names_that_lead_to_special_addresses_are_refused_when_connecting() {
    use AddressClass::{CarrierNat, LinkLocal, Loopback, Metadata, Private, Tunnel, Unspecified};
    let rows: &[(&[&str], AddressClass)] = &[
        (&["127.0.0.2"], Loopback),
        (&["::1"], Loopback),
        (&["10.0.0.1"], Private),
        (&["::ffff:10.0.0.1"], Private),
        (&["fd12::1"], Private),
        (&["100.64.0.1"], CarrierNat),
        (&["169.254.169.254"], LinkLocal),
        (&["::ffff:169.254.169.254"], LinkLocal),
        (&["fe80::1"], LinkLocal),
        (&["fd00:ec2::254"], Metadata),
        (&["64:ff9b::127.0.0.1"], Tunnel),
        (&["0.0.0.0"], Unspecified),
        (&["10.0.0.1", "169.254.169.254"], LinkLocal),
    ];
    run(async {
        for (found, class) in rows {
            let outcome = post(&client(ScriptedNames::of(&[found])), "http://shop.example/").await;
            assert_eq!(refused_class(&outcome), Some(*class), "{found:?}: {outcome:?}");
        }
    });
}

#[test]
fn a_name_that_does_not_resolve_or_to_nothing_is_a_failed_try() {
    run(async {
        for names in [ScriptedNames::of(&[]), ScriptedNames::of(&[&[]])] {
            let outcome = post(&client(names), "http://shop.example/").await;
            assert!(matches!(outcome, Err(SendError::Connect)), "{outcome:?}");
        }
    });
}

#[test]
fn an_address_in_the_url_is_judged_without_any_look_up() {
    run(async {
        let names = ScriptedNames::of(&[]);
        let listeners = Listeners::start(DONE.to_owned()).await;
        let client = client(Arc::clone(&names));
        let good = format!("http://127.0.0.1:{}/", listeners.port);
        assert_eq!(post(&client, &good).await.expect("it is opened").status, 200);
        let outcome = post(&client, &format!("http://127.0.0.2:{}/", listeners.port)).await;
        assert_eq!(refused_class(&outcome), Some(AddressClass::Loopback));
        assert_eq!((names.asked(), listeners.came()), (0, (1, 0)));
    });
}

#[test]
fn no_redirect_is_followed_wherever_it_leads() {
    run(async {
        for status in [300, 301, 302, 303, 304, 305, 307, 308] {
            for target in
                ["http://127.0.0.2/", "http://169.254.169.254/latest/meta-data/", "/elsewhere", "file:///etc/passwd"]
            {
                let listeners = Listeners::start(format!(
                    "HTTP/1.1 {status} Elsewhere\r\nLocation: {target}\r\nRefresh: 0; url={target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                ))
                .await;
                let names = ScriptedNames::of(&[&["127.0.0.1"]]);
                let answer =
                    post(&client(Arc::clone(&names)), &listeners.url()).await.expect("a redirect is an answer");
                assert_eq!(answer.status, status);
                assert_eq!((names.asked(), listeners.came()), (1, (1, 0)), "{status} to {target}");
            }
        }
    });
}

#[test]
fn the_machines_resolver_is_judged_too() {
    run(async {
        let policy = OutboundPolicy::Serve { allow_http: true, allow: AddressList::any() };
        let resolver = PolicyResolver { policy, names: Arc::new(MachineNames) };
        let found = resolver.resolve("localhost".parse().expect("a name")).await;
        let refused = found.err().expect("localhost leads to this machine alone");
        let NoAllowedAddress(refused) = refused.downcast_ref().expect("it was found, and kept back");
        assert!(matches!(refused, UrlRefused::Address(_, AddressClass::Loopback)), "{refused}");
    });
}
