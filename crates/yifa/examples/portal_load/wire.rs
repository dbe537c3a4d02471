//! HTTP as cheaply as a client can speak it, and what a process has used.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Result, bail};

/// What was answered.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body, as it came.
    pub body: Vec<u8>,
}

/// One request on a kept connection, which it keeps again. Each header ends with its line.
pub fn send(
    port: u16,
    connection: &mut Option<TcpStream>,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Result<Answer> {
    let mut stream = match connection.take() {
        Some(stream) => stream,
        None => {
            let stream = TcpStream::connect(("127.0.0.1", port))?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_secs(20)))?;
            stream
        }
    };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\n{headers}\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;
    let mut raw = Vec::with_capacity(8_192);
    let mut chunk = [0; 8_192];
    let head = loop {
        if let Some(end) = raw.windows(4).position(|w| w == b"\r\n\r\n") {
            break end + 4;
        }
        match stream.read(&mut chunk)? {
            0 => bail!("closed"),
            n => raw.extend_from_slice(&chunk[..n]),
        }
    };
    let text = String::from_utf8_lossy(&raw[..head]).to_lowercase();
    let status = text.get(9..12).and_then(|s| s.parse().ok()).unwrap_or(0);
    let length = text
        .split("content-length: ")
        .nth(1)
        .and_then(|rest| rest.split("\r\n").next()?.parse::<usize>().ok())
        .unwrap_or(0);
    while raw.len() < head + length {
        match stream.read(&mut chunk)? {
            0 => bail!("closed"),
            n => raw.extend_from_slice(&chunk[..n]),
        }
    }
    *connection = Some(stream);
    let body = raw.split_off(head);
    Ok(Answer { status, body })
}

/// Processor time of a process, in seconds (Linux).
pub fn cpu_seconds(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after
        .split_whitespace()
        .filter_map(|f| f.parse().ok())
        .collect();
    // Fields 14 and 15 of the line; the state, which is no number, stands before them.
    (fields.get(10).unwrap_or(&0.0) + fields.get(11).unwrap_or(&0.0)) / 100.0
}
