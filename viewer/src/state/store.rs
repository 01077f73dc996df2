//! The store and everything that can happen to it.

use std::rc::Rc;

use stallscope_shared::report::link::TEAMS;
use stallscope_shared::report::v1::PacketRef;
use stallscope_shared::text::Language;
use yew::Reducible;

use super::arrange::{Shown, Step, arrange, neighbour};
use super::case::{Case, place_of};
use super::keys::{Command, Zoom};
use super::view::{Axis, Tab, View};
use crate::load::dossier::Dossier;
use crate::load::protocol::{FromWorker, Progress, Refusal};
use crate::load::share::{Choice, Sheet};
use crate::platform::fetch::FetchError;

/// Everything that the page knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// What is under way.
    pub(crate) job: Job,
    /// What is open.
    pub(crate) case: Option<Rc<Case>>,
    /// The view that is chosen is drawn, and not only what stands above it.
    pub(crate) is_unfolded: bool,
    /// Why the worker that found it is gone.
    pub(crate) lost: Option<Failure>,
    /// How often the worker was heard.
    pub(crate) heard: u32,
    /// The worker owes an answer, and nothing was heard of it for long.
    pub(crate) is_silent: bool,
    /// What of it is shown.
    pub(crate) view: View,
    /// The rows of that.
    pub(crate) shown: Rc<Shown>,
    /// Everything about the selected attempt.
    pub(crate) detail: Detail,
    /// The bytes of the selected packet.
    pub(crate) bytes: Bytes,
    /// What everything is written in.
    pub(crate) language: Language,
    /// The panel of keys is open.
    pub(crate) is_help_open: bool,
    /// The dialog for handing the report on is open.
    pub(crate) sharing: Option<Sharing>,
    /// Address of this viewer where others can reach it; empty otherwise.
    pub(crate) address: String,
}

/// What was chosen for handing the report on, and what that comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sharing {
    /// What was chosen.
    pub(crate) choice: Choice,
    /// What the worker says of it, or of an earlier choice.
    pub(crate) sheet: Option<Rc<Sheet>>,
}

/// What is under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Job {
    /// Nothing was opened yet.
    #[default]
    Start,
    /// A file is being fetched.
    Fetching {
        /// Where from.
        host: String,
        /// Bytes so far.
        read: u64,
        /// Bytes there are, where the server says so.
        total: Option<u64>,
    },
    /// Files are being read.
    Reading {
        /// How far it is.
        progress: Progress,
        /// The user asked to stop; the report of what was read is coming.
        is_stopping: bool,
    },
    /// The case is there.
    Done,
    /// There will be none.
    Failed(Failure),
}

/// Why there is nothing to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The files cannot be shown.
    Refused(Refusal),
    /// A file could not be fetched.
    NotFetched {
        /// Where from.
        host: String,
        /// Why.
        error: FetchError,
    },
    /// The worker died, with its last words. Our fault.
    Broken(String),
    /// The worker died when it asked for more memory than there is.
    OutOfMemory(Progress),
    /// The worker could not be started: it is not there, or the browser allows none.
    NotStarted(String),
}

/// Everything about the selected attempt.
#[derive(Clone, Debug, Default)]
pub(crate) enum Detail {
    /// None is selected.
    #[default]
    None,
    /// It was asked for.
    Asked(u32),
    /// Here it is.
    Here(Rc<Dossier>),
    /// It cannot be had.
    Missing(u32),
}

/// The bytes of the selected packet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Bytes {
    /// None is selected.
    #[default]
    None,
    /// They were asked for.
    Asked(PacketRef),
    /// Here they are, and what the packet's headers say: message and value.
    Here(PacketRef, Rc<Vec<u8>>, Rc<Vec<(String, String)>>),
    /// They cannot be had.
    Missing(PacketRef),
}

/// What can happen.
#[derive(Debug)]
pub(crate) enum Action {
    /// Files were chosen and a worker was started on them.
    Open {
        /// Name of the first.
        file: String,
        /// Length of all of them.
        bytes_total: u64,
    },
    /// A file is being fetched from this host.
    Fetch(String),
    /// So many bytes of it came, of so many.
    Fetched(u64, Option<u64>),
    /// There will be nothing to show.
    Fail(Failure),
    /// The user wants no more to be read.
    Stop,
    /// The worker said something, and these bytes came with it.
    Hear(FromWorker, Vec<u8>),
    /// Nothing was heard of it for long.
    Silent,
    /// The report and all of its rows have come.
    Arrive(Rc<Case>),
    /// What has come is to be shown, first what stands above the views: steps of their own, so that none takes long.
    Present,
    /// The chosen view is to be drawn too.
    Unfold,
    /// Something else is to be shown.
    Show(View),
    /// The attempt of this row is selected, and shown on this part of the page where one is given.
    Select(usize, Option<Tab>),
    /// The worker was asked for the attempt with this id.
    AskedAttempt(u32),
    /// The worker was asked for this packet's bytes.
    AskedPacket(PacketRef),
    /// A key that means something was pressed.
    Press(Command),
    /// Everything is to be written in this.
    Speak(Language),
    /// The panel of keys is opened or closed.
    Help(bool),
    /// Something is chosen for handing the report on, or the dialog is closed.
    Share(Option<Choice>),
}

/// What is shared is the same when it is the same allocation: nothing here changes once it is made.
impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        let is_same_case = match (&self.case, &other.case) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        is_same_case
            && Rc::ptr_eq(&self.shown, &other.shown)
            && self.job == other.job
            && self.is_unfolded == other.is_unfolded
            && self.lost == other.lost
            && (self.heard, self.is_silent) == (other.heard, other.is_silent)
            && self.view == other.view
            && self.detail == other.detail
            && self.bytes == other.bytes
            && self.language == other.language
            && self.is_help_open == other.is_help_open
            && self.sharing == other.sharing
    }
}

impl PartialEq for Detail {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Asked(one), Self::Asked(other)) | (Self::Missing(one), Self::Missing(other)) => {
                one == other
            }
            (Self::Here(one), Self::Here(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Open { file, bytes_total } => {
                next.forget();
                next.job = Job::Reading {
                    progress: Progress {
                        file,
                        bytes_total,
                        ..Progress::default()
                    },
                    is_stopping: false,
                };
            }
            Action::Fetch(host) => {
                next.forget();
                next.job = Job::Fetching {
                    host,
                    read: 0,
                    total: None,
                };
            }
            Action::Fetched(bytes, of) => {
                if let Job::Fetching { read, total, .. } = &mut next.job {
                    (*read, *total) = (bytes, of);
                }
            }
            Action::Fail(failure) => next.job = Job::Failed(failure),
            Action::Silent => next.is_silent = next.is_waiting(),
            Action::Stop => {
                if let Job::Reading { is_stopping, .. } = &mut next.job {
                    *is_stopping = true;
                }
            }
            Action::Hear(words, cargo) => next.hear(words, cargo),
            Action::Arrive(case) => next.arrive(case),
            Action::Present if next.case.is_some() => next.job = Job::Done,
            Action::Present => {}
            Action::Unfold => next.is_unfolded = next.case.is_some(),
            Action::Show(view) => next.show(view),
            Action::Select(index, tab) => next.select(index, tab),
            Action::AskedAttempt(id) => {
                next.detail = Detail::Asked(id);
                next.give_up();
            }
            Action::AskedPacket(packet) => {
                next.bytes = Bytes::Asked(packet);
                next.give_up();
            }
            Action::Press(command) => next.press(command),
            Action::Speak(language) => next.language = language,
            Action::Help(is_open) => next.is_help_open = is_open,
            Action::Share(Some(choice)) => next.sharing.get_or_insert_default().choice = choice,
            Action::Share(None) => next.sharing = None,
        }
        Rc::new(next)
    }
}

impl State {
    /// With nothing open.
    pub(crate) fn new(view: View, language: Language, address: String) -> Self {
        Self {
            view,
            language,
            address,
            ..Self::default()
        }
    }

    /// The row of the selected attempt.
    pub(crate) fn selected(&self) -> Option<usize> {
        let case = self.case.as_ref()?;
        case.row_at(self.view.attempt?)
    }

    /// The id of the selected attempt, where it was not asked for yet.
    pub(crate) fn wanted_attempt(&self) -> Option<u32> {
        let case = self.case.as_ref()?;
        let id = case.overview.rows.get(self.selected()?)?.id;
        let is_known = match &self.detail {
            Detail::None => false,
            Detail::Asked(known) | Detail::Missing(known) => *known == id,
            Detail::Here(attempt) => attempt.id == id,
        };
        (!is_known).then_some(id)
    }

    /// The selected packet, where its bytes were not asked for yet and can be had.
    pub(crate) fn wanted_packet(&self) -> Option<PacketRef> {
        let (capture, number) = self.view.packet?;
        let case = self.case.as_ref().filter(|case| case.has_packets)?;
        let Detail::Here(attempt) = &self.detail else {
            return None;
        };
        let packet = attempt
            .packets
            .iter()
            .map(|packet| packet.packet)
            .find(|packet| (packet.capture, packet.number) == (capture, number))
            .filter(|packet| usize::from(packet.capture) < case.summary.captures.len())?;
        let is_known = match &self.bytes {
            Bytes::None => false,
            Bytes::Asked(known) | Bytes::Missing(known) | Bytes::Here(known, ..) => {
                *known == packet
            }
        };
        (!is_known).then_some(packet)
    }

    fn forget(&mut self) {
        self.case = None;
        self.is_unfolded = false;
        self.lost = None;
        self.is_silent = false;
        self.shown = Rc::default();
        self.detail = Detail::None;
        self.bytes = Bytes::None;
        self.sharing = None;
    }

    /// Opens the dialog for handing the report on, where there is one.
    fn share(&mut self) {
        if self.case.is_some() && self.lost.is_none() {
            let choice = Choice {
                most: u32::try_from(TEAMS).unwrap_or_default(),
                base: self.address.clone(),
                language: u8::try_from(self.language.index()).unwrap_or_default(),
                ..Choice::default()
            };
            self.sharing = Some(Sharing {
                choice,
                sheet: None,
            });
        }
    }

    fn show(&mut self, view: View) {
        let is_same_choice = self.view.filter == view.filter
            && self.view.brush == view.brush
            && self.view.group == view.group
            && self.view.order == view.order;
        if self.view.attempt != view.attempt {
            self.detail = Detail::None;
        }
        self.view = view;
        if !is_same_choice {
            self.choose();
        }
    }

    fn choose(&mut self) {
        if let Some(case) = &self.case {
            let shown = arrange(case, &self.view, Some(&self.shown));
            self.shown = Rc::new(shown);
        }
    }

    fn select(&mut self, index: usize, tab: Option<Tab>) {
        let row = self
            .case
            .as_ref()
            .and_then(|case| case.overview.rows.get(index));
        if let Some(row) = row {
            let attempt = Some(place_of(row));
            let is_same = self.view.attempt == attempt;
            self.show(View {
                attempt,
                packet: self.view.packet.filter(|_| is_same),
                tab: tab.unwrap_or(self.view.tab),
                ..self.view.clone()
            });
        }
    }

    fn go(&mut self, step: Step) {
        let Some(case) = self.case.clone() else {
            return;
        };
        if let Some(index) = neighbour(&case, &self.shown.items, self.selected(), step) {
            self.select(index, None);
        }
    }

    fn press(&mut self, command: Command) {
        if self.sharing.is_some() && command != Command::Leave {
            // Keys are for what is seen.
            return;
        }
        let view = self.view.clone();
        match command {
            Command::Share => self.share(),
            Command::Go(step) => self.go(step),
            Command::Tab(tab) => self.show(View { tab, ..view }),
            Command::Open => {
                if let Some(index) = self.selected() {
                    self.select(index, Some(Tab::Attempt));
                }
            }
            Command::Zoom(zoom) => {
                let zoom = self.zoomed(zoom);
                self.show(View { zoom, ..view });
            }
            Command::Table => self.show(View {
                is_table: !view.is_table,
                ..view
            }),
            Command::Help => self.is_help_open = !self.is_help_open,
            Command::Clear => self.show(View {
                filter: String::new(),
                brush: None,
                zoom: None,
                ..view
            }),
            Command::Leave => self.leave(),
        }
    }

    /// One step back: the dialog or panel, then the packet, then the zoom, then the attempt's page.
    fn leave(&mut self) {
        let view = self.view.clone();
        if self.sharing.is_some() {
            self.sharing = None;
        } else if self.is_help_open {
            self.is_help_open = false;
        } else if view.packet.is_some() {
            self.show(View {
                packet: None,
                ..view
            });
        } else if view.zoom.is_some() {
            self.show(View { zoom: None, ..view });
        } else if matches!(view.tab, Tab::Attempt | Tab::Packets) {
            self.show(View {
                tab: Tab::Waterfall,
                ..view
            });
        } else if view.brush.is_some() {
            self.show(View {
                brush: None,
                ..view
            });
        }
    }

    /// The time that the waterfall shows where it is not zoomed.
    pub(crate) fn stretch(&self) -> (i64, i64) {
        let Some(case) = &self.case else {
            return (0, 1);
        };
        match self.view.axis {
            Axis::Clock => self.view.brush.unwrap_or_else(|| case.time()),
            Axis::Relative => (0, self.shown.longest.max(1)),
        }
    }

    fn zoomed(&self, zoom: Zoom) -> Option<(i64, i64)> {
        let whole = self.stretch();
        let (from, to) = self.view.zoom.unwrap_or(whole);
        let length = to.saturating_sub(from);
        let (from, to) = match zoom {
            Zoom::In => (
                from.saturating_add(length / 4),
                to.saturating_sub(length / 4),
            ),
            Zoom::Out => (
                from.saturating_sub(length / 2),
                to.saturating_add(length / 2),
            ),
            Zoom::Left => (
                from.saturating_sub(length / 4),
                to.saturating_sub(length / 4),
            ),
            Zoom::Right => (
                from.saturating_add(length / 4),
                to.saturating_add(length / 4),
            ),
            Zoom::All => return None,
        };
        let (from, to) = (from.max(whole.0), to.min(whole.1));
        // Microseconds are the least that captures tell.
        let is_sensible = to.saturating_sub(from) >= 1_000 && (from, to) != whole;
        if is_sensible {
            Some((from, to))
        } else if to.saturating_sub(from) < 1_000 {
            self.view.zoom
        } else {
            None
        }
    }

    fn hear(&mut self, words: FromWorker, cargo: Vec<u8>) {
        self.heard = self.heard.wrapping_add(1);
        self.is_silent = false;
        match words {
            FromWorker::Ready => {}
            FromWorker::Progress(now) => {
                if let Job::Reading { progress, .. } = &mut self.job {
                    *progress = now;
                }
            }
            // These are gathered before they get here.
            FromWorker::Report { .. } | FromWorker::Rows { .. } => {}
            FromWorker::NotStarted { detail } => {
                self.job = Job::Failed(Failure::NotStarted(detail));
            }
            FromWorker::Attempt(id) => {
                if self.detail == Detail::Asked(id) {
                    self.detail = postcard::from_bytes(&cargo)
                        .map_or(Detail::Missing(id), |dossier| {
                            Detail::Here(Rc::new(dossier))
                        });
                }
            }
            FromWorker::Packet { packet, fields } => {
                if self.bytes == Bytes::Asked(packet) {
                    self.bytes = Bytes::Here(packet, Rc::new(cargo), Rc::new(fields));
                }
            }
            FromWorker::NoPacket(packet) => {
                if self.bytes == Bytes::Asked(packet) {
                    self.bytes = Bytes::Missing(packet);
                }
            }
            FromWorker::Share => {
                if let (Some(sharing), Ok(sheet)) =
                    (&mut self.sharing, postcard::from_bytes(&cargo))
                {
                    sharing.sheet = Some(Rc::new(sheet));
                }
            }
            // The page saves it before it gets here.
            FromWorker::Export(_) => {}
            FromWorker::Failed(refusal) => self.job = Job::Failed(Failure::Refused(refusal)),
            FromWorker::Broken { detail } => self.broken(detail),
        }
    }

    fn arrive(&mut self, case: Rc<Case>) {
        self.shown = Rc::new(arrange(&case, &self.view, None));
        self.case = Some(case);
    }
}

#[cfg(test)]
mod tests;
