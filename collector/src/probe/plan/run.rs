//! Makes the attempts of a plan at their times, and hands each log out when it is over.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use stallscope_shared::probe::{Arm, Log};
use stallscope_shared::time::Nanos;
use tokio::sync::mpsc;
use tokio::task::LocalSet;
use tokio::time::{Duration, Instant, sleep_until};

use super::decide::{self, Lane, State};
use crate::probe::attempt::{Errand, Task};
use crate::probe::follow;
use crate::probe::linger::Patience;
use crate::probe::now;
use crate::probe::tls::Tickets;

/// What is done.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Targets.
    pub(crate) tasks: Vec<Rc<Task>>,
    /// Addresses, with the index of their task; the arms of an address follow each other.
    pub(crate) addresses: Vec<(usize, SocketAddr)>,
    /// Arms of every address; 1 where nothing is varied.
    pub(crate) arms: usize,
    /// Attempts at each address; `None` goes on until each is decided.
    pub(crate) count: Option<u32>,
    /// Attempts at one time.
    pub(crate) concurrency: usize,
    /// Between two attempts at one address.
    pub(crate) interval: Duration,
    /// How long stalled sockets are kept open past their limits.
    pub(crate) patience: Option<Patience>,
    /// Between two attempts at one time, whatever the address; none where it is zero.
    pub(crate) apart: Duration,
    /// When no attempt begins any more.
    pub(crate) budget: Duration,
    /// Set when whoever runs this wants to end it.
    pub(crate) interrupt: Arc<AtomicBool>,
}

/// What is told of while the plan is carried out.
pub(crate) trait Seen {
    /// An attempt is over; whether it failed.
    fn over(&mut self, lane: usize, log: Log) -> bool;
    /// A moment has passed.
    fn tick(&mut self, lanes: &[Lane], left: Duration);
}

/// Ticks come so often.
const TICK: Duration = Duration::from_millis(100);

/// Carries a plan out; how each address stands in the end.
pub(crate) async fn run(plan: &Plan, seen: &mut dyn Seen) -> Vec<(Lane, State)> {
    let local = LocalSet::new();
    let (send, receive) = mpsc::unbounded_channel();
    let mut driver = Driver {
        plan,
        began: Instant::now(),
        lanes: plan
            .addresses
            .iter()
            .enumerate()
            .map(|(index, (task, server))| Lane {
                server: *server,
                task: *task,
                group: index / plan.arms.max(1),
                begun: 0,
                odds: stallscope_shared::diagnosis::Odds::default(),
            })
            .collect(),
        in_flight: 0,
        next: 0,
        ports: BTreeMap::new(),
        tickets: BTreeMap::new(),
    };
    local.run_until(driver.drive(send, receive, seen)).await;
    let states = decide::states(&driver.lanes);
    driver.lanes.into_iter().zip(states).collect()
}

struct Driver<'a> {
    plan: &'a Plan,
    began: Instant,
    lanes: Vec<Lane>,
    in_flight: usize,
    /// The lane to look at first, so that none is preferred.
    next: usize,
    /// By the address's number: where its last attempt came from that was not itself from a used port.
    ports: BTreeMap<usize, SocketAddr>,
    /// Sessions, by lane.
    tickets: BTreeMap<usize, Tickets>,
}

type Over = (usize, Vec<Log>);

impl Driver<'_> {
    async fn drive(
        &mut self,
        send: mpsc::UnboundedSender<Over>,
        mut receive: mpsc::UnboundedReceiver<Over>,
        seen: &mut dyn Seen,
    ) {
        loop {
            let soonest = self.begin_what_is_due(&send);
            if soonest.is_none() && self.in_flight == 0 {
                return;
            }
            let tick = Instant::now() + TICK;
            let wake = soonest.map_or(tick, |soonest| soonest.min(tick));
            tokio::select! {
                over = receive.recv() => {
                    let Some((lane, logs)) = over else { return };
                    self.over(lane, logs, seen);
                    while let Ok((lane, logs)) = receive.try_recv() {
                        self.over(lane, logs, seen);
                    }
                }
                () = sleep_until(wake) => {}
            }
            let left = self.plan.budget.saturating_sub(self.began.elapsed());
            seen.tick(&self.lanes, left);
        }
    }

    /// An attempt is over, and so are the redirects that it led to, which say nothing of its own address.
    fn over(&mut self, lane: usize, logs: Vec<Log>, seen: &mut dyn Seen) {
        self.in_flight -= 1;
        for log in logs {
            if log.hop.is_some() {
                seen.over(lane, log);
            } else {
                self.asked(lane, log, seen);
            }
        }
    }

    fn asked(&mut self, lane: usize, log: Log, seen: &mut dyn Seen) {
        let group = self.lanes.get(lane).map_or(0, |lane| lane.group);
        if log.arm == Some(Arm::Base) && log.client.port() != 0 {
            self.ports.insert(group, log.client);
        }
        let has_failed = seen.over(lane, log);
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.odds.count(has_failed);
        }
    }

    /// Begins what is due; when the next attempt is, `None` when none is any more. Each address has its times from the
    /// beginning: an attempt that is late because too many are under way is late, not left out.
    fn begin_what_is_due(&mut self, send: &mpsc::UnboundedSender<Over>) -> Option<Instant> {
        let now = Instant::now();
        let is_over = now >= self.began + self.plan.budget;
        if is_over || self.plan.interrupt.load(Ordering::Relaxed) {
            return None;
        }
        let states = match self.plan.count {
            Some(_) => None,
            None => Some(decide::states(&self.lanes)),
        };
        // Nothing can begin before something is over, which wakes whoever waits.
        if self.in_flight >= self.plan.concurrency {
            return Some(now + TICK);
        }
        let mut soonest: Option<Instant> = None;
        let lanes = self.lanes.len();
        let first = self.next;
        for step in 0..lanes {
            let index = (first + step) % lanes;
            let is_open = states
                .as_ref()
                .is_none_or(|states| states.get(index) == Some(&State::Open));
            while let Some(due) = self.due(index).filter(|_| is_open) {
                if self.in_flight >= self.plan.concurrency {
                    // The others have been passed over: with thousands of addresses, looking at each of them again for every
                    // attempt that is over would take longer than the attempts.
                    self.next = index;
                    return Some(now + TICK);
                }
                if due > now {
                    soonest = Some(soonest.map_or(due, |soonest| soonest.min(due)));
                    break;
                }
                self.begin(index, due, now, send);
            }
        }
        self.next = (first + 1) % lanes.max(1);
        soonest.map(|soonest| soonest.max(now + Duration::from_millis(1)))
    }

    /// When the address is next to be tried; `None` when often enough.
    fn due(&self, index: usize) -> Option<Instant> {
        let lane = self.lanes.get(index)?;
        let most = self.plan.count.unwrap_or(decide::ENOUGH);
        if lane.begun >= most {
            return None;
        }
        let arms = self.plan.arms.max(1);
        // Addresses follow each other within the interval, not all at once.
        let groups = u32::try_from(self.lanes.len() / arms)
            .unwrap_or(u32::MAX)
            .max(1);
        let rank = u32::try_from(lane.group).unwrap_or(u32::MAX);
        let offset = self.plan.interval.checked_mul(rank)?.checked_div(groups)?;
        // Arms take turns, there and back again: what drifts is the same for all.
        let turn = match lane.begun % 2 {
            0 => index % arms,
            _ => arms - 1 - index % arms,
        };
        let turns = u32::try_from(arms).ok()?.checked_mul(lane.begun)?;
        let slot = turns.checked_add(u32::try_from(turn).ok()?)?;
        let at = self.began + self.plan.interval.checked_mul(slot)? + offset;
        // With a rate each attempt has its place among all: round by round, address by address.
        let all = groups.checked_mul(slot)?.checked_add(rank)?;
        Some(at.max(self.began + self.plan.apart.checked_mul(all)?))
    }

    fn begin(
        &mut self,
        index: usize,
        due: Instant,
        at: Instant,
        send: &mpsc::UnboundedSender<Over>,
    ) {
        let Some(lane) = self.lanes.get_mut(index) else {
            return;
        };
        let Some(task) = self.plan.tasks.get(lane.task).map(Rc::clone) else {
            return;
        };
        lane.begun += 1;
        self.in_flight += 1;
        let late = i64::try_from(at.duration_since(due).as_nanos()).unwrap_or(i64::MAX);
        let due = now() + Nanos(late.saturating_neg());
        let (server, group) = (lane.server, lane.group);
        let used = self.ports.get(&group).copied();
        let is_resuming = task.arm == Some(Arm::Resumed);
        let errand = Errand {
            server,
            due,
            patience: self.plan.patience.clone(),
            local: used.filter(|_| task.arm == Some(Arm::SamePort)),
            tickets: is_resuming.then(|| {
                let tickets = self.tickets.entry(index).or_insert_with(Tickets::new);
                tickets.clone()
            }),
        };
        let send = send.clone();
        tokio::task::spawn_local(async move {
            let logs = follow::run(&task, &errand).await;
            // Nobody listens any more once the plan is over.
            let _is_over = send.send((index, logs));
        });
    }
}
