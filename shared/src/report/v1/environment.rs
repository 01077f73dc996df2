//! What a probe's own host was like while it probed.

use serde::{Deserialize, Serialize};

/// The host, container and process that a probe ran in. What could not be read is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Environment {
    /// Operating system and release of its kernel, for example `Linux 6.1.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Name of the host, or of the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What it runs in, for example `docker`, `kubernetes`; absent where nothing says that it is a container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Kubernetes' namespace of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// How late the probe's own timer was served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling: Option<Scheduling>,
    /// What there was of the processors while the probe ran.
    pub cpu: Cpu,
    /// The interfaces that the servers were reached through.
    #[serde(default)]
    pub interfaces: Vec<Route>,
    /// Settings of the kernel that shape connections, by name.
    #[serde(default)]
    pub sysctls: Vec<Setting>,
    /// The system's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Whether somebody answers at addresses that nobody has; absent where it was not tried: no server was in the public
    /// network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<Control>,
    /// The address that the host has outside; absent where nobody was asked (`--egress`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egress: Option<Egress>,
    /// Variables that name proxies and are set; their values are not kept.
    #[serde(default)]
    pub proxy_variables: Vec<String>,
}

/// How late a timer was served that fires every few milliseconds: what the scheduler added to every time of the process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scheduling {
    /// How often it fired.
    pub wakeups: u64,
    /// How often more than a millisecond late.
    pub late: u64,
    /// The latest of all, a length of time.
    pub latest_ns: i64,
}

/// What there was of the processors while the probe ran.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cpu {
    /// Processors that the process may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<u64>,
    /// Processors that its control group may use, as its quota has it; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<f64>,
    /// Periods in which the control group had used its quota up and was stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttled_periods: Option<u64>,
    /// How long it was stopped, a length of time, summed over its processors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttled_ns: Option<i64>,
    /// How long the process ran, a length of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ran_ns: Option<i64>,
    /// How long it could have run and waited for a processor, a length of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited_ns: Option<i64>,
    /// How long some process of the host waited for a processor (PSI), a length of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pressure_ns: Option<i64>,
    /// Load average over the last minute, at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<f64>,
}

/// A setting of the kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Setting {
    /// Its name in `/proc/sys`, dots for slashes.
    pub name: String,
    /// What it is set to, as the kernel writes it.
    pub value: String,
}

/// One interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Route {
    /// Its name.
    pub name: String,
    /// Largest packet that it sends, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<u32>,
    /// Its driver, as the kernel names it, for example `virtio_net`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Speed that it says it has, megabits per second; absent for what has no wire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed_mbit_s: Option<u32>,
    /// What it does in the kernel's place, at the end of the probe; absent where this kernel or sandbox does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offloads: Option<Offloads>,
}

/// What an interface does in the kernel's place, as ethtool has it: what is captured on the host, above it, is not what is
/// on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Offloads {
    /// It cuts what TCP sends into segments (TCP segmentation offload).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tso: Option<bool>,
    /// The kernel cuts it late, when it hands it to the driver (generic segmentation offload).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gso: Option<bool>,
    /// The kernel joins segments that came before TCP sees them (generic receive offload).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gro: Option<bool>,
    /// It joins them itself (large receive offload).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lro: Option<bool>,
    /// It writes the checksums of what is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tx_checksum: Option<bool>,
    /// It checks those of what comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rx_checksum: Option<bool>,
}

/// Connections to addresses that are nobody's (RFC 5737), which only a proxy in the way can answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Control {
    /// Where a connection was tried, `ip:port`.
    pub tried: Vec<String>,
    /// Where one was made.
    pub answered: Vec<String>,
}

/// What an echo service that the user named sees the host come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Egress {
    /// The address that it answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// The system's clock, as the kernel keeps it (adjtimex).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Clock {
    /// Somebody keeps it in time.
    pub is_synchronised: bool,
    /// What is left to correct, a length of time; absent while nobody keeps it in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_ns: Option<i64>,
    /// How far it may be off at most, a length of time; absent while nobody keeps it in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_error_ns: Option<i64>,
}
