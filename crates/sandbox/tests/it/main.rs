//! The sandbox in process.

mod console;
mod labels;
mod listeners;
