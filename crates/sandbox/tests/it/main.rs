//! The sandbox in process.

mod console;
mod listeners;
