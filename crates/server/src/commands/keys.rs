//! `countersign keys generate`.

use std::path::Path;

use crate::failure::Failure;
use crate::system::{OsEntropy, create_master_key};

use super::print;

pub(crate) fn generate(out: &Path) -> Result<(), Failure> {
    let key = create_master_key(out, &OsEntropy)?;
    print(&format!(
        "Wrote master key {} to {}.\nKeep a copy in a safe place: without it, stored secrets cannot be opened.\n",
        key.id(),
        out.display()
    ))
}
