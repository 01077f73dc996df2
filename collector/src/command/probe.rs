//! `stallscope probe`: connections of our own, one report out.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::export::jsonl;
use stallscope_shared::probe::{Arm, Log};
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::v1::{Environment, Report, Warning};

use super::addresses::addresses;
use super::remarks::{self, warning};
use super::{proxy, quic};
use crate::cli::{Format, Probe, Racer};
use crate::exit::Outcome;
use crate::output::otlp::Spans;
use crate::output::prometheus::{self, Histograms};
use crate::output::report::{self, Lines, has_fault};
use crate::output::sink::Sink;
use crate::probe::attempt::{Request, Task};
use crate::probe::control::control;
use crate::probe::environment::Watch;
use crate::probe::limits::{Limits, Named};
use crate::probe::linger::Patience;
use crate::probe::plan::{self, Lane, Plan, Seen, Target, Wardrobe};
use crate::probe::race::{self, Race};
use crate::probe::screen::Screen;
use crate::probe::tls::{self, Offer, Roots};
use crate::probe::{Stamping, egress, in_small_pages};

/// Connects as often as asked, and writes one report.
pub(super) fn run(args: &Probe) -> anyhow::Result<Outcome> {
    let mut setup = Setup::new(args)?;
    let plan = plan(args, &mut setup)?;
    if args.plan.dry_run {
        return describe(&plan);
    }
    let spans = spans(args)?;
    if let Some(file) = &args.outlets.prometheus {
        prometheus::check(file)?;
    }
    let interrupt = Arc::clone(&setup.interrupt);
    let handler = Arc::clone(&interrupt);
    ctrlc::set_handler(move || handler.store(true, Ordering::Relaxed))
        .context("cannot listen for Ctrl-C")?;
    let mut sink = Sink::open(args.out.output.as_deref())?;
    let mut lines = Lines::default();
    let is_streamed = args.out.all && args.out.format == Format::Jsonl;
    let streaming = is_streamed.then_some((&mut sink, &mut lines));
    // One for each phase of each address: in a sweep they weigh as much as all else.
    let wanted = args.outlets.prometheus.is_some().then(Histograms::default);
    let (report, histograms) = carry_out(args, setup, &plan, (wanted, streaming))?;
    // The process ends with it, and its memory with the process.
    let report = ManuallyDrop::new(report);
    if let (Some(file), Some(histograms)) = (&args.outlets.prometheus, &histograms) {
        prometheus::write(file, &prometheus::text(&report, histograms))?;
    }
    report::write(&report, &args.out, &mut lines, &mut sink)?;
    sink.flush()?;
    if let Some(spans) = &spans {
        spans.send(&report);
    }
    Ok(if interrupt.load(Ordering::Relaxed) {
        Outcome::Interrupted
    } else if has_fault(&report) {
        Outcome::Fault
    } else if plan.addresses.is_empty() || report.totals.attempts == 0 {
        Outcome::Unmeasured
    } else {
        Outcome::NoFault
    })
}

/// Where spans go; what is wrong with the variables is said before anything is measured.
fn spans(args: &Probe) -> anyhow::Result<Option<Spans>> {
    if !args.outlets.otlp {
        return Ok(None);
    }
    if args.out.all && args.out.format == Format::Jsonl {
        bail!(
            "--all --format jsonl keeps no attempt that could be sent (--otlp); use --format json"
        );
    }
    Spans::of_environment()
}

/// The same without writing anything, for whoever wants to know.
pub(super) fn measure(
    args: &Probe,
    interrupt: &Arc<AtomicBool>,
) -> anyhow::Result<(Report, Histograms)> {
    let mut setup = Setup::new(args)?;
    setup.interrupt = Arc::clone(interrupt);
    let plan = plan(args, &mut setup)?;
    let wanted = Some(Histograms::default());
    let (report, histograms) = carry_out(args, setup, &plan, (wanted, None))?;
    Ok((report, histograms.unwrap_or_default()))
}

/// Carries a plan out; attempts that are over are added to the histograms where these are wanted, and written at once where
/// they are `streamed`.
fn carry_out(
    args: &Probe,
    mut setup: Setup,
    plan: &Plan,
    (histograms, streamed): (Option<Histograms>, Option<(&mut Sink, &mut Lines)>),
) -> anyhow::Result<(Report, Option<Histograms>)> {
    let label = |(task, address): &(usize, SocketAddr)| {
        let arm = plan.tasks.get(*task).and_then(|task| task.arm);
        arm.map_or_else(
            || address.to_string(),
            |arm| format!("{address} {}", arm.name()),
        )
    };
    let labels = plan.addresses.iter().map(label);
    let mut watcher = Watcher {
        screen: Screen::new(labels, args.out.quiet),
        analyzer: setup.analyzer,
        is_unstamped: false,
        broken_off: 0,
        histograms,
        streamed,
        written: Ok(()),
        interrupt: Arc::clone(&setup.interrupt),
    };
    let egress = args.outlets.egress.as_deref().map(egress::ask);
    let surroundings = Watch::begin();
    let _stamping = Stamping::keep();
    let servers: Vec<SocketAddr> = plan.addresses.iter().map(|(_, address)| *address).collect();
    let (control, states) = setup.runtime.block_on(async {
        // Through a proxy, that is who answers.
        let control = async {
            match plan.tasks.iter().any(|task| task.tunnel.is_some()) {
                true => None,
                false => control(&servers).await,
            }
        };
        tokio::join!(control, plan::run(plan, &mut watcher))
    });
    watcher.screen.clear();
    watcher.written?;
    setup
        .warnings
        .extend(watcher.is_unstamped.then(remarks::unstamped));
    // Of what somebody ended, more time is not what was missing.
    setup
        .warnings
        .extend(match setup.interrupt.load(Ordering::Relaxed) {
            true => Some(remarks::stopped(watcher.broken_off)),
            false => remarks::undecided(plan, &states),
        });
    let answered = control.as_ref().map(|control| control.answered.join(", "));
    if let Some(answered) = answered.filter(|answered| !answered.is_empty()) {
        watcher.analyzer.intercepted();
        setup.warnings.push(remarks::intercepted(&answered));
    }
    let mut report = watcher.analyzer.report();
    report.made_at = report::now();
    report.environment = Some(Environment {
        control,
        egress,
        ..surroundings.end(&servers)
    });
    report.warnings.append(&mut setup.warnings);
    Ok((report, watcher.histograms))
}

/// What planning needs and fills.
pub(super) struct Setup {
    interrupt: Arc<AtomicBool>,
    pub(super) warnings: Vec<Warning>,
    pub(super) analyzer: Analyzer,
    pub(super) runtime: tokio::runtime::Runtime,
}

impl Setup {
    fn new(args: &Probe) -> anyhow::Result<Self> {
        in_small_pages();
        let keep = if args.out.all {
            Keep::All
        } else {
            Keep::DEFAULT
        };
        Ok(Self {
            interrupt: Arc::new(AtomicBool::new(false)),
            warnings: Vec::new(),
            analyzer: Analyzer::new(Options {
                keep,
                digest: false,
            }),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
        })
    }
}

/// Gives every log to the analysis.
struct Watcher<'a> {
    analyzer: Analyzer,
    screen: Screen,
    is_unstamped: bool,
    /// Attempts that were under way when the probe was ended.
    broken_off: u64,
    histograms: Option<Histograms>,
    streamed: Option<(&'a mut Sink, &'a mut Lines)>,
    /// Where lines cannot be written, nothing more is tried.
    written: anyhow::Result<()>,
    interrupt: Arc<AtomicBool>,
}

impl Watcher<'_> {
    /// Writes what is over, each as a line.
    fn stream(&mut self) -> anyhow::Result<()> {
        let Some((sink, lines)) = &mut self.streamed else {
            return Ok(());
        };
        lines.head(sink, self.analyzer.epoch().as_deref())?;
        for attempt in self.analyzer.drain_attempts() {
            let line = jsonl::attempt(&attempt)?;
            sink.write_all(line.as_bytes())?;
        }
        sink.flush()
    }
}

impl Seen for Watcher<'_> {
    fn over(&mut self, lane: usize, log: Log) -> bool {
        let has_sent = log.quic.as_ref().is_some_and(|quic| quic.datagrams.0 > 0);
        let is_connected = !log.samples.is_empty() || has_sent;
        self.is_unstamped |= is_connected && !log.has_kernel_times;
        let server = log.server.to_string();
        let is_broken_off = log.is_broken_off();
        let timeline = self.analyzer.probed(log);
        self.broken_off += u64::from(is_broken_off);
        self.screen.over(lane, &timeline);
        if let Some(histograms) = &mut self.histograms {
            histograms.add(&server, &timeline);
        }
        if self.written.is_ok() {
            self.written = self.stream();
            if self.written.is_err() {
                self.interrupt.store(true, Ordering::Relaxed);
            }
        }
        timeline.outcome.is_failure()
    }

    fn tick(&mut self, lanes: &[Lane], left: Duration) {
        self.screen.tick(lanes, left);
    }
}

/// Everything that was typed, as a plan.
fn plan(args: &Probe, setup: &mut Setup) -> anyhow::Result<Plan> {
    let targets = args
        .urls
        .iter()
        .map(|url| Target::parse(url))
        .collect::<anyhow::Result<Vec<_>>>()?;
    quic::check(args, &targets)?;
    let wardrobe = wardrobe(args, &mut setup.warnings)?;
    let config = if args.pace.location || targets.iter().any(|target| target.is_tls) {
        Some(Arc::new(tls::client(&wardrobe.offer, &wardrobe.roots)?))
    } else {
        None
    };
    let limits = limits(args);
    let arms = plan::with_base(&args.arms.arms);
    let mut plan = empty(args, arms.len().max(1), &setup.interrupt)?;
    for target in &targets {
        let proxy = proxy::before(args, target)?;
        let proxy = quic::around(args, proxy, setup);
        let place = proxy.as_ref().map_or(target, |proxy| &proxy.target);
        let found = addresses(args, place, setup)?;
        let tunnels = proxy::tunnels(args, target, proxy.as_ref(), setup)?;
        let follows = config.clone().filter(|_| args.pace.location);
        let config = config.clone().filter(|_| target.is_tls);
        let limits = Limits {
            shared_by: if args.limits.go_timeouts {
                families(&found)
            } else {
                (0, 0)
            },
            ..limits.clone()
        };
        let task = Task {
            follows,
            ..task(args, target, config, limits, &setup.interrupt)?
        };
        for tunnel in tunnels {
            let task = Task {
                tunnel,
                ..task.clone()
            };
            let race = args.pace.happy_eyeballs.map(delay);
            let race = race.filter(|_| !found.is_empty());
            let race = race.map(|delay| Rc::new(Race::new(&found, delay)));
            add(
                &mut plan,
                &task,
                (&found, race.as_ref()),
                (&wardrobe, &arms),
            )?;
        }
    }
    Ok(plan)
}

/// A plan in which nothing is done yet.
fn empty(args: &Probe, arms: usize, interrupt: &Arc<AtomicBool>) -> anyhow::Result<Plan> {
    Ok(Plan {
        arms,
        tasks: Vec::new(),
        addresses: Vec::new(),
        races: BTreeMap::new(),
        count: args.plan.count,
        concurrency: args.plan.concurrency.max(1),
        interval: seconds(args.plan.interval, "--interval")?,
        budget: seconds(args.plan.duration, "--duration")?,
        patience: match args.pace.linger {
            Some(length) => Some(Patience::new(seconds(length, "--linger")?)),
            None => None,
        },
        apart: match args.pace.rate {
            Some(rate) if rate > 0.0 => seconds(1.0 / rate, "--rate")?,
            Some(rate) => bail!("{rate} attempts per second are none (--rate)"),
            None => Duration::ZERO,
        },
        interrupt: Arc::clone(interrupt),
    })
}

/// Adds a task at every address, in every arm; the arms of an address follow each other.
fn add(
    plan: &mut Plan,
    task: &Task,
    (found, race): (&[SocketAddr], Option<&Rc<Race>>),
    (wardrobe, arms): (&Wardrobe, &[Arm]),
) -> anyhow::Result<()> {
    let index = plan.tasks.len();
    // A race is one lane, under the address that begins it.
    let lanes = race.map_or(found.len(), |_| 1);
    if let Some(race) = race {
        let tasks = index..index + plan.arms;
        plan.races.extend(tasks.map(|task| (task, Rc::clone(race))));
    }
    for address in found.iter().take(lanes) {
        let tasks = index..index + plan.arms;
        plan.addresses.extend(tasks.map(|task| (task, *address)));
    }
    for arm in arms {
        plan.tasks.push(Rc::new(wardrobe.dress(task, *arm)?));
    }
    if arms.is_empty() {
        plan.tasks.push(Rc::new(task.clone()));
    }
    Ok(())
}

const fn delay(racer: Racer) -> Duration {
    match racer {
        Racer::Go => race::GO,
        Racer::Curl => race::CURL,
    }
}

/// How many addresses are IPv4, and how many IPv6.
fn families(found: &[SocketAddr]) -> (u32, u32) {
    let v4 = found.iter().filter(|address| address.is_ipv4()).count();
    let count = |some: usize| u32::try_from(some).unwrap_or(u32::MAX);
    (count(v4), count(found.len() - v4))
}

fn seconds(value: f64, name: &str) -> anyhow::Result<Duration> {
    Duration::try_from_secs_f64(value).with_context(|| format!("{value} is no time ({name})"))
}

/// What TLS offers, and whom it trusts.
fn wardrobe(args: &Probe, warnings: &mut Vec<Warning>) -> anyhow::Result<Wardrobe> {
    let roots = match (&args.tls.cacert, args.tls.insecure) {
        // Nobody is asked whether a certificate is to be trusted.
        (None, true) => Roots::none(),
        (file, _) => tls::load(file.as_deref())?,
    };
    if roots.is_built_in {
        warnings.push(warning(
            "built-in-roots",
            "this host has no trusted certificates; those of Mozilla that are built in were used",
        ));
    }
    let alpn = match args.offer.alpn.as_slice() {
        [] if args.offer.http3 => vec!["h3".to_owned()],
        [] if args.offer.http2 => vec!["h2".to_owned(), "http/1.1".to_owned()],
        [] => vec!["http/1.1".to_owned()],
        typed => typed.to_vec(),
    };
    let offer = Offer {
        curves: args.tls.curves.clone(),
        alpn,
        identity: args
            .offer
            .cert
            .clone()
            .map(|chain| (chain, args.offer.key.clone())),
        is_tls13_only: args.tls.tlsv1_3,
        is_tls12_at_most: args.tls.tls_max.as_deref() == Some("1.2"),
        is_nameless: args.tls.no_sni,
        is_trusting: args.tls.insecure,
    };
    Ok(Wardrobe { offer, roots })
}

fn limits(args: &Probe) -> Limits {
    let limits = &args.limits;
    let of = |name, seconds: Option<f64>| seconds.and_then(|seconds| Named::seconds(name, seconds));
    // The wait of Go's default transport, and of curl.
    let permission = of("ExpectContinueTimeout", args.pace.expect100.then_some(1.0));
    if limits.go_timeouts {
        return Limits {
            tcp: of("net.Dialer.Timeout", Some(30.0)),
            shared_by: (0, 0),
            // A minute, where the request's context has no deadline.
            proxy: of("CONNECT", Some(60.0)),
            tls: of("TLSHandshakeTimeout", Some(10.0)),
            permission: permission.clone(),
            first_byte: None,
            body: None,
            until_request: of("--connect-timeout", limits.connect_timeout),
            whole: of("Client.Timeout", limits.max_time),
        };
    }
    Limits {
        tcp: of("--tcp-timeout", Some(limits.tcp_timeout)),
        shared_by: (0, 0),
        proxy: of("--proxy-timeout", Some(limits.proxy_timeout)),
        tls: of("--tls-timeout", Some(limits.tls_timeout)),
        permission,
        first_byte: of("--ttfb-timeout", Some(limits.ttfb_timeout)),
        body: of("--body-timeout", Some(limits.body_timeout)),
        until_request: of("--connect-timeout", limits.connect_timeout),
        whole: of("--max-time", limits.max_time),
    }
}

fn task(
    args: &Probe,
    target: &Target,
    config: Option<Arc<ClientConfig>>,
    limits: Limits,
    interrupt: &Arc<AtomicBool>,
) -> anyhow::Result<Task> {
    let name = args.tls.sni.as_deref().unwrap_or(&target.host);
    let tls = match config {
        Some(config) => {
            let name = ServerName::try_from(name.to_owned())
                .with_context(|| format!("{name} is no name for a server"))?;
            Some((config, name))
        }
        None => None,
    };
    let headers = args
        .http
        .header
        .iter()
        .map(|header| Request::header(header))
        .collect::<anyhow::Result<_>>()?;
    let usual = match (&args.http.data, args.http.head) {
        (_, true) => "HEAD",
        (Some(_), false) => "POST",
        (None, false) => "GET",
    };
    Ok(Task {
        arm: None,
        is_abortive: args.arms.arms.contains(&Arm::SamePort),
        target: target.typed.clone(),
        name: target.host.clone(),
        tls,
        tunnel: None,
        follows: None,
        request: Request {
            method: args
                .http
                .request
                .clone()
                .unwrap_or_else(|| usual.to_owned()),
            path: target.path.clone(),
            host: target.authority.clone(),
            headers,
            body: args.http.data.clone().map(String::into_bytes),
            keeps_alive: false,
        },
        limits,
        max_bytes: args.http.max_bytes,
        is_http3: args.offer.http3,
        mss: args.tls.mss,
        interrupt: Arc::clone(interrupt),
    })
}

/// Says what would be done.
fn describe(plan: &Plan) -> anyhow::Result<Outcome> {
    let mut sink = Sink::open(None)?;
    let often = match plan.count {
        Some(count) => format!("{count} attempts at each address"),
        None => "as many attempts at each address as it takes to decide, 59 at most".to_owned(),
    };
    let mut text = format!(
        "{often}\n{} ms apart, {} at one time, none begun after {} s\n",
        plan.interval.as_millis(),
        plan.concurrency,
        plan.budget.as_secs_f64()
    );
    for (index, task) in plan.tasks.iter().enumerate() {
        let arm = task
            .arm
            .map_or(String::new(), |arm| format!(" ({})", arm.name()));
        text.push_str(&format!("{} {}{arm}\n", task.request.method, task.target));
        let alone = plan.addresses.iter().filter(|(of, _)| *of == index);
        match plan.races.get(&index) {
            Some(race) => race
                .addresses()
                .for_each(|address| text.push_str(&format!("  {address}, in a race\n"))),
            None => alone.for_each(|(_, address)| text.push_str(&format!("  {address}\n"))),
        }
    }
    sink.write_all(text.as_bytes())?;
    sink.flush()?;
    Ok(Outcome::NoFault)
}
