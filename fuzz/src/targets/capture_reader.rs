//! Capture files. Law: packets, warnings and facts do not depend on how the bytes were cut.
//!
//! Input: two bytes that say how to cut, then a file.

use stallscope_shared::capture::{CaptureReader, CaptureSink, CapturedPacket};
use stallscope_shared::ids::CaptureId;
use stallscope_shared::warning::WarningLog;

use crate::input::Input;

/// Holds the law for these bytes.
pub fn target(data: &[u8]) {
    let mut input = Input::new(data);
    let cut = usize::from(input.u16()).max(1);
    let file = input.rest();
    assert_eq!(
        read(file, usize::MAX),
        read(file, cut),
        "cut at every {cut} bytes"
    );
}

/// Everything that reading says, as text.
fn read(file: &[u8], chunk_bytes: usize) -> String {
    let mut reader = CaptureReader::new(CaptureId(0)).with_digest();
    let mut heard = Heard::default();
    let outcome = file
        .chunks(chunk_bytes)
        .try_for_each(|chunk| reader.feed(chunk, &mut heard))
        .and_then(|()| reader.finish(&mut heard));
    format!(
        "{outcome:?} {:?} {:?} {}",
        reader.facts(),
        heard.warnings,
        heard.packets
    )
}

#[derive(Default)]
struct Heard {
    packets: String,
    warnings: WarningLog,
}

impl CaptureSink for Heard {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        // The bytes by their sum: what is compared is text of a bearable length.
        let sum = packet
            .bytes
            .iter()
            .fold(0_u32, |sum, byte| sum.rotate_left(5) ^ u32::from(*byte));
        let facts = CapturedPacket {
            bytes: &[],
            ..packet
        };
        self.packets += &format!("{facts:?} {sum:x}\n");
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}
