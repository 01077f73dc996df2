//! The wire: takes packets out of one device and puts them into the other as the path says, by the host's own clock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tun_rs::SyncDevice;

use crate::path::Path;
use crate::scenario::{From, Scenario};

/// More than any packet of the devices.
const PACKET: usize = 1 << 16;
/// Between two looks at a device without packets; short beside any delay of a scenario.
const LOOK: Duration = Duration::from_micros(200);
/// Between two looks at whether it is over.
const PAUSE: Duration = Duration::from_millis(50);

/// What all threads need.
struct Wire {
    path: Mutex<Path>,
    /// Somebody took a packet in.
    is_taken: Condvar,
    began: Instant,
    is_over: AtomicBool,
}

/// Joins two devices while `body` runs.
pub(crate) fn join<T>(
    scenario: &Scenario,
    devices: [SyncDevice; 2],
    body: impl FnOnce() -> T,
) -> T {
    for device in &devices {
        device.set_nonblocking(true).unwrap();
    }
    let wire = Wire {
        path: Mutex::new(Path::new(scenario)),
        is_taken: Condvar::new(),
        began: Instant::now(),
        is_over: AtomicBool::new(false),
    };
    let [client, server] = &devices;
    thread::scope(|scope| {
        let wire = &wire;
        scope.spawn(|| wire.take(From::Client, client));
        scope.spawn(|| wire.take(From::Server, server));
        scope.spawn(|| wire.give(client, server));
        let result = body();
        wire.is_over.store(true, Ordering::Relaxed);
        result
    })
}

impl Wire {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Takes packets out of a device until it is over.
    fn take(&self, from: From, device: &SyncDevice) {
        let mut buffer = vec![0; PACKET];
        while !self.is_over() {
            match device.recv(&mut buffer) {
                Ok(length) => {
                    let mut path = self.path.lock().unwrap();
                    // Read inside of the lock, so that the path's time never goes back.
                    let now = self.began.elapsed();
                    path.take(from, &buffer[..length], now);
                    self.is_taken.notify_one();
                }
                Err(_) => thread::sleep(LOOK),
            }
        }
    }

    /// Puts packets into the devices, each when it is due, until it is over and none is under way.
    fn give(&self, client: &SyncDevice, server: &SyncDevice) {
        let mut path = self.path.lock().unwrap();
        loop {
            let now = self.began.elapsed();
            while let Some((to, bytes)) = path.give(now) {
                let device = match to {
                    From::Client => client,
                    From::Server => server,
                };
                // A device that is down drops packets, as a network would.
                device.send(&bytes).unwrap_or_default();
            }
            if self.is_over() {
                return;
            }
            let due = path.next_due();
            let patience = due.map_or(PAUSE, |due| due.saturating_sub(now).min(PAUSE));
            let waited = self.is_taken.wait_timeout(path, patience);
            (path, _) = waited.unwrap();
        }
    }
}
