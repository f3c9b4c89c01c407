//! The configured source of prices: what is kept from the start, and who feeds it while the server runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use countersign_domain::Timestamp;
use countersign_domain::rates::RateTable;
use countersign_jobs::{DOCUMENT_BYTES_MAX, OutboundClient, OutboundPolicy, RatesPoller};
use countersign_service::rates::Document;
use countersign_service::{Platform, Rates};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Config, RatesSource};
use crate::failure::Failure;

/// What a platform starts with. The sandbox's own table is the sandbox's to make.
pub(crate) fn at_start(config: &Config, now: Timestamp) -> Result<Rates, Failure> {
    let max_age_ms = i64::from(config.rates_max_age_seconds) * 1_000;
    match config.rates_source {
        RatesSource::None => Ok(Rates::none()),
        RatesSource::Http => Ok(Rates::fed(max_age_ms)),
        RatesSource::Sandbox => {
            Err(Failure::usage("'rates_source' is sandbox, which serve does not have: its prices are made up"))
        }
        RatesSource::File => {
            let rates = Rates::fed(max_age_ms);
            // A file that cannot be read is told of before anybody relies on it.
            rates.put(read(file(config), now).map_err(|error| Failure::usage(format!("'rates_file': {error:#}")))?);
            Ok(rates)
        }
    }
}

fn file(config: &Config) -> &Path {
    config.rates_file.as_deref().expect("the configuration was checked")
}

/// Refuses an endpoint that would be refused at every poll.
pub(crate) fn check_url(config: &Config, policy: &OutboundPolicy) -> Result<(), Failure> {
    match (config.rates_source, &config.rates_url) {
        (RatesSource::Http, Some(url)) => {
            policy.check_url(url).map_err(|refused| Failure::usage(format!("'rates_url': {refused}")))
        }
        _ => Ok(()),
    }
}

/// Keeps the platform's rates fresh until `stop`; `tasks` waits for it.
pub(crate) fn feed(
    (platform, outbound): (&Arc<Platform>, &OutboundClient),
    config: &Config,
    (stop, tasks): (&CancellationToken, &TaskTracker),
) {
    let (platform, every) = (Arc::clone(platform), Duration::from_secs(config.rates_poll_seconds.into()));
    let stopped = stop.clone();
    match config.rates_source {
        RatesSource::None | RatesSource::Sandbox => {}
        RatesSource::Http => {
            let url = config.rates_url.clone().expect("the configuration was checked");
            let poller = RatesPoller { platform, outbound: outbound.clone(), url, every };
            tasks.spawn(async move { poller.run(stopped).await });
        }
        RatesSource::File => {
            let mut feed = FileFeed { path: file(config).to_owned(), seen: None };
            tasks.spawn(async move {
                while stopped.run_until_cancelled(tokio::time::sleep(every)).await.is_some() {
                    let now = platform.wall_now();
                    // A file system may hang, and the runtime's threads have others to serve.
                    let Ok((looked, found)) = tokio::task::spawn_blocking(move || {
                        let found = feed.look(now);
                        (feed, found)
                    })
                    .await
                    else {
                        return;
                    };
                    feed = looked;
                    match found {
                        Some(Ok(table)) => platform.rates.put(table),
                        Some(Err(error)) => {
                            tracing::warn!(error = format!("{error:#}"), "no rates came; those at hand grow old");
                        }
                        None => {}
                    }
                }
            });
        }
    }
}

/// Length and time of a file's last change: while they stay, so does what is in it.
type Trace = Option<(u64, Option<SystemTime>)>;

fn trace(path: &Path) -> Trace {
    fs::metadata(path).ok().map(|found| (found.len(), found.modified().ok()))
}

/// Reads a file again when it changed. The first look reads it once more: it may have changed since the start.
struct FileFeed {
    path: PathBuf,
    seen: Trace,
}

impl FileFeed {
    /// What the file says now, if it is not what it was at the last look; that it is gone is told once.
    fn look(&mut self, now: Timestamp) -> Option<Result<RateTable>> {
        let found = trace(&self.path);
        let before = std::mem::replace(&mut self.seen, found);
        (found != before).then(|| read(&self.path, now))
    }
}

fn read(path: &Path, now: Timestamp) -> Result<RateTable> {
    let name = path.display();
    let length = fs::metadata(path).with_context(|| format!("{name} cannot be read"))?.len();
    let fits = usize::try_from(length).is_ok_and(|length| length <= DOCUMENT_BYTES_MAX);
    ensure!(fits, "{name} is longer than {DOCUMENT_BYTES_MAX} bytes");
    let text = fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
    let is_toml = path.extension().is_some_and(|extension| extension == "toml");
    let document: Document = if is_toml {
        toml::from_str(&text)
            .map_err(|error| anyhow::anyhow!("{}", error.message()))
            .with_context(|| format!("{name} is no such TOML"))?
    } else {
        serde_json::from_str(&text).with_context(|| format!("{name} is no such JSON"))?
    };
    document.table(now).with_context(|| format!("{name} is not believed"))
}

#[cfg(test)]
mod tests {
    use countersign_domain::Currency;

    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_768_478_400_000);

    fn price(found: Option<Result<RateTable>>) -> Option<Result<String, String>> {
        found.map(|read| match read {
            Ok(table) => Ok(table.price(Currency::BTC).expect("it is priced").to_string()),
            Err(error) => Err(format!("{error:#}")),
        })
    }

    #[test]
    fn a_file_is_read_again_when_it_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, one, other) in [
            (
                "rates.json",
                r#"{"base":"USD","at":1768478400000,"prices":{"BTC":"60000"}}"#,
                r#"{"base":"USD","at":1768478401000,"prices":{"BTC":"61000.5"}}"#,
            ),
            (
                "rates.toml",
                "base = \"USD\"\nat = 1768478400000\n[prices]\nBTC = \"60000\"\n",
                "base = \"USD\"\nat = 1768478401000\n[prices]\nBTC = \"61000.50\"\n",
            ),
        ] {
            let path = folder.path().join(name);
            let mut feed = FileFeed { path: path.clone(), seen: None };
            assert_eq!(price(feed.look(NOW)), None, "a file that never was is told of at the start, not here");
            let write = |text: &str| fs::write(&path, text).expect("the file is ours");
            write(one);
            assert_eq!(price(feed.look(NOW)), Some(Ok("60000".to_owned())), "{name}");
            assert_eq!(price(feed.look(NOW)), None, "{name}");
            write(other);
            assert_eq!(price(feed.look(NOW)), Some(Ok("61000.5".to_owned())), "{name}");
            write("nonsense");
            let told = price(feed.look(NOW)).expect("it changed").expect_err("it is no document");
            assert!(told.contains(name) && told.lines().count() == 1, "{told}");
            fs::remove_file(&path).expect("the file is ours");
            assert!(matches!(price(feed.look(NOW)), Some(Err(_))), "that it is gone is told");
            assert_eq!(price(feed.look(NOW)), None, "once");
        }
    }

    #[test]
    fn a_file_that_is_too_long_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rates.json");
        fs::write(&path, vec![b' '; DOCUMENT_BYTES_MAX + 1]).expect("the file is ours");
        let told = format!("{:#}", read(&path, NOW).expect_err("it is too long"));
        assert!(told.contains("longer than 262144 bytes"), "{told}");
    }
}
