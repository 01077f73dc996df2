//! Makes the attempts of a plan at their times, and hands each log out when it is over.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use stallscope_shared::probe::{Arm, Log};
use stallscope_shared::time::Nanos;
use tokio::sync::mpsc;
use tokio::task::LocalSet;
use tokio::time::{Duration, Instant, sleep_until};

use super::decide::{self, Lane, Standings, State};
use super::schedule::Schedule;
use crate::probe::attempt::{Errand, Task};
use crate::probe::follow;
use crate::probe::linger::Patience;
use crate::probe::now;
use crate::probe::race::Race;
use crate::probe::tls::Tickets;

/// What is done.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Targets.
    pub(crate) tasks: Vec<Rc<Task>>,
    /// By task: the race between the addresses of its name, which is one lane then.
    pub(crate) races: BTreeMap<usize, Rc<Race>>,
    /// Addresses, with the index of their task; the arms of an address follow each other.
    pub(crate) addresses: Vec<(usize, SocketAddr)>,
    /// Arms of every address; 1 where nothing is varied.
    pub(crate) arms: usize,
    /// Attempts at each address; `None` goes on until each is decided.
    pub(crate) count: Option<u32>,
    /// Attempts at one time.
    pub(crate) concurrency: usize,
    /// Between two attempts at one address, at least, whoever leads there.
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

/// Carries a plan out; how each lane stands in the end.
pub(crate) async fn run(plan: &Plan, seen: &mut dyn Seen) -> Vec<State> {
    let local = LocalSet::new();
    let (send, receive) = mpsc::unbounded_channel();
    let lane = |(index, (task, server)): (usize, &(usize, SocketAddr))| Lane {
        server: *server,
        task: *task,
        group: index / plan.arms.max(1),
        begun: 0,
        odds: stallscope_shared::diagnosis::Odds::default(),
    };
    let lanes: Vec<Lane> = plan.addresses.iter().enumerate().map(lane).collect();
    let pace = (plan.interval, plan.apart);
    let mut driver = Driver {
        plan,
        began: Instant::now(),
        schedule: Schedule::new(&lanes, plan.arms, pace),
        standings: Standings::new(lanes, plan.arms),
        in_flight: 0,
        waiting: BinaryHeap::new(),
        decided: BTreeSet::new(),
        last: BTreeMap::new(),
        ports: BTreeMap::new(),
        tickets: BTreeMap::new(),
    };
    for index in 0..plan.addresses.len() {
        driver.queue(index);
    }
    local.run_until(driver.drive(send, receive, seen)).await;
    let standings = driver.standings;
    (0..plan.addresses.len())
        .map(|index| standings.of(index))
        .collect()
}

struct Driver<'a> {
    plan: &'a Plan,
    began: Instant,
    schedule: Schedule,
    standings: Standings,
    in_flight: usize,
    /// The next attempt of each lane: when it may begin, and which of all its address's it is, so that of those that may
    /// begin together none is preferred.
    waiting: BinaryHeap<Reverse<(Instant, u32, usize)>>,
    /// Lanes that were taken out of it since their address is decided.
    decided: BTreeSet<usize>,
    /// When the last attempt at each address began.
    last: BTreeMap<SocketAddr, Instant>,
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
            seen.tick(self.standings.lanes(), left);
        }
    }

    /// An attempt is over, and so are those that lost its race and the redirects that it led to, which say nothing of its
    /// own address.
    fn over(&mut self, lane: usize, logs: Vec<Log>, seen: &mut dyn Seen) {
        self.in_flight -= 1;
        let mut logs = logs.into_iter();
        if let Some(asked) = logs.next() {
            self.asked(lane, asked, seen);
        }
        for log in logs {
            seen.over(lane, log);
        }
    }

    fn asked(&mut self, lane: usize, log: Log, seen: &mut dyn Seen) {
        let lanes = self.standings.lanes();
        let group = lanes.get(lane).map_or(0, |lane| lane.group);
        if log.arm == Some(Arm::Base) && log.client.port() != 0 {
            self.ports.insert(group, log.client);
        }
        let has_failed = seen.over(lane, log);
        self.standings.count(lane, has_failed);
        // What was under way can say otherwise.
        let beside = self.standings.arms_beside(lane);
        if self.decided.range(beside.clone()).next().is_some() && self.standings.is_open(lane) {
            for index in beside {
                if self.decided.remove(&index) {
                    self.queue(index);
                }
            }
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
        loop {
            // Nothing can begin before something is over, which wakes whoever waits.
            if self.in_flight >= self.plan.concurrency {
                return Some(now + TICK);
            }
            let Reverse((due, slot, index)) = *self.waiting.peek()?;
            if self.plan.count.is_none() && !self.standings.is_open(index) {
                self.waiting.pop();
                self.decided.insert(index);
                continue;
            }
            if due > now {
                return Some(due.max(now + Duration::from_millis(1)));
            }
            self.waiting.pop();
            if let Some(free) = self.free_at(index).filter(|free| *free > now) {
                self.waiting.push(Reverse((free, slot, index)));
                continue;
            }
            self.begin(index, now, send);
            self.queue(index);
        }
    }

    /// When the lane's address may get its next attempt: what is late is not made up for in a burst.
    fn free_at(&self, index: usize) -> Option<Instant> {
        let lane = self.standings.lanes().get(index)?;
        let last = self.last.get(&lane.server)?;
        Some(*last + self.plan.interval)
    }

    /// Puts the lane's next attempt where it waits for its time; nothing when it was tried often enough.
    fn queue(&mut self, index: usize) {
        if let Some((due, slot)) = self.due(index) {
            self.waiting.push(Reverse((due, slot, index)));
        }
    }

    /// When the lane is next to be tried, and its place among all attempts at its address; `None` when often enough.
    fn due(&self, index: usize) -> Option<(Instant, u32)> {
        let lane = self.standings.lanes().get(index)?;
        let most = self.plan.count.unwrap_or(decide::ENOUGH);
        let (due, slot) = self.schedule.due(index, lane)?;
        (lane.begun < most).then_some((self.began + due, slot))
    }

    fn begin(&mut self, index: usize, at: Instant, send: &mpsc::UnboundedSender<Over>) {
        // Its place on the grid, which it keeps where it had to wait.
        let Some((due, _)) = self.due(index) else {
            return;
        };
        let Some(lane) = self.standings.begin(index) else {
            return;
        };
        self.last.insert(lane.server, at);
        let Some(task) = self.plan.tasks.get(lane.task).map(Rc::clone) else {
            return;
        };
        self.in_flight += 1;
        let late = i64::try_from(at.duration_since(due).as_nanos()).unwrap_or(i64::MAX);
        let due = now() + Nanos(late.saturating_neg());
        let race = self.plan.races.get(&lane.task).map(Rc::clone);
        let (server, group) = (lane.server, lane.group);
        let used = self.ports.get(&group).copied();
        let is_resuming = task.arm == Some(Arm::Resumed);
        let errand = Errand {
            server,
            due,
            patience: self.plan.patience.clone(),
            race,
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
