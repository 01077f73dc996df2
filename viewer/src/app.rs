//! The application: one session, the worker that serves it, and the page that fits its state.

use yew::{Callback, DragEvent, Html, component, html, use_mut_ref, use_reducer};

use crate::pages::attempts::Attempts;
use crate::pages::start::Start;
use crate::platform::file::{self, LocalFile};
use crate::platform::thread::Thread;
use crate::state::{Action, Session};

/// Everything on the page.
#[component]
pub fn App() -> Html {
    let session = use_reducer(Session::default);
    let thread = use_mut_ref(|| None::<Thread>);

    let open = {
        let (session, thread) = (session.dispatcher(), thread.clone());
        Callback::from(move |files: Vec<LocalFile>| {
            let Some(first) = files.first() else {
                return;
            };
            let bytes_total = files.iter().map(LocalFile::size).sum();
            session.dispatch(Action::Open {
                file: first.name(),
                bytes_total,
            });
            let hear = session.clone();
            let started = Thread::start(
                files,
                Box::new(move |words, cargo| hear.dispatch(Action::Hear(words, cargo))),
            );
            if started.is_none() {
                session.dispatch(Action::NoWorkers);
            }
            // The worker of an earlier job ends here.
            *thread.borrow_mut() = started;
        })
    };
    let stop = {
        let (session, thread) = (session.dispatcher(), thread);
        Callback::from(move |()| {
            if let Some(thread) = thread.borrow().as_ref() {
                thread.stop();
                session.dispatch(Action::Stop);
            }
        })
    };
    let on_drop = {
        let open = open.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            open.emit(file::dropped(&event));
        })
    };
    // Without this the browser would show the file instead of dropping it here.
    let on_drag_over = Callback::from(|event: DragEvent| event.prevent_default());

    html! {
        <main ondrop={on_drop} ondragover={on_drag_over}>
            <header class="masthead">
                <h1>{ "stallscope" }</h1>
                <p>{ "Which phase of a connection stalled, on which address. Captures are read in this page and never uploaded." }</p>
            </header>
            if let Session::Done(report) = &*session {
                <Attempts report={report.clone()} on_open={open} />
            } else {
                <Start session={(*session).clone()} on_open={open} on_stop={stop} />
            }
        </main>
    }
}
