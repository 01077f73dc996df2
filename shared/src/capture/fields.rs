//! A cursor over fields in the capturing machine's byte order.

use super::ByteOrder;
use crate::wire::{Reader, Truncated};

/// Reads integers in a byte order that is only known at run time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    reader: Reader<'a>,
    order: ByteOrder,
}

impl<'a> Fields<'a> {
    pub(super) const fn new(bytes: &'a [u8], order: ByteOrder) -> Self {
        Self {
            reader: Reader::new(bytes),
            order,
        }
    }

    pub(super) fn u16(&mut self) -> Result<u16, Truncated> {
        let value = self.reader.u16()?;
        Ok(match self.order {
            ByteOrder::Little => value.swap_bytes(),
            ByteOrder::Big => value,
        })
    }

    pub(super) fn u32(&mut self) -> Result<u32, Truncated> {
        let value = self.reader.u32()?;
        Ok(match self.order {
            ByteOrder::Little => value.swap_bytes(),
            ByteOrder::Big => value,
        })
    }

    pub(super) fn u64(&mut self) -> Result<u64, Truncated> {
        let value = self.reader.u64()?;
        Ok(match self.order {
            ByteOrder::Little => value.swap_bytes(),
            ByteOrder::Big => value,
        })
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Truncated> {
        self.reader.take(length)
    }
}
