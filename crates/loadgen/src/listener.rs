//! The listener: the server's own loop and limits, the same for every variant.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum_server::Server;
use axum_server::accept::NoDelayAcceptor;
use hyper_util::rt::TokioTimer;
use tokio::task::JoinSet;

/// As in the server.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// As in the server.
const HEADER_BYTES_MAX: usize = 32 * 1024;

/// Serves `router` on a free port of the loopback interface for as long as `tasks` lives.
pub(crate) fn start(router: Router, tasks: &mut JoinSet<std::io::Result<()>>) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let mut server: Server<SocketAddr, NoDelayAcceptor> =
        axum_server::from_tcp(listener)?.acceptor(NoDelayAcceptor::new());
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEADER_BYTES_MAX);
    tasks.spawn(server.serve(router.into_make_service_with_connect_info::<SocketAddr>()));
    Ok(address)
}
