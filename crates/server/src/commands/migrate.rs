//! `countersign migrate`: bring a database to this version's schema.

use countersign_store::{Mode, Store};

use crate::cli::DatabaseArg;
use crate::database;
use crate::failure::Failure;

use super::print;

pub(crate) fn run(args: &DatabaseArg) -> Result<(), Failure> {
    let url = database::parse_url(&args.database)?;
    let version = Store::migrate(&url, &database::options(Mode::ReadWrite)).map_err(Failure::usage)?;
    print(&format!("The database has schema version {version}.\n"))
}
