//! The face: every page rendered with sample values and held against the rules all pages keep.

mod forms;
mod pages;
mod samples;
