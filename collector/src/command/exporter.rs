//! `stallscope exporter`: probes when Prometheus asks, and answers with metrics.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use clap::Parser as _;

use super::probe::measure;
use crate::cli::{Cli, Exporter, Probe, Verb};
use crate::exit::Outcome;
use crate::output::{prometheus, terminal};

/// Modules that there are without being named, as in blackbox_exporter's own configuration.
const MODULES: [(&str, &str); 2] = [("http_2xx", "-n 1"), ("http_post_2xx", "-n 1 -X POST")];
/// The module where the request names none.
const USUAL: &str = "http_2xx";
/// Prometheus says how long it waits.
const SCRAPE_TIMEOUT: &str = "x-prometheus-scrape-timeout-seconds";
/// So much of that is left for the way, as in blackbox_exporter.
const FOR_THE_WAY: f64 = 0.5;
/// Version 0.0.4 of the text format.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Serves until Ctrl-C.
pub(super) fn run(args: &Exporter) -> anyhow::Result<Outcome> {
    let site = Arc::new(Site::new(args)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.listen)
            .await
            .with_context(|| {
                format!(
                    "cannot listen on {}; choose another with --listen",
                    args.listen
                )
            })?;
        terminal::complain(&format!(
            "http://{}/probe until Ctrl-C",
            listener.local_addr()?
        ));
        let stop = Arc::clone(&site);
        axum::serve(listener, router(site))
            .with_graceful_shutdown(async move {
                let _no_signals = tokio::signal::ctrl_c().await;
                stop.interrupt.store(true, Ordering::Relaxed);
            })
            .await
            .context("the server stopped")
    })?;
    Ok(Outcome::NoFault)
}

/// What answers need.
struct Site {
    modules: BTreeMap<String, String>,
    timeout: f64,
    interrupt: Arc<AtomicBool>,
    probes: AtomicU64,
    failures: AtomicU64,
}

impl Site {
    fn new(args: &Exporter) -> anyhow::Result<Self> {
        let own = |(name, flags): (&str, &str)| (name.to_owned(), flags.to_owned());
        let mut modules: BTreeMap<String, String> = MODULES.into_iter().map(own).collect();
        for typed in &args.modules {
            let (name, flags) = typed
                .split_once('=')
                .with_context(|| format!("{typed:?} is not NAME=FLAGS (--module)"))?;
            probe_of(flags, "https://example.invalid/")
                .with_context(|| format!("the flags of module {name} (--module)"))?;
            modules.insert(name.to_owned(), flags.to_owned());
        }
        Ok(Self {
            modules,
            timeout: args.timeout,
            interrupt: Arc::default(),
            probes: AtomicU64::new(0),
            failures: AtomicU64::new(0),
        })
    }
}

/// What a module does with a target.
fn probe_of(flags: &str, target: &str) -> anyhow::Result<Box<Probe>> {
    // Flags end before the target, so that it is never taken for one.
    let words = ["stallscope", "probe"]
        .into_iter()
        .chain(flags.split_whitespace());
    let cli = Cli::try_parse_from(words.chain(["--", target]))?;
    match cli.verb {
        Verb::Probe(probe) if probe.outlets.otlp => {
            bail!("an exporter answers with metrics and sends no spans (--otlp)")
        }
        Verb::Probe(probe) if !probe.plan.dry_run => Ok(probe),
        _ => bail!("it has to connect"),
    }
}

fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route(
            "/",
            get(async || "stallscope exporter: /probe?target=URL&module=NAME, /metrics\n"),
        )
        .route("/-/healthy", get(async || "Healthy\n"))
        .route("/metrics", get(metrics))
        .route("/probe", get(probe))
        .with_state(site)
}

async fn metrics(State(site): State<Arc<Site>>) -> Response {
    let mut text = String::new();
    let version = prometheus::label("version", env!("CARGO_PKG_VERSION"));
    let (probes, failures) = (
        site.probes.load(Ordering::Relaxed),
        site.failures.load(Ordering::Relaxed),
    );
    let _infallible = write!(
        text,
        "# HELP stallscope_build_info Version of the exporter\n# TYPE stallscope_build_info gauge\n\
         stallscope_build_info{{{version}}} 1\n\
         # HELP stallscope_probes_total Probes that were made\n# TYPE stallscope_probes_total counter\n\
         stallscope_probes_total {probes}\n\
         # HELP stallscope_probe_errors_total Probes that could not be made\n\
         # TYPE stallscope_probe_errors_total counter\nstallscope_probe_errors_total {failures}\n"
    );
    ([(header::CONTENT_TYPE, FORMAT)], text).into_response()
}

async fn probe(
    State(site): State<Arc<Site>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let asked: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let Some(target) = asked.get("target").filter(|target| !target.is_empty()) else {
        return (StatusCode::BAD_REQUEST, "Target parameter is missing\n").into_response();
    };
    let module = asked.get("module").map_or(USUAL, String::as_str);
    let Some(flags) = site.modules.get(module) else {
        return (
            StatusCode::BAD_REQUEST,
            format!("Unknown module {module:?}\n"),
        )
            .into_response();
    };
    let mut args = match probe_of(flags, target) {
        Ok(args) => args,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    };
    let told = headers
        .get(SCRAPE_TIMEOUT)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let timeout = told.map_or(site.timeout, |told: f64| {
        (told - FOR_THE_WAY).max(FOR_THE_WAY)
    });
    within(&mut args, timeout);
    site.probes.fetch_add(1, Ordering::Relaxed);
    let interrupt = Arc::clone(&site.interrupt);
    // It has sockets, timers and a clock of its own, on a thread of its own.
    let measured = tokio::task::spawn_blocking(move || {
        let began = Instant::now();
        measure(&args, &interrupt).map(|measured| (measured, began.elapsed()))
    });
    match measured.await.map_err(anyhow::Error::from).flatten() {
        Ok(((report, histograms), took)) => {
            let mut text = prometheus::text(&report, &histograms);
            let _infallible = write!(
                text,
                "# HELP probe_timeout_seconds How long the probe could have taken\n# TYPE probe_timeout_seconds gauge\n\
                 probe_timeout_seconds {timeout}\n\
                 # HELP stallscope_probe_seconds How long all attempts took together\n\
                 # TYPE stallscope_probe_seconds gauge\nstallscope_probe_seconds {}\n",
                took.as_secs_f64()
            );
            ([(header::CONTENT_TYPE, FORMAT)], text).into_response()
        }
        Err(error) => {
            site.failures.fetch_add(1, Ordering::Relaxed);
            (StatusCode::BAD_REQUEST, format!("{error:#}\n")).into_response()
        }
    }
}

/// No attempt goes on after Prometheus has left.
fn within(args: &mut Probe, timeout: f64) {
    let seconds = Duration::try_from_secs_f64(timeout).map_or(0.0, |timeout| timeout.as_secs_f64());
    let limits = &mut args.limits;
    limits.max_time = Some(limits.max_time.map_or(seconds, |known| known.min(seconds)));
    args.plan.duration = args.plan.duration.min(seconds);
    args.out.quiet = true;
}
