//! What people see: portal, review page, hosted checkout, payer wallet, sandbox pages.
//!
//! Pages are view models ([`pages`]) rendered on the server by compile-time templates; every one works without
//! JavaScript and under a content security policy that admits nothing but our own files ([`headers`]). A view model holds
//! values ready to be shown: it knows no database, no clock and no rule of the product. What a person types comes back
//! through [`forms`], which has the same field names as the templates.
//!
//! Threat model: everything shown that another party chose (names, reasons, goods, mail) is text, escaped by the
//! template; `|safe` is used for our own QR drawing alone. A page never holds a secret that its reader may not see.

pub mod assets;
pub mod forms;
pub mod headers;
pub mod pages;
pub mod paths;
pub mod qr;
pub mod render;
pub mod view;
