//! A session goes from state to state as the worker speaks, and nothing else moves it.

use std::rc::Rc;

use yew::Reducible;

use super::{Action, Session};
use crate::worker::protocol::{FromWorker, Progress};

fn after(actions: Vec<Action>) -> Session {
    let session = actions
        .into_iter()
        .fold(Rc::new(Session::default()), |session, action| {
            session.reduce(action)
        });
    (*session).clone()
}

fn open() -> Action {
    Action::Open {
        file: "a.pcap".to_owned(),
        bytes_total: 100,
    }
}

fn progress(bytes_read: u64) -> Action {
    let progress = Progress {
        bytes_read,
        bytes_total: 100,
        ..Progress::default()
    };
    Action::Hear(FromWorker::Progress(progress), Vec::new())
}

fn failed() -> Action {
    let sentence = "a.pcap: not a capture.".to_owned();
    Action::Hear(FromWorker::Failed { sentence }, Vec::new())
}

#[test]
fn stopping_is_remembered_while_reading_goes_on() {
    let session = after(vec![open(), progress(10), Action::Stop, progress(20)]);
    let Session::Reading {
        progress,
        is_stopping,
    } = session
    else {
        panic!("{session:?}");
    };
    assert_eq!((progress.bytes_read, is_stopping), (20, true));
}

#[test]
fn nothing_is_stopped_that_does_not_run() {
    assert_eq!(after(vec![Action::Stop]), Session::Start);
}

#[test]
fn a_failure_is_final_until_something_is_opened() {
    let session = after(vec![open(), failed(), progress(50)]);
    assert!(matches!(session, Session::Failed(failure) if failure.detail.is_none()));
    assert!(matches!(
        after(vec![open(), failed(), open()]),
        Session::Reading { .. }
    ));
}

#[test]
fn a_report_that_cannot_be_read_is_our_fault() {
    let done = Action::Hear(FromWorker::Done, b"{}".to_vec());
    let session = after(vec![open(), done]);
    assert!(matches!(session, Session::Failed(failure) if failure.detail.is_some()));
}
