//! What a process does with its connection, step by step.

use crate::time::Nanos;

/// One step. A process begins when its connection is made; limits that stand first count from the first SYN.
#[derive(Clone, Debug)]
pub enum Step {
    /// Writes bytes.
    Send(Vec<u8>),
    /// Waits until it has read so many further bytes.
    Receive(usize),
    /// Does something else, and reads nothing meanwhile.
    Pause(Nanos),
    /// Gives up when this has passed from now on, whatever it does; `None`: not any more.
    Limit(Option<Nanos>),
    /// Gives up when a wait brings nothing for so long; `None`: not any more.
    Patience(Option<Nanos>),
    /// How it leaves when it gives up or the other side has closed.
    Leave(Farewell),
    /// Asks the kernel to send a keep-alive after each so long silence.
    KeepAlive(Nanos),
    /// Closes the socket: a FIN, or an RST when something was not read.
    Close,
    /// Resets.
    Abort,
    /// Waits for the other side to close, then closes.
    AwaitEnd,
    /// Does nothing any more.
    Hang,
}

/// How a process leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// It closes the socket.
    Close,
    /// It says goodbye, then closes.
    Say(Vec<u8>),
    /// It resets.
    Abort,
    /// It does not leave: nobody looks after the socket.
    Stay,
}

/// Where a process is in its script.
#[derive(Clone, Debug)]
pub(super) struct Process {
    pub(super) steps: std::collections::VecDeque<Step>,
    pub(super) farewell: Farewell,
    pub(super) patience: Option<Nanos>,
    /// Of the current step of reading, what was read.
    pub(super) read: u64,
}

impl Process {
    pub(super) fn new(steps: Vec<Step>) -> Self {
        Self {
            steps: steps.into(),
            farewell: Farewell::Close,
            patience: None,
            read: 0,
        }
    }
}
