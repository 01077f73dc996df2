//! Follows one TLS connection: routes each record of each side to what reads it.

use super::assembly::{Assembly, Fragment};
use super::codepoints::{AlertDescription, AlertLevel, ContentType};
use super::facts::{Alert, AlertForm, Facts, NotTls};
use super::pieces::PieceLog;
use super::record::{Head, Input, RecordLine, Step, Whole};
use super::recurring::Recurring;
use super::session::{Duty as SessionDuty, Session};
use super::sniff::looks_like;
use crate::flow::chunk::{Chunk, Hole, Mark, MarkKind, StreamSink};
use crate::flow::few::Few;
use crate::grow;
use crate::ids::Stamp;
use crate::limits::{TLS_ALERTS, TLS_STRANGE_BYTES};
use crate::side::{PerSide, Side};

/// Follows one TLS connection, from any position of its two streams on.
#[derive(Debug, Default)]
pub struct Tracker {
    pub(super) facts: Box<Facts>,
    pub(super) lines: PerSide<Line>,
    /// What is only needed until the handshake is over.
    pub(super) handshake: Option<Box<Handshake>>,
    pub(super) session: Session,
    marks: Few<Mark>,
    /// What other connections said.
    pub(super) recurring: Recurring,
}

/// One side's records.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) record: RecordLine,
    duty: Duty,
    /// The first byte of an alert whose second has not come.
    alert_level: Option<AlertLevel>,
}

/// Marks that wait to be asked for; they are asked for after every delivery.
const UNREAD_MARKS: usize = 16;

/// State of the handshake's messages.
#[derive(Debug, Default)]
pub(super) struct Handshake {
    pub(super) assemblies: PerSide<Assembly>,
    logs: PerSide<PieceLog>,
    /// The client's session id, to be compared with the server's.
    pub(super) session_id: Box<[u8]>,
    /// Handshake messages other than hellos were read in clear from the client: not TLS 1.3.
    pub(super) client_is_clear: bool,
    /// ClientHellos whose pieces are all told.
    told_hellos: usize,
    /// Messages that were listed before the current record of each side.
    pub(super) listed_before: PerSide<usize>,
    /// Where the server's flight stood when it was last marked.
    pub(super) marked_flight: u64,
}

/// What becomes of the current record's body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Duty {
    /// Nothing.
    #[default]
    Skip,
    /// It is a ChangeCipherSpec.
    ChangeCipherSpec,
    /// Alerts in clear.
    ClearAlert,
    /// An alert that cannot be read.
    EncryptedAlert,
    /// Handshake messages in clear.
    Messages,
    /// A handshake message that cannot be read.
    EncryptedMessage,
    /// An application data record.
    Application(SessionDuty),
}

/// Where and when bytes were.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) side: Side,
    pub(super) carried: Stamp,
    pub(super) delivered: Stamp,
    /// Stream position after the bytes.
    pub(super) position: u64,
}

impl Tracker {
    /// A connection of which nothing was seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::among(Recurring::default())
    }

    /// The same, among others that it may say the same things as.
    #[must_use]
    pub fn among(recurring: Recurring) -> Self {
        Self {
            facts: Box::default(),
            lines: PerSide::default(),
            handshake: Some(Box::default()),
            session: Session::default(),
            marks: Few::None,
            recurring,
        }
    }

    /// The next bytes of one side.
    pub fn on_bytes(&mut self, chunk: Chunk<'_>) {
        let side = chunk.side;
        let line = &mut self.lines[side];
        if let Duty::Application(duty @ SessionDuty::Data { .. }) = line.duty
            && line.record.pass(&chunk)
        {
            self.session
                .progress(&mut self.facts, side, duty, chunk.delivered);
            self.grow_flight(&Moment {
                side,
                carried: chunk.carried,
                delivered: chunk.delivered,
                position: chunk.offset.saturating_add(chunk.bytes.len() as u64),
            });
            return;
        }
        let expects_hello = self.expects_hello(side);
        if expects_hello && let Some(handshake) = &mut self.handshake {
            handshake.logs[side].push(&chunk);
        }
        let mut input = Input::new(&chunk);
        let mut moment = Moment {
            side,
            carried: chunk.carried,
            delivered: chunk.delivered,
            position: input.position,
        };
        loop {
            if let Some(whole) = self.lines[side].record.whole(&mut input) {
                self.whole_record(whole, &mut moment);
            } else if let Some(step) = self.lines[side].record.step(&mut input) {
                moment.position = input.position;
                self.on_step(step, &moment);
            } else {
                break;
            }
            self.forget_handshake();
        }
        if expects_hello {
            self.tell_pieces(side);
        }
        self.mark_flight(side);
    }

    /// Bytes of one side that will never come; the next chunk starts after them.
    pub fn on_hole(&mut self, hole: Hole) {
        let side = hole.side;
        let missing = self.facts.missing[side].get_or_insert_default();
        missing.holes = missing.holes.saturating_add(1);
        missing.bytes = missing.bytes.saturating_add(hole.length);
        let damage = self.lines[side].record.on_hole(&hole);
        let duty = self.lines[side].duty;
        let is_handshake = self.facts.handshake_end.is_none();
        if let Duty::Messages = duty
            && damage.hits_body
        {
            missing.handshake = true;
            if !damage.loses_framing {
                self.with_assembly(side, |assembly| assembly.on_hole(hole.length));
            }
        }
        if damage.loses_framing {
            let missing = self.facts.missing[side].get_or_insert_default();
            missing.handshake |= is_handshake;
            self.tell_unfinished(side);
            self.with_assembly(side, Assembly::lose);
            if side == self.facts.client() {
                self.end_flight();
                self.session.on_client_gap(&mut self.facts, hole.known);
            }
        }
        if damage.ends_body {
            self.end_record(&Moment {
                side,
                carried: hole.known,
                delivered: hole.known,
                position: hole.offset.saturating_add(hole.length),
            });
        }
        self.forget_handshake();
    }

    /// Nothing more will come: what is incomplete is told as such.
    pub fn finish(&mut self) {
        for side in [Side::Originator, Side::Responder] {
            self.tell_unfinished(side);
            self.tell_pieces(side);
            if let Some(stamp) = self.lines[side].record.opening() {
                let opening = self.lines[side].record.window().to_vec();
                self.strange(side, stamp, &opening);
            }
        }
        self.handshake = None;
    }

    /// The position up to which this side's bytes are not needed.
    #[must_use]
    pub fn skip_until(&self, side: Side) -> Option<u64> {
        let line = &self.lines[side];
        match line.duty {
            Duty::Skip | Duty::Application(_) | Duty::EncryptedMessage | Duty::EncryptedAlert => {
                line.record.body_end()
            }
            Duty::Messages | Duty::ClearAlert | Duty::ChangeCipherSpec => None,
        }
    }

    /// The next position whose acknowledgement is wanted. The server's flight is marked whenever it stops between
    /// two records, so the last of its marks counts.
    #[inline]
    pub fn next_mark(&mut self) -> Option<Mark> {
        // Asked after every packet; the answer is nearly always this one.
        if self.marks.is_empty() {
            return None;
        }
        self.marks.take_first()
    }

    /// What was learnt so far; after [`Self::finish`], all of it.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What was learnt.
    #[must_use]
    pub fn into_facts(mut self) -> Box<Facts> {
        self.finish();
        self.facts
    }

    /// Everything about a record that lies in one chunk.
    fn whole_record(&mut self, whole: Whole<'_>, moment: &mut Moment) {
        moment.position = whole.body_start;
        self.begin_record(whole.head, whole.confirms, moment);
        self.forget_handshake();
        moment.position = whole
            .body_start
            .saturating_add(u64::from(whole.head.length));
        self.body(whole.body, moment);
        self.end_record(moment);
    }

    fn on_step(&mut self, step: Step<'_>, moment: &Moment) {
        let side = moment.side;
        match step {
            Step::Begin { head, confirms } => self.begin_record(head, confirms, moment),
            Step::Body { bytes, ends } => {
                self.body(bytes, moment);
                if ends {
                    self.end_record(moment);
                }
            }
            Step::BeginV2(head) => {
                let opening = self.lines[side].record.window().to_vec();
                self.begin_v2(head, opening, *moment);
                self.lines[side].duty = Duty::Messages;
            }
            Step::BodyV2(bytes) => self.body(bytes, moment),
            Step::BeginStrange(stamp) => {
                let opening = self.lines[side].record.window().to_vec();
                self.strange(side, stamp, &opening);
            }
            Step::Strange(bytes) => self.strange(side, moment.carried, bytes),
            Step::Unframed(bytes) => {
                let at = (moment.carried, moment.delivered);
                self.session
                    .unframed(&mut self.facts, side, bytes.len(), at);
            }
            Step::Unreadable => {
                let is_handshake = self.facts.handshake_end.is_none();
                let missing = self.facts.missing[side].get_or_insert_default();
                missing.unreadable.get_or_insert(moment.carried);
                missing.handshake |= is_handshake;
                self.tell_unfinished(side);
                self.with_assembly(side, Assembly::lose);
            }
        }
    }

    fn begin_record(&mut self, head: Head, confirms: bool, moment: &Moment) {
        let side = moment.side;
        if confirms {
            let missing = self.facts.missing[side].get_or_insert_default();
            missing.resynchronised = missing.resynchronised.saturating_add(1);
        }
        let duty = match head.content {
            ContentType::CHANGE_CIPHER_SPEC => Duty::ChangeCipherSpec,
            // No protection leaves an alert at its two bytes.
            ContentType::ALERT if head.length == 2 => Duty::ClearAlert,
            ContentType::ALERT => Duty::EncryptedAlert,
            ContentType::HANDSHAKE if self.is_opaque(side) => Duty::EncryptedMessage,
            ContentType::HANDSHAKE => {
                self.begin_messages(side, head);
                if self.handshake.is_some() {
                    Duty::Messages
                } else {
                    Duty::Skip
                }
            }
            ContentType::APPLICATION_DATA => {
                let duty = self
                    .session
                    .begin(&mut self.facts, side, head.length, head.first_byte);
                Duty::Application(duty)
            }
            _ => Duty::Skip,
        };
        let line = &mut self.lines[side];
        line.duty = duty;
        line.alert_level = None;
        self.follow_flight(head, duty, moment);
    }

    fn body(&mut self, bytes: &[u8], moment: &Moment) {
        let side = moment.side;
        match self.lines[side].duty {
            Duty::Application(duty) => {
                self.session
                    .progress(&mut self.facts, side, duty, moment.delivered);
            }
            Duty::Messages => self.messages(
                Fragment {
                    rest: bytes,
                    carried: moment.carried,
                    position: moment.position.saturating_sub(bytes.len() as u64),
                },
                moment,
            ),
            Duty::ClearAlert => self.alerts(bytes, moment),
            Duty::Skip | Duty::ChangeCipherSpec | Duty::EncryptedAlert | Duty::EncryptedMessage => {
            }
        }
        self.grow_flight(moment);
    }

    fn end_record(&mut self, moment: &Moment) {
        let side = moment.side;
        match std::mem::take(&mut self.lines[side].duty) {
            Duty::ChangeCipherSpec => {
                self.facts.change_cipher_spec[side].get_or_insert(moment.delivered);
            }
            Duty::EncryptedAlert => self.alert(side, AlertForm::Encrypted, moment.delivered),
            Duty::EncryptedMessage => self.encrypted_message(*moment),
            Duty::Application(duty) => {
                let is_finished = self
                    .session
                    .end(&mut self.facts, side, duty, moment.delivered);
                if is_finished {
                    self.mark(side, moment.position, MarkKind::ClientFinished);
                } else if self.session.wants_mark(&self.facts, side, duty) {
                    self.mark(side, moment.position, MarkKind::Request);
                }
            }
            Duty::Messages => self.complete_messages(*moment),
            Duty::Skip | Duty::ClearAlert => {}
        }
    }

    fn alerts(&mut self, bytes: &[u8], moment: &Moment) {
        for &byte in bytes {
            match self.lines[moment.side].alert_level.take() {
                None => self.lines[moment.side].alert_level = Some(AlertLevel(byte)),
                Some(level) => {
                    let form = AlertForm::Clear(level, AlertDescription(byte));
                    self.alert(moment.side, form, moment.delivered);
                }
            }
        }
    }

    fn alert(&mut self, side: Side, form: AlertForm, stamp: Stamp) {
        let facts = &mut self.facts;
        if facts.alerts.len() < TLS_ALERTS {
            grow::push(&mut facts.alerts, Alert { side, form, stamp });
        } else {
            facts.alerts_omitted = facts.alerts_omitted.saturating_add(1);
        }
    }

    fn strange(&mut self, side: Side, stamp: Stamp, bytes: &[u8]) {
        let strange = self.facts.not_tls.get_or_insert_with(|| {
            Box::new(NotTls {
                side,
                looks_like: looks_like(&[]),
                first_bytes: Box::default(),
                stamp,
            })
        });
        let room = TLS_STRANGE_BYTES.saturating_sub(strange.first_bytes.len());
        if strange.side != side || room == 0 {
            return;
        }
        let mut first_bytes = std::mem::take(&mut strange.first_bytes).into_vec();
        first_bytes.extend(bytes.iter().take(room));
        strange.looks_like = looks_like(&first_bytes);
        strange.first_bytes = first_bytes.into();
    }

    pub(super) fn mark(&mut self, side: Side, end: u64, kind: MarkKind) {
        if self.marks.len() < UNREAD_MARKS {
            self.marks.push(Mark { side, end, kind }, UNREAD_MARKS);
        }
    }

    /// A ClientHello may begin or go on in this side's bytes.
    pub(super) fn expects_hello(&self, side: Side) -> bool {
        let is_client = self.facts.client_side.is_none_or(|client| client == side);
        self.handshake.is_some() && is_client && self.facts.application_data[side].is_none()
    }

    /// Tells which packets carried the ClientHellos that were being read: one packet may end one and begin another.
    fn tell_pieces(&mut self, side: Side) {
        let Some(handshake) = &mut self.handshake else {
            return;
        };
        let log = &mut handshake.logs[side];
        let mut told = None;
        let mut is_reading = false;
        if self.facts.client_side == Some(side) {
            let untold = handshake.told_hellos;
            for hello in self.facts.client_hellos.iter_mut().skip(untold) {
                (hello.pieces, hello.piece_count) = log.within(hello.start, hello.end);
                is_reading |= hello.complete.is_none();
                if !is_reading {
                    handshake.told_hellos = handshake.told_hellos.saturating_add(1);
                    told = Some(hello.end);
                }
            }
        }
        if let Some(end) = told {
            log.forget_before(end);
        }
        if !is_reading {
            let record = self.lines[side].record.pending_start();
            let message = handshake.assemblies[side].header_start();
            log.forget_before(message.unwrap_or(record).min(record));
        }
    }

    fn with_assembly(&mut self, side: Side, act: impl FnOnce(&mut Assembly)) {
        if let Some(handshake) = &mut self.handshake {
            act(&mut handshake.assemblies[side]);
        }
    }

    /// Frees what only the handshake needs.
    fn forget_handshake(&mut self) {
        if self.facts.handshake_end.is_some() && self.handshake.is_some() {
            for side in [Side::Originator, Side::Responder] {
                self.tell_unfinished(side);
                self.tell_pieces(side);
            }
            self.handshake = None;
        }
    }
}

impl StreamSink for Tracker {
    fn on_bytes(&mut self, chunk: Chunk<'_>) {
        Self::on_bytes(self, chunk);
    }

    fn on_hole(&mut self, hole: Hole) {
        Self::on_hole(self, hole);
    }

    fn skip_until(&self, side: Side) -> Option<u64> {
        Self::skip_until(self, side)
    }

    fn next_mark(&mut self) -> Option<Mark> {
        Self::next_mark(self)
    }
}
