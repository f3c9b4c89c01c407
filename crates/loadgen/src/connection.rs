//! One keep-alive HTTP/1.1 connection: writes a request, reads its answer, checks that it is a success.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest answer, head included.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// A connection with the buffer that it reads into.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("cannot connect to the server of this run")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; ANSWER_BYTES_MAX] })
    }

    /// Sends a request and waits for the whole answer. Anything but HTTP 200 with code 000000 is an error.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<()> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        let answer = loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            ensure!(read > 0, "the server closed the connection, or its answer is too long");
            filled += read;
            if let Some(answer) = Answer::parse(&self.buffer[..filled])? {
                break answer;
            }
        };
        if !answer.is_success() {
            bail!("not a success: {}", String::from_utf8_lossy(&self.buffer[..filled]));
        }
        Ok(())
    }
}

/// A whole answer.
struct Answer<'b> {
    head: &'b str,
    body: &'b [u8],
}

impl<'b> Answer<'b> {
    /// `None` as long as something is missing.
    fn parse(bytes: &'b [u8]) -> Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
        let head = str::from_utf8(&bytes[..end])?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.context("the answer has no length")?.parse()?;
        let body = &bytes[end + 4..];
        ensure!(body.len() <= length, "more than one answer came");
        Ok((body.len() == length).then_some(Self { head, body }))
    }

    fn is_success(&self) -> bool {
        let code = br#""code":"000000""#;
        self.head.starts_with("HTTP/1.1 200") && self.body.windows(code.len()).any(|window| window == code)
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn answers_are_whole_and_successes_or_not() {
        let rows: &[(&str, Option<bool>)] = &[
            ("HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"code\":\"000000\"}", Some(true)),
            ("HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"code\":\"400001\"}", Some(false)),
            ("HTTP/1.1 400 Bad\r\ncontent-length: 17\r\n\r\n{\"code\":\"000000\"}", Some(false)),
            ("HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"code\":", None),
            ("HTTP/1.1 200 OK\r\ncontent-le", None),
        ];
        for (text, expected) in rows {
            let answer = Answer::parse(text.as_bytes()).expect("well-formed");
            assert_eq!(answer.map(|answer| answer.is_success()), *expected, "{text}");
        }
        assert!(Answer::parse(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab").is_err());
        assert!(Answer::parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
