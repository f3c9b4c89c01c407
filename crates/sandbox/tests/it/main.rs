//! The sandbox in process.

mod console;
