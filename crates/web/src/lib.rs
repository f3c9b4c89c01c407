//! What people see: portal, review page, hosted checkout, payer wallet, sandbox pages.
//!
//! Pages are view models ([`pages`]) rendered on the server by compile-time templates; every one works without
//! JavaScript and under a content security policy that admits nothing but our own files ([`headers`]). A view model holds
//! values ready to be shown: it knows no database, no clock and no rule of the product. What a person types comes back
//! through [`forms`], which has the same field names as the templates. `handlers` fill the one and read the other, each
//! between two use cases of the service; [`router()`] lists them with whom they answer.
//!
//! Threat model: everything shown that another party chose (names, reasons, goods, mail) is text, escaped by the
//! template; `|safe` is used for our own QR drawing alone. A page never holds a secret that its reader may not see.
//! Forms are believed only with the token of the session that they were made for ([`session`]).

mod address;
pub mod assets;
mod attempts;
mod describe;
pub mod failure;
pub mod forms;
mod frame;
mod handlers;
pub mod headers;
pub mod pages;
mod passwords;
pub mod paths;
pub mod qr;
pub mod render;
mod router;
pub mod session;
mod state;
pub mod view;

pub use router::{RouteRow, Verb, Who, elsewhere, framed, route_table, router};
pub use state::{WebSettings, WebState};
