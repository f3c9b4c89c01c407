//! `countersign mail test`: one mail over the configured server, at once and past the outbox.

use countersign_domain::id::OutboxId;
use countersign_jobs::{Postmark, test_mail};
use countersign_service::{Clock as _, Links};

use crate::cli::ConfigArg;
use crate::config::{Config, Environment};
use crate::failure::Failure;
use crate::system::SystemClock;
use crate::{mail, node};

use super::print;
use super::serve::required;

pub(crate) fn test(config: &ConfigArg, to: &str, environment: &Environment) -> Result<(), Failure> {
    let config = Config::of_serve(&config.config, environment)?;
    let public_url = node::base_url("public_url", required(config.public_url.as_deref(), "public_url")?)?;
    let links = Links::new(&public_url, &config.deeplink_scheme);
    let missing = || Failure::usage("'smtp_host' is missing from the configuration: no mail leaves");
    let mailer = mail::smtp(&config, &links)?.ok_or_else(missing)?;
    // No row of the outbox has the present as its whole id: ids are drawn within a moment, not at its beginning.
    let now = SystemClock.now();
    let postmark = Postmark { id: OutboxId::new(now.ms()), at: now };
    let runtime = super::runtime()?;
    let sent = runtime.block_on(mailer.deliver(&test_mail(to, &links), postmark));
    // The server's own words, which no log holds: whoever typed the address reads them.
    sent.map_err(|failure| Failure::work(format!("the mail was not sent: {}", failure.detail)))?;
    print(&format!("{} took the mail.\n", config.smtp_host))
}
