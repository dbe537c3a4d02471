//! Values packed into bytes, for what is kept for a minute: no format, nobody else reads it.
//!
//! Fields are told by their number in the definition, numbers in as few bytes as they need.

use catalogue::{
    definition::Ledger,
    value::{Fields, Value},
};
use values::dates::Date;

const LENGTH: usize = size_of::<u32>();

/// Packs values, one behind the other.
pub(super) struct Packer {
    bytes: Vec<u8>,
}

impl Packer {
    /// Leaves room for the length of it all.
    pub fn behind_length() -> Self {
        let mut bytes = Vec::with_capacity(256 << 10);
        bytes.extend_from_slice(&[0; LENGTH]);
        Self { bytes }
    }

    /// The length and what was packed; none where it is too much.
    pub fn finish(mut self) -> Option<Vec<u8>> {
        let length = u32::try_from(self.bytes.len() - LENGTH).ok()?;
        self.bytes[..LENGTH].copy_from_slice(&length.to_le_bytes());
        Some(self.bytes)
    }

    pub fn number(&mut self, number: usize) {
        self.wide(number as u64);
    }

    /// Seven bits to a byte, the lowest first.
    fn wide(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    pub fn day(&mut self, day: Date) {
        self.wide(day.year() as u16 as u64);
        self.bytes.extend([day.month() as u8, day.day() as u8]);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    pub fn text_opt(&mut self, text: Option<&str>) {
        self.bytes.push(text.is_some().into());
        if let Some(text) = text {
            self.text(text);
        }
    }

    /// Packs fields of a ledger; none where one is not among its fields.
    pub fn fields(&mut self, ledger: &Ledger, fields: &Fields) -> Option<()> {
        self.number(fields.len());
        for (id, value) in fields {
            self.number(ledger.fields.iter().position(|f| *f.id == **id)?);
            self.value(value);
        }
        Some(())
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Flag(flag) => self.bytes.push((*flag).into()),
            Value::Integer(number) => {
                self.bytes.push(2);
                // The sign lowest, so that small negative numbers are short too.
                self.wide(((number << 1) ^ (number >> 63)) as u64);
            }
            Value::Text(text) => {
                self.bytes.push(3);
                self.text(text);
            }
            Value::List(items) => {
                self.bytes.push(4);
                self.number(items.len());
                items.iter().for_each(|item| self.value(item));
            }
            Value::Record(cells) => {
                self.bytes.push(5);
                self.number(cells.len());
                for (id, cell) in cells {
                    self.text(id);
                    self.value(cell);
                }
            }
        }
    }
}

/// Takes apart what a [`Packer`] has packed; `None` where it has not.
pub(super) struct Unpacker<'b> {
    rest: &'b [u8],
}

impl<'b> Unpacker<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn wide(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub fn number(&mut self) -> Option<usize> {
        usize::try_from(self.wide()?).ok()
    }

    pub fn day(&mut self) -> Option<Date> {
        let year = u16::try_from(self.wide()?).ok()? as i16;
        let (month, day) = (self.byte()? as i8, self.byte()? as i8);
        Date::new(year, month, day).ok()
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(std::str::from_utf8(text).ok()?.to_owned())
    }

    pub fn text_opt(&mut self) -> Option<Option<String>> {
        match self.byte()? {
            0 => Some(None),
            _ => Some(Some(self.text()?)),
        }
    }

    pub fn fields(&mut self, ledger: &Ledger) -> Option<Fields> {
        let count = self.number()?;
        let mut one = || {
            let field = ledger.fields.get(self.number()?)?;
            Some((field.id.to_string(), self.value()?))
        };
        (0..count).map(|_| one()).collect()
    }

    fn value(&mut self) -> Option<Value> {
        Some(match self.byte()? {
            0 => Value::Flag(false),
            1 => Value::Flag(true),
            2 => {
                let number = self.wide()?;
                Value::Integer((number >> 1) as i64 ^ -((number & 1) as i64))
            }
            3 => Value::Text(self.text()?),
            4 => {
                let count = self.number()?;
                let items: Option<_> = (0..count).map(|_| self.value()).collect();
                Value::List(items?)
            }
            5 => {
                let count = self.number()?;
                let cells: Option<_> = (0..count)
                    .map(|_| Some((self.text()?, self.value()?)))
                    .collect();
                Value::Record(cells?)
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::envelope::tests::value;

    proptest! {
        #[test]
        fn what_was_packed_comes_out_and_half_of_it_does_not(
            values in prop::collection::vec(value(), 1..6),
            text in prop::option::of(".{0,9}"),
            days in 0..3_000_000i32,
        ) {
            let day = Date::new(1, 1, 1).unwrap().saturating_add(jiff::Span::new().days(days));
            let mut packer = Packer::behind_length();
            packer.day(day);
            packer.text_opt(text.as_deref());
            values.iter().for_each(|value| packer.value(value));
            let bytes = packer.finish().unwrap();
            let (length, bytes) = bytes.split_at(LENGTH);
            prop_assert_eq!(length, (bytes.len() as u32).to_le_bytes());
            let unpack = |bytes| {
                let mut unpacker = Unpacker::new(bytes);
                let day = unpacker.day()?;
                let text = unpacker.text_opt()?;
                let values: Option<Vec<Value>> = values.iter().map(|_| unpacker.value()).collect();
                Some((day, text, values?, unpacker.is_at_end()))
            };
            prop_assert_eq!(unpack(bytes), Some((day, text, values.clone(), true)));
            prop_assert_eq!(unpack(&bytes[..bytes.len() - 1]), None);
        }
    }
}
