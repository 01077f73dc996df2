//! The application: the store, the worker that serves it, and the page that fits its state.

use std::cell::RefCell;
use std::rc::Rc;

use stallscope_shared::report::link::is_ours;
use stallscope_shared::text::Language;
use yew::{
    Callback, DragEvent, Html, UseReducerDispatcher, component, hook, html, use_effect_with,
    use_mut_ref, use_reducer, use_state_eq,
};

use super::case::case_view;
use super::failure::{again_button, failure_box};
use super::help::Help;
use super::progress::progress_box;
use super::share::{DIALOG, share};
use super::start::{bar, start};
use super::{Store, With};
use crate::load::protocol::{FromWorker, ToWorker};
use crate::load::share::{Choice, FileKind};
use crate::platform::fetch::{FetchError, Fetching, beside, by_ranges, host};
use crate::platform::file::{self, LocalFile};
use crate::platform::listen::{self, Key};
use crate::platform::thread::Thread;
use crate::platform::{Timer, element, later, page, spawn};
use crate::state::gather::Gathering;
use crate::state::keys::{Command, command};
use crate::state::loss::SILENCE_MS;
use crate::state::source::raw;
use crate::state::{Action, Failure, Job, State, View};
use crate::text::{length, say};

/// Bytes of a file that is fetched: it is held in memory.
const FETCHED_BYTES: u64 = 512 << 20;

/// The capture that the page brings along.
const EXAMPLE: &str = "example.pcap";

/// The page's own files: script, style and module.
const FILES: [&str; 3] = ["stallscope.js", "stallscope.css", "stallscope_bg.wasm"];

/// The parameter of the page's address that says what is shown.
const REPORT: &str = "report";

/// Name of the file that stands for the report in the address. No file on disk has it.
pub(super) const LINK: &str = "#";

/// What is under way beside the page. It lives as long as the page.
#[derive(Default)]
struct Work {
    thread: Option<Thread>,
    /// What it was started on.
    files: Vec<LocalFile>,
    fetching: Option<Fetching>,
}

type Dispatcher = UseReducerDispatcher<State>;

/// Everything on the page.
#[component]
pub fn App() -> Html {
    let store: Store = use_reducer(at_first);
    let work = use_mut_ref(Work::default);
    let open = {
        let (dispatcher, work) = (store.dispatcher(), Rc::clone(&work));
        Callback::from(move |files: Vec<LocalFile>| open(files, &dispatcher, &work))
    };
    use_page(&store, &work, &open);
    use_questions(&store, &work);
    use_patience(&store);
    let is_dragging = use_state_eq(|| false);
    let on_drop = {
        let (open, is_dragging) = (open.clone(), is_dragging.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            is_dragging.set(false);
            open.emit(file::dropped(&event));
        })
    };
    // Without this the browser would show the file instead of dropping it here.
    let on_drag_over = {
        let is_dragging = is_dragging.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            is_dragging.set(true);
        })
    };
    let on_drag_leave = {
        let is_dragging = is_dragging.clone();
        Callback::from(move |event: DragEvent| {
            // Between elements of the page there is another one that is entered.
            if event.related_target().is_none() {
                is_dragging.set(false);
            }
        })
    };
    let on_example = {
        let (dispatcher, open) = (store.dispatcher(), open.clone());
        Callback::from(move |()| example(&dispatcher, &open))
    };
    let on_export = {
        let work = Rc::clone(&work);
        Callback::from(move |(kind, choice)| export(kind, choice, Rc::clone(&work)))
    };
    let on_again = {
        let (dispatcher, work, open) = (store.dispatcher(), Rc::clone(&work), open.clone());
        Callback::from(move |()| again(&dispatcher, &work, &open))
    };
    let on_stop = {
        let dispatcher = store.dispatcher();
        Callback::from(move |()| stop(&dispatcher, &work))
    };
    html! {
        <div class="app" ondrop={on_drop} ondragover={on_drag_over} ondragleave={on_drag_leave}>
            { bar(&store, &open) }
            <main id="main" tabindex="-1">
                { trouble(&store, &on_again) }
                { content(&store, &open, &on_example, &on_stop) }
            </main>
            if store.is_help_open {
                <Help store={store.clone()} />
            }
            { share(&store, &on_export) }
            if *is_dragging {
                <div class="drop-cover" aria-hidden="true"><p>{ say!(store.language, "drop-now") }</p></div>
            }
        </div>
    }
}

fn content(
    store: &Store,
    on_open: &Callback<Vec<LocalFile>>,
    on_example: &Callback<()>,
    on_stop: &Callback<()>,
) -> Html {
    match store.job {
        Job::Start => start(store.language, on_open, on_example),
        Job::Fetching { .. } | Job::Reading { .. } => progress_box(store, on_stop),
        Job::Failed(_) => start(store.language, on_open, on_example),
        Job::Done => case_view(store),
    }
}

/// Why there is nothing to show, or nothing more; and that nothing is heard of the worker.
fn trouble(store: &Store, on_again: &Callback<()>) -> Html {
    let failure = match &store.job {
        Job::Failed(failure) => Some(failure),
        _ => store.lost.as_ref(),
    };
    match failure {
        Some(failure) => failure_box(store, failure, on_again),
        None if store.is_silent => html! {
            <section class="failure-box silent" role="status" data-testid="silent">
                <p>{ say!(store.language, "silent", "time" = length(store.language, i64::from(SILENCE_MS) * 1_000_000)) }</p>
                { again_button(store.language, on_again) }
            </section>
        },
        None => html! {},
    }
}

/// What the address and the browser say.
fn at_first() -> State {
    let language = page::languages()
        .iter()
        .find_map(|tag| Language::of_tag(tag));
    let view = View::of_fragment(&page::fragment());
    State::new(view, language.unwrap_or_default(), page::address())
}

/// Tells the worker something, where there is one.
fn tell(work: &Rc<RefCell<Work>>, words: &ToWorker) {
    if let Some(thread) = &work.borrow().thread {
        thread.tell(words, &[]);
    }
}

/// Has a file made. A page takes along what it needs to be looked at as here.
fn export(kind: FileKind, choice: Choice, work: Rc<RefCell<Work>>) {
    spawn(async move {
        let mut own = Vec::new();
        if kind == FileKind::Page {
            for name in FILES {
                own.extend(beside(name).await);
            }
        }
        if let Some(thread) = &work.borrow().thread {
            thread.tell(&ToWorker::Export(kind, choice), &own);
        }
    });
}

/// The report that the address carries, from `#` on and without what is shown of it.
fn carried() -> Option<String> {
    let fragment = page::fragment();
    let report = fragment
        .split('&')
        .next()
        .filter(|report| is_ours(report))?;
    Some(format!("#{report}"))
}

/// Starts a worker on the files. The worker of an earlier job ends.
fn open(files: Vec<LocalFile>, dispatcher: &Dispatcher, work: &Rc<RefCell<Work>>) {
    let Some(first) = files.first() else {
        return;
    };
    if first.name() != LINK && carried().is_some() {
        // Something else is shown from now on.
        page::set_fragment(&View::default().to_fragment());
    }
    if let Some(fetching) = work.borrow_mut().fetching.take() {
        // Nobody waits for it any more.
        fetching.abort();
    }
    work.borrow_mut().files.clone_from(&files);
    dispatcher.dispatch(Action::Open {
        file: first.name(),
        bytes_total: files.iter().map(LocalFile::size).sum(),
    });
    let (hear, gathering) = (dispatcher.clone(), RefCell::new(Gathering::default()));
    let started = Thread::start(files, move |words, cargo| {
        if let FromWorker::Export(kind) = words {
            if !cargo.is_empty() {
                file::save(kind.file(), &cargo);
            }
            return;
        }
        let action = gathering.borrow_mut().take(words, cargo);
        match action {
            // What takes in the last piece ends first, so that neither takes long.
            Some(action @ Action::Arrive(_)) => {
                let hear = hear.clone();
                later(move || {
                    hear.dispatch(action);
                    later(move || {
                        hear.dispatch(Action::Present);
                        later(move || hear.dispatch(Action::Unfold));
                    });
                });
            }
            Some(action) => hear.dispatch(action),
            None => {}
        }
    });
    if let Some(earlier) = work.borrow_mut().thread.replace(started) {
        earlier.end();
    }
}

fn example(dispatcher: &Dispatcher, open: &Callback<Vec<LocalFile>>) {
    let (dispatcher, open) = (dispatcher.clone(), open.clone());
    spawn(async move {
        match beside(EXAMPLE).await {
            Some(file) => open.emit(vec![file]),
            None => dispatcher.dispatch(Action::Fail(Failure::NotFetched {
                host: EXAMPLE.to_owned(),
                error: FetchError::Blocked,
            })),
        }
    });
}

/// Starts another worker on the same files, or fetches them where they never came.
fn again(dispatcher: &Dispatcher, work: &Rc<RefCell<Work>>, open: &Callback<Vec<LocalFile>>) {
    let (files, urls) = (work.borrow().files.clone(), page::parameters(REPORT));
    if !files.is_empty() {
        open.emit(files);
    } else if urls.is_empty() {
        example(dispatcher, open);
    } else {
        fetch(urls, dispatcher, work, open);
    }
}

/// Ends fetching, or tells the worker to read no further.
fn stop(dispatcher: &Dispatcher, work: &Rc<RefCell<Work>>) {
    let work = work.borrow();
    if let Some(fetching) = &work.fetching {
        fetching.abort();
    } else if let Some(thread) = &work.thread {
        thread.tell(&ToWorker::Stop, &[]);
        dispatcher.dispatch(Action::Stop);
    }
}

/// Opens the files of `?report=`: those of the page's own server by ranges, where it gives them so, and any other
/// once it is fetched.
fn fetch(
    urls: Vec<String>,
    dispatcher: &Dispatcher,
    work: &Rc<RefCell<Work>>,
    open: &Callback<Vec<LocalFile>>,
) {
    let (dispatcher, open, work) = (dispatcher.clone(), open.clone(), Rc::clone(work));
    let fetching = Fetching::new();
    work.borrow_mut().fetching.clone_from(&fetching);
    work.borrow_mut().files.clear();
    spawn(async move {
        let fetched = fetch_all(urls, fetching, &dispatcher).await;
        if work.borrow_mut().fetching.take().is_none() {
            // Something else was opened meanwhile.
            return;
        }
        match fetched {
            Ok(files) => open.emit(files),
            Err(failure) => dispatcher.dispatch(Action::Fail(failure)),
        }
    });
}

async fn fetch_all(
    urls: Vec<String>,
    fetching: Option<Fetching>,
    dispatcher: &Dispatcher,
) -> Result<Vec<LocalFile>, Failure> {
    let mut files = Vec::new();
    for url in urls {
        let url = raw(url);
        let file = match (by_ranges(&url).await, &fetching) {
            (Some(file), _) => Ok(file),
            (None, Some(fetching)) => fetch_whole(&url, fetching, dispatcher).await,
            (None, None) => Err(FetchError::Blocked),
        };
        files.push(file.map_err(|error| Failure::NotFetched {
            host: host(&url).unwrap_or(url),
            error,
        })?);
    }
    Ok(files)
}

/// Opens the report that the address carries; whether there is one.
fn open_carried(open: &Callback<Vec<LocalFile>>) -> bool {
    let link = carried();
    if let Some(file) = link
        .as_ref()
        .and_then(|link| LocalFile::of_text(LINK, link))
    {
        open.emit(vec![file]);
    }
    link.is_some()
}

async fn fetch_whole(
    url: &str,
    fetching: &Fetching,
    dispatcher: &Dispatcher,
) -> Result<LocalFile, FetchError> {
    let host = host(url).unwrap_or_else(|| url.to_owned());
    dispatcher.dispatch(Action::Fetch(host));
    let hear = |read, total| dispatcher.dispatch(Action::Fetched(read, total));
    fetching.get(url, FETCHED_BYTES, hear).await
}

/// What the page hears beside its elements: keys, pasted text, its own address.
#[hook]
fn use_page(store: &Store, work: &Rc<RefCell<Work>>, open: &Callback<Vec<LocalFile>>) {
    let (dispatcher, work, open) = (store.dispatcher(), Rc::clone(work), open.clone());
    use_effect_with((), move |()| {
        let keys = {
            let dispatcher = dispatcher.clone();
            listen::keys(move |key| on_key(key, &dispatcher))
        };
        let pasted = {
            let open = open.clone();
            listen::pasted(move |text| {
                open.emit(LocalFile::of_text("clipboard", &text).into_iter().collect());
            })
        };
        let fragment = {
            let (dispatcher, open) = (dispatcher.clone(), open.clone());
            listen::fragment(move || {
                dispatcher.dispatch(Action::Show(View::of_fragment(&page::fragment())));
                open_carried(&open);
            })
        };
        let urls = page::parameters(REPORT);
        if !open_carried(&open) && !urls.is_empty() {
            fetch(urls, &dispatcher, &work, &open);
        }
        move || drop((keys, pasted, fragment))
    });
    use_effect_with(store.language, |language| {
        page::set_language(language.tag());
    });
    use_effect_with(
        (store.view.clone(), store.case.is_some()),
        |(view, is_open)| {
            if *is_open {
                let view = view.to_fragment();
                let carried = carried().map(|report| format!("{}&{view}", &report[1..]));
                page::set_fragment(&carried.unwrap_or(view));
            }
        },
    );
    let title = store.case.as_ref().map(|case| {
        let names = case
            .summary
            .captures
            .iter()
            .map(|capture| capture.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    });
    use_effect_with(title, |title| match title {
        Some(names) if !names.is_empty() => page::set_title(&format!("{names} – stallscope")),
        _ => page::set_title("stallscope"),
    });
}

/// Says so when nothing is heard for long of a worker that owes an answer.
#[hook]
fn use_patience(store: &Store) {
    let dispatcher = store.dispatcher();
    use_effect_with((store.is_waiting(), store.heard), move |(is_waiting, _)| {
        let silent = move || dispatcher.dispatch(Action::Silent);
        let timer = is_waiting.then(|| Timer::start(SILENCE_MS, silent));
        move || drop(timer)
    });
}

/// Asks the worker for what is selected and not here.
#[hook]
fn use_questions(store: &Store, work: &Rc<RefCell<Work>>) {
    let ask =
        |words: ToWorker, action: Action, dispatcher: &Dispatcher, work: &Rc<RefCell<Work>>| {
            if let Some(thread) = &work.borrow().thread {
                thread.tell(&words, &[]);
                dispatcher.dispatch(action);
            }
        };
    let (dispatcher, asked) = (store.dispatcher(), Rc::clone(work));
    use_effect_with(store.wanted_attempt(), move |wanted| {
        if let Some(id) = *wanted {
            ask(
                ToWorker::Attempt(id),
                Action::AskedAttempt(id),
                &dispatcher,
                &asked,
            );
        }
    });
    let asked = Rc::clone(work);
    let choice = store.sharing.as_ref().map(|sharing| sharing.choice.clone());
    use_effect_with(choice, move |choice| match choice {
        Some(choice) => {
            element::show_modal(DIALOG);
            tell(&asked, &ToWorker::Share(choice.clone()));
        }
        None => element::focus(super::start::SHARE),
    });
    let (dispatcher, asked) = (store.dispatcher(), Rc::clone(work));
    let case = store.case.clone();
    use_effect_with(store.wanted_packet(), move |wanted| {
        if let (Some(packet), Some(case)) = (*wanted, case) {
            let link_type = case.link_type(packet.capture);
            let words = ToWorker::Packet { packet, link_type };
            ask(words, Action::AskedPacket(packet), &dispatcher, &asked);
        }
    });
}

/// Whether the key was for us.
fn on_key(key: &Key, dispatcher: &Dispatcher) -> bool {
    if key.is_typing && key.name == "Escape" {
        element::blur();
        return true;
    }
    if !key.is_typing && matches!(key.name.as_str(), "/" | "f") {
        element::focus(super::filter_box::FIELD);
        return true;
    }
    match command(key) {
        Some(command) => {
            dispatcher.dispatch(Action::Press(command));
            // Escape also closes what the browser has open.
            command != Command::Leave
        }
        None => false,
    }
}

impl With {
    /// A callback that does one thing to the store.
    pub(crate) fn does<Event>(
        store: &Store,
        action: impl Fn() -> Action + 'static,
    ) -> Callback<Event> {
        let dispatcher = store.dispatcher();
        Callback::from(move |_: Event| dispatcher.dispatch(action()))
    }
}
