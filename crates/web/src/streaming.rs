//! Bodies that are written while they go out: memory holds a few pieces, never the whole file.
//!
//! The writer runs on a blocking thread and waits for the reader; where the reader goes away, its
//! next write fails. What goes wrong after the first byte can only break the answer off: the reader
//! sees that it is not whole, and the log of the program says why.

use std::{
    io::{self, BufWriter, Write},
    pin::Pin,
    task::{Context, Poll},
};

use app::AppError;
use axum::body::{Body, Bytes};
use futures_core::Stream;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Pieces under way.
const PIECES: usize = 4;
/// Bytes of a piece.
const PIECE: usize = 1 << 16;

type Piece = io::Result<Bytes>;

/// The body that `write` writes.
pub fn body(write: impl FnOnce(&mut dyn Write) -> Result<(), AppError> + Send + 'static) -> Body {
    let (sender, receiver) = channel(PIECES);
    tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(PIECE, Outlet(sender.clone()));
        let written = write(&mut out).and_then(|()| flush(&mut out));
        if let Err(error) = written {
            tracing::warn!(%error, "A download broke off: {error}");
            let broken = io::Error::other("the file could not be read to its end");
            // Nobody may be listening any more.
            let _ = sender.blocking_send(Err(broken));
        }
    });
    Body::from_stream(Pieces(receiver))
}

fn flush(out: &mut impl Write) -> Result<(), AppError> {
    out.flush().map_err(|e| AppError::Fault(e.to_string()))
}

/// Where pieces are put in.
struct Outlet(Sender<Piece>);

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Ok(Bytes::copy_from_slice(bytes));
        let sent = self.0.blocking_send(piece);
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where they come out.
struct Pieces(Receiver<Piece>);

impl Stream for Pieces {
    type Item = Piece;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Piece>> {
        self.0.poll_recv(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(make: impl FnOnce() -> Body) -> Result<Vec<u8>, axum::Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread().build();
        runtime.expect("it starts").block_on(async {
            let bytes = axum::body::to_bytes(make(), usize::MAX).await;
            bytes.map(|bytes| bytes.to_vec())
        })
    }

    #[test]
    fn a_body_is_what_was_written() {
        let whole: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
        let written = whole.clone();
        let got = received(move || {
            body(move |out| {
                out.write_all(&written)
                    .map_err(|e| AppError::Fault(e.to_string()))
            })
        });
        assert_eq!(got.expect("it arrives"), whole);
    }

    #[test]
    fn a_body_that_cannot_be_written_to_its_end_breaks_off() {
        let got = received(|| {
            body(|out| {
                out.write_all(b"half").expect("somebody reads");
                Err(AppError::Fault("the disk is gone".to_owned()))
            })
        });
        assert!(got.is_err());
    }
}
