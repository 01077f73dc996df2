//! The pages that memory is made of, while sockets are open.

/// Has the kernel give small pages, where it would give huge ones to all, or the allocator asks for them (musl's
/// stand-in does). Of what a thousand sockets keep while they wait huge ones leave a fifth unused, and a container's
/// limit counts that. A kernel that does not know the request goes on as it was.
#[cfg(target_os = "linux")]
pub(crate) fn in_small_pages() {
    let _as_before = nix::sys::prctl::set_thp_disable(true);
}

/// Elsewhere nobody asks for huge pages.
#[cfg(not(target_os = "linux"))]
pub(crate) const fn in_small_pages() {}
