//! Typed forms (being written)
