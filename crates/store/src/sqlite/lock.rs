//! One server per database file.
//!
//! The lock is on a file beside the database, not on the database itself: SQLite's own POSIX locks on a file vanish when any other handle of the
//! process on that file is closed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::OpenError;

/// Takes the exclusive lock of a database file, making folder and file where they are missing. Answers the path with symbolic links resolved, so that
/// two names of one file share one lock.
pub(super) fn take(path: &Path) -> Result<(PathBuf, File), OpenError> {
    let not_writable =
        |at: &Path, cause: &io::Error| OpenError::NotWritable { path: at.to_owned(), cause: cause.to_string() };
    if path.is_dir() {
        return Err(OpenError::NotADatabase { path: path.to_owned() });
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|cause| not_writable(path, &cause))?;
    }
    let path = resolve(path).map_err(|cause| not_writable(path, &cause))?;
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let beside = PathBuf::from(name);
    let file = private().open(&beside).map_err(|cause| not_writable(&path, &cause))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(OpenError::LockedByAnotherServer { database: super::connection::shown(&path) });
        }
        Err(TryLockError::Error(cause)) => return Err(not_writable(&beside, &cause)),
    }
    // Before SQLite opens it, so that it is private from its first byte; SQLite gives its companions the same permissions.
    private().open(&path).map_err(|cause| not_writable(&path, &cause))?;
    Ok((path, file))
}

/// The real path of a file that may not exist yet.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    if path.exists() {
        return path.canonicalize();
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    Ok(folder.canonicalize()?.join(name))
}

/// Opens or creates a file that only this user can read: the database holds sealed secrets and personal data.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
