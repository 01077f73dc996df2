//! What happens to the store, action by action.

use stallscope_shared::report::v1::Outcome;

use super::*;
use crate::load::reckoned::Piece;
use crate::state::case::tests::case;
use crate::state::gather::Gathering;

fn after(actions: impl IntoIterator<Item = Action>) -> Rc<State> {
    actions
        .into_iter()
        .fold(Rc::new(State::default()), Reducible::reduce)
}

fn open() -> Action {
    Action::Open {
        file: "one.pcap".to_owned(),
        bytes_total: 100,
    }
}

/// What the worker sends of two attempts, the second of which failed.
fn sent() -> Vec<(FromWorker, Vec<u8>)> {
    let case = case(&[
        ("10.0.0.1:443", 0, Outcome::Completed, 20),
        ("10.0.0.2:443", 10, Outcome::TlsStalled, 10_000),
    ]);
    let report = FromWorker::Report {
        key_logs: vec!["keys.txt".to_owned()],
        is_stopped: false,
    };
    let progress = Progress {
        packets: 7,
        ..Progress::default()
    };
    let mut sent = vec![
        (FromWorker::Progress(progress), Vec::new()),
        (report, postcard::to_allocvec(&*case.summary).unwrap()),
    ];
    for (index, piece) in Piece::all(&case.overview, 1).enumerate() {
        let words = FromWorker::Rows {
            left: u32::from(index == 0),
        };
        sent.push((words, postcard::to_allocvec(&piece).unwrap()));
    }
    sent
}

fn heard(sent: Vec<(FromWorker, Vec<u8>)>) -> Vec<Action> {
    let mut gathering = Gathering::default();
    sent.into_iter()
        .filter_map(|(words, cargo)| gathering.take(words, cargo))
        .collect()
}

fn opened() -> Rc<State> {
    let heard = heard(sent()).into_iter();
    after([open()].into_iter().chain(heard).chain([Action::Present]))
}

#[test]
fn a_job_ends_with_rows() {
    let state = opened();
    assert_eq!(state.job, Job::Done);
    assert_eq!(*state.shown.rows, [0, 1]);
    let case = state.case.as_ref().unwrap();
    assert!(case.has_packets && case.key_logs == ["keys.txt"]);
}

#[test]
fn nothing_is_shown_before_everything_is_there() {
    let mut cut = sent();
    cut.pop();
    assert!(after([open()].into_iter().chain(heard(cut))).case.is_none());
    let mut headless = sent();
    headless.remove(1);
    assert!(
        after([open()].into_iter().chain(heard(headless)))
            .case
            .is_none()
    );
    let mut damaged = sent();
    damaged.last_mut().unwrap().1 = vec![0xff];
    let state = after([open()].into_iter().chain(heard(damaged)));
    assert!(matches!(state.job, Job::Failed(Failure::Broken(_))));
}

#[test]
fn what_a_filter_hides_comes_back_with_it() {
    let state = opened();
    let view = View {
        filter: "out:failed".to_owned(),
        ..View::default()
    };
    let state = state.reduce(Action::Show(view));
    assert_eq!(*state.shown.rows, [1]);
    assert_eq!(
        *state.reduce(Action::Show(View::default())).shown.rows,
        [0, 1]
    );
}

#[test]
fn a_selected_attempt_is_asked_for_once() {
    let state = opened().reduce(Action::Select(1, Some(Tab::Attempt)));
    assert_eq!(
        (state.view.tab, state.wanted_attempt()),
        (Tab::Attempt, Some(2))
    );
    let state = state.reduce(Action::AskedAttempt(2));
    assert_eq!(state.wanted_attempt(), None);
    let state = state.reduce(Action::Hear(FromWorker::Attempt(2), b"{}".to_vec()));
    assert_eq!(state.detail, Detail::Missing(2), "{{}} is no attempt");
    let state = state.reduce(Action::Select(0, None));
    assert_eq!(state.wanted_attempt(), Some(1));
}

#[test]
fn answers_that_nobody_waits_for_any_more_are_passed_over() {
    let state = opened()
        .reduce(Action::Select(1, None))
        .reduce(Action::AskedAttempt(2));
    let late = state.reduce(Action::Hear(FromWorker::Attempt(1), b"{}".to_vec()));
    assert_eq!(late.detail, Detail::Asked(2));
}

fn death(words: &str) -> Action {
    let detail = words.to_owned();
    Action::Hear(FromWorker::Broken { detail }, Vec::new())
}

#[test]
fn a_worker_that_dies_late_takes_only_what_was_not_answered() {
    let asked = opened()
        .reduce(Action::Select(1, Some(Tab::Attempt)))
        .reduce(Action::AskedAttempt(2));
    let state = asked.reduce(death("unreachable"));
    assert_eq!(state.job, Job::Done);
    assert_eq!(state.lost, Some(Failure::Broken("unreachable".to_owned())));
    assert_eq!(state.detail, Detail::Missing(2));
    // Nobody is there to ask.
    let state = state.reduce(Action::Select(0, None));
    assert_eq!(state.wanted_attempt(), Some(1));
    let state = state.reduce(Action::AskedAttempt(1));
    assert_eq!(state.detail, Detail::Missing(1));
    let state = state.reduce(Action::Press(Command::Share));
    assert_eq!((state.sharing.clone(), state.is_waiting()), (None, false));
    assert_eq!(state.reduce(open()).lost, None, "another one is started");
}

#[test]
fn the_first_words_of_a_worker_that_dies_are_the_cause() {
    let state = after([
        open(),
        death("panicked at"),
        death("RuntimeError: unreachable"),
    ]);
    let failure = Failure::Broken("panicked at".to_owned());
    assert_eq!(state.job, Job::Failed(failure));
}

#[test]
fn a_worker_that_dies_without_a_word_had_no_memory() {
    let progress = Progress {
        heap_bytes: 4 << 30,
        ..Progress::default()
    };
    let said = Action::Hear(FromWorker::Progress(progress.clone()), Vec::new());
    let state = after([open(), said, death("Uncaught RuntimeError: unreachable")]);
    assert_eq!(state.job, Job::Failed(Failure::OutOfMemory(progress)));
}

#[test]
fn silence_counts_only_while_an_answer_is_owed() {
    let progress = || Action::Hear(FromWorker::Progress(Progress::default()), Vec::new());
    let silent = after([open(), Action::Silent]);
    assert!(silent.is_waiting() && silent.is_silent);
    assert!(!silent.reduce(progress()).is_silent, "it is heard again");
    assert!(
        !opened().reduce(Action::Silent).is_silent,
        "it owes nothing"
    );
    let asked = opened()
        .reduce(Action::Select(1, None))
        .reduce(Action::AskedAttempt(2));
    assert!(asked.reduce(Action::Silent).is_silent);
}

#[test]
fn a_failure_is_left_by_opening_something_else() {
    let refused = Action::Hear(FromWorker::Failed(Refusal::OnlyKeyLogs), Vec::new());
    let state = after([open(), refused]);
    assert!(matches!(state.job, Job::Failed(_)));
    assert!(matches!(state.reduce(open()).job, Job::Reading { .. }));
}
