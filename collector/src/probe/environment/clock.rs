//! Whether somebody keeps the system's clock in time.

use stallscope_shared::report::v1::Clock;

/// As the kernel has it (adjtimex(2)); reading needs no rights.
#[cfg(target_os = "linux")]
pub(super) fn read() -> Option<Clock> {
    // SAFETY: all fields are integers, so all zeros are a value; `modes` of 0 says that nothing is set.
    #[expect(unsafe_code, reason = "no library reads the clock's state")]
    let (state, found) = unsafe {
        let mut found: libc::timex = std::mem::zeroed();
        (libc::adjtimex(&raw mut found), found)
    };
    if state < 0 {
        return None;
    }
    let is_synchronised = found.status & libc::STA_UNSYNC == 0;
    let unit = if found.status & libc::STA_NANO == 0 {
        1_000
    } else {
        1
    };
    let kept = |value: libc::c_long| is_synchronised.then_some(value);
    Some(Clock {
        is_synchronised,
        offset_ns: kept(found.offset.saturating_mul(unit)),
        // Microseconds, whatever the unit of the offset is.
        max_error_ns: kept(found.maxerror.saturating_mul(1_000)),
    })
}

/// Other systems keep that to themselves.
#[cfg(not(target_os = "linux"))]
pub(super) const fn read() -> Option<Clock> {
    None
}
