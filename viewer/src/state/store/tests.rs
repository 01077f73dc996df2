//! What happens to the store, action by action.

use stallscope_shared::report::v1::Outcome;

use super::*;
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
    for (index, piece) in case.overview.pieces(1).enumerate() {
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
    after([open()].into_iter().chain(heard(sent())))
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

#[test]
fn a_worker_that_dies_late_leaves_the_page_as_it_is() {
    let death = || {
        Action::Hear(
            FromWorker::Broken {
                detail: "unreachable".to_owned(),
            },
            Vec::new(),
        )
    };
    assert_eq!(opened().reduce(death()).job, Job::Done);
    assert_eq!(
        after([open(), death()]).job,
        Job::Failed(Failure::Broken("unreachable".to_owned()))
    );
}

#[test]
fn a_failure_is_left_by_opening_something_else() {
    let refused = Action::Hear(FromWorker::Failed(Refusal::OnlyKeyLogs), Vec::new());
    let state = after([open(), refused]);
    assert!(matches!(state.job, Job::Failed(_)));
    assert!(matches!(state.reduce(open()).job, Job::Reading { .. }));
}
