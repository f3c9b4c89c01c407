//! What can go wrong in a transaction, and when a database is opened.

use std::path::PathBuf;
use std::sync::Arc;

/// Why a job was answered busy. Nothing of it was written; the caller may try again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BusyCause {
    /// The queue in front of the database holds its maximum.
    QueueFull,
    /// The disk (or the configured size of the database) is full. Reads go on.
    DiskFull,
    /// The database ran out of memory.
    OutOfMemory,
    /// Another program holds the database's lock, or a row lock was not granted in time.
    Locked,
    /// The engine rolled the work back by itself more often than it may be run again.
    RolledBack,
    /// The write-ahead log holds its maximum because a reader does not let go of its snapshot.
    WalFull,
}

/// The constraint that refused a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConstraintKind {
    /// A unique index or primary key.
    Unique,
    /// A CHECK.
    Check,
    /// NOT NULL.
    NotNull,
    /// A foreign key.
    ForeignKey,
    /// Any other, the column type of a STRICT table among them.
    Other,
}

/// A failed job. Cloned when one cause answers a whole batch.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Nothing was written; try again later.
    #[error("the database is busy ({0:?}), nothing was written")]
    Busy(BusyCause),
    /// The job's closure panicked; nothing of it was written.
    #[error("the job {job} panicked, nothing of it was written")]
    Panicked {
        /// The job's name.
        job: &'static str,
    },
    /// The database server cannot be reached, or stayed in conflict through all retries; nothing was written.
    #[error("the database is unavailable: {0}")]
    Unavailable(Arc<str>),
    /// The connection was lost while COMMIT was under way and did not come back within the retries: the job may or may not have been written.
    /// Running the same [`CommandId`](crate::CommandId) is not enough to find out; reading what it would have written is.
    #[error("the connection was lost while {job} was committed: it may or may not have been written")]
    OutcomeUnknown {
        /// The job's name.
        job: &'static str,
    },
    /// A constraint of the schema refused the statement; nothing of the transaction is written.
    #[error("statement {statement} violates a constraint ({kind:?}, {name})")]
    Constraint {
        /// The statement.
        statement: &'static str,
        /// What kind of constraint.
        kind: ConstraintKind,
        /// The constraint's name (PostgreSQL), or SQLite's own words, which name table and columns.
        name: Arc<str>,
    },
    /// A cell did not hold what the schema promises.
    #[error("statement {statement}, column {column}: expected {expected}, found {found}")]
    Corrupt {
        /// The statement.
        statement: &'static str,
        /// The column, counted from 0.
        column: usize,
        /// What should be there.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A statement found or changed another number of rows than it must.
    #[error("statement {statement}: expected {expected}, found {found}")]
    RowCount {
        /// The statement.
        statement: &'static str,
        /// How many rows it must be.
        expected: &'static str,
        /// How many rows it was.
        found: u64,
    },
    /// A text parameter holds the NUL character, which PostgreSQL cannot store.
    #[error("statement {statement}: parameter {parameter} holds a NUL character")]
    NulInText {
        /// The statement.
        statement: &'static str,
        /// The parameter, counted from 1.
        parameter: usize,
    },
    /// The engine refused the statement itself: a defect of ours.
    #[error("statement {statement} was refused: {detail}")]
    Statement {
        /// The statement.
        statement: &'static str,
        /// The engine's words; they hold no parameters.
        detail: Arc<str>,
    },
    /// A write in a read-only transaction, or on a store opened read-only.
    #[error("this database was opened for reading only")]
    ReadOnly,
    /// The answer of a job does not fit its row of `commands`.
    #[error("the answer of {job} cannot be stored: {detail}")]
    Answer {
        /// The job's name.
        job: &'static str,
        /// Why.
        detail: Arc<str>,
    },
    /// The store was closed before the job ran.
    #[error("the store is closed")]
    Closed,
    /// An I/O error or a damaged file: nothing in memory can be trusted any more, and the process must end. Whether the jobs then in flight were
    /// written shows after the restart.
    #[error("the database failed for good: {0}")]
    Fatal(Arc<str>),
}

impl StoreError {
    /// Whether the same job may succeed later without anybody mending anything in the program.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Unavailable(_) | Self::Closed)
    }
}

/// Why a database could not be opened: one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process serves this database.
    #[error(
        "the database {database} is in use by another Countersign server; stop that server first, or give this one a database of its own"
    )]
    LockedByAnotherServer {
        /// The database.
        database: String,
    },
    /// The file or its folder cannot be written.
    #[error("the database {path} cannot be written here ({cause}); choose a folder that this user may write to")]
    NotWritable {
        /// The path that could not be written.
        path: PathBuf,
        /// The operating system's words.
        cause: String,
    },
    /// There is no such file and it is to be opened for reading only.
    #[error("there is no database at {path}")]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{path} is not a database; give the path of a Countersign database or of a file that does not exist yet")]
    NotADatabase {
        /// The path.
        path: PathBuf,
    },
    /// The database belongs to another program.
    #[error(
        "the database {database} holds tables that are not Countersign's; give it a database of its own ({detail})"
    )]
    Foreign {
        /// The database.
        database: String,
        /// What does not fit.
        detail: String,
    },
    /// The database was written by a newer version.
    #[error(
        "the database has schema version {found}, this program knows versions up to {known}; use a newer countersign"
    )]
    SchemaNewer {
        /// The version in the database.
        found: i32,
        /// The newest version this program knows.
        known: i32,
    },
    /// The database must be migrated first.
    #[error("the database has schema version {found}, this program needs {needed}; run `countersign migrate` first")]
    SchemaOutdated {
        /// The version in the database, 0 for an empty one.
        found: i32,
        /// The version needed.
        needed: i32,
    },
    /// A migration failed; it was rolled back whole.
    #[error("the database could not be migrated, nothing was changed: {0}")]
    Migration(String),
    /// The disk is full.
    #[error("the disk that holds the database {database} is full; make room and start again")]
    DiskFull {
        /// The database.
        database: String,
    },
    /// The database server does not answer, or turned us away.
    #[error("cannot connect to {database}: {cause}")]
    Unreachable {
        /// The database, without its password.
        database: String,
        /// The driver's words.
        cause: String,
    },
    /// The server asks for TLS, which this build does not speak to PostgreSQL.
    #[error(
        "the database URL asks for TLS (sslmode=require), which is not set up; use sslmode=disable on a trusted network or a local TLS proxy"
    )]
    TlsNotConfigured,
    /// Anything else the engine reports while opening.
    #[error("the database {database} cannot be opened: {cause}")]
    Engine {
        /// The database.
        database: String,
        /// The engine's words.
        cause: String,
    },
}

/// Why a snapshot was not taken or not restored. The database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// PostgreSQL has its own tools for this.
    #[error("snapshots are for SQLite only; use the tools of PostgreSQL")]
    Unsupported,
    /// The snapshot's file cannot be opened, or is not one of this program's version.
    #[error(transparent)]
    File(#[from] OpenError),
    /// The file system refused.
    #[error("the snapshot {path} cannot be written: {cause}")]
    Write {
        /// The snapshot.
        path: PathBuf,
        /// The operating system's words.
        cause: String,
    },
    /// The copy failed.
    #[error("the snapshot failed: {0}")]
    Copy(#[from] StoreError),
}
