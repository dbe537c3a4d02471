//! A picture of black and white squares as PNG: the only picture that is written here.
//!
//! One bit a point, stored without compression: a code of forty squares takes a few kilobytes, and
//! the package that holds it is compressed anyway. The same squares give the same bytes.

/// Points along the side of a square, so that programs that smooth pictures leave the edges sharp.
const SCALE: usize = 4;

/// The picture of rows of squares, `true` is black.
pub(crate) fn png(rows: &[Vec<bool>]) -> Vec<u8> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0) * SCALE;
    let height = rows.len() * SCALE;
    let mut raw = Vec::new();
    for row in rows {
        let mut line = vec![0_u8];
        line.resize(1 + width.div_ceil(8), 0xff);
        for (at, _) in row.iter().enumerate().filter(|(_, black)| **black) {
            for x in at * SCALE..(at + 1) * SCALE {
                line[1 + x / 8] &= !(0x80 >> (x % 8));
            }
        }
        for _ in 0..SCALE {
            raw.extend_from_slice(&line);
        }
    }
    let size = |n: usize| u32::try_from(n).unwrap_or(0).to_be_bytes();
    let head = [&size(width)[..], &size(height)[..], &[1, 0, 0, 0, 0]].concat();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, *b"IHDR", &head);
    chunk(&mut out, *b"IDAT", &stored(&raw));
    chunk(&mut out, *b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    let summed = [&kind[..], data].concat();
    out.extend_from_slice(&summed);
    out.extend_from_slice(&crc(&summed).to_be_bytes());
}

/// A zlib stream of stored blocks.
fn stored(raw: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = raw.chunks(0xffff);
    let last = blocks.len().saturating_sub(1);
    for (at, block) in blocks.enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(0);
        out.push(u8::from(at == last));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let (a, b) = raw.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.extend_from_slice(&((b << 16) | a).to_be_bytes());
    out
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    };
    !bytes.iter().fold(!0, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        assert!(stored(b"Wikipedia").ends_with(&0x11e6_0398_u32.to_be_bytes()));
    }

    #[test]
    fn a_picture_has_its_size_and_its_black_points() {
        let png = png(&[vec![true, false], vec![false, true]]);
        assert_eq!(png[16..24], [0, 0, 0, 8, 0, 0, 0, 8]);
        // Behind the head of the stream: eight lines of a filter byte and eight points.
        let lines = &png[48..64];
        assert_eq!(lines[..2], [0, 0x0f]);
        assert_eq!(lines[14..], [0, 0xf0]);
    }
}
