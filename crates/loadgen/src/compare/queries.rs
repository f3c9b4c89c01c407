//! `v2/order/query` against the bare handler, both over HTTP.

use std::path::Path;

use anyhow::Result;
use secrecy::ExposeSecret as _;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::{Comparison, Ratios};
use crate::application::{Application, Caller, Commits};
use crate::figures::rate;
use crate::load::{self, Cell};
use crate::options::Options;
use crate::plan::PAIRED_CONNECTIONS;
use crate::signed_request::Asked;
use crate::{bare, listener};

pub(super) fn compare(runtime: &Runtime, options: &Options, folder: &Path, ratios: &mut Ratios) -> Result<()> {
    let application = Application::open(&Application::sqlite(folder, "queries.db"), Commits::Shared)?;
    let caller = runtime.block_on(application.merchant())?;
    let mut servers = JoinSet::new();
    let address = listener::start(application.router(options.window_ms), &mut servers)?;
    let key = (caller.key.key.as_str(), caller.key.secret.expose_secret().as_bytes());
    let bare = listener::start(bare::router(key, options.window_ms), &mut servers)?;
    let measure = |address, caller: &Caller, asked| {
        let cell = Cell {
            address,
            caller,
            asked,
            connections: PAIRED_CONNECTIONS,
            warm_up: options.warm_up(),
            measured: options.measured(),
        };
        load::run(&cell).map(|measurement| rate(measurement.latencies.len(), measurement.measured))
    };
    // There must be something to find. The load counts on from where the first of these orders stands.
    let first = crate::signed_request::next_number();
    measure(address, &caller, Asked::Create)?;
    let known = (first, crate::signed_request::next_number() - first);
    for _ in 0..options.rounds {
        let base = measure(bare, &caller, Asked::Create)?;
        let queried = measure(address, &caller, Asked::Query(known))?;
        ratios.add(Comparison::Query, queried, base);
    }
    Ok(())
}
