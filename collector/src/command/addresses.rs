//! The addresses that are tried for a target: those that were typed, else those of its name.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::probe::Setup;
use super::remarks::warning;
use crate::cli::Probe;
use crate::output::terminal::complain;
use crate::probe::plan::{self, Target};
use crate::probe::resolve::{self, Diary, Given, Named, Subnet, System, Wanted};
use crate::probe::tls::{self, Offer};

/// A sweep has no more addresses than this: a /16 of IPv4.
const MOST: usize = 65_536;
/// How the system's library is called where it gave an address.
const LIBRARY: &str = "getaddrinfo";

/// Every address of a target, each once; none where resolvers give none, which the report says.
pub(super) fn addresses(
    args: &Probe,
    target: &Target,
    setup: &mut Setup,
) -> anyhow::Result<Vec<SocketAddr>> {
    let mut target = target.clone();
    for typed in &args.names.connect_to {
        if let Some(other) = plan::redirected(typed, &target)? {
            target = other;
            break;
        }
    }
    let mut given = typed(args, &target)?;
    if given.is_empty() {
        let literal = target.address().map(|address| Given {
            address: address.ip(),
            by: "the URL".to_owned(),
        });
        given.extend(literal);
    }
    if given.is_empty() {
        given = looked_up(args, &target, setup)?;
    }
    let (wants_v4, wants_v6) = (!args.addresses.ipv6, !args.addresses.ipv4);
    given.retain(|given| {
        if given.address.is_ipv4() {
            wants_v4
        } else {
            wants_v6
        }
    });
    let mut seen = BTreeSet::new();
    let mut once = Vec::new();
    for given in &given {
        setup.analyzer.gave(given.address, &given.by);
        if seen.insert(given.address) {
            once.push(SocketAddr::new(given.address, target.port));
        }
    }
    if once.is_empty() {
        complain(&format!("{} has no address to try", target.host));
    }
    Ok(once)
}

/// Addresses that stand in flags and files, in that order.
fn typed(args: &Probe, target: &Target) -> anyhow::Result<Vec<Given>> {
    let mut found = Vec::new();
    for typed in &args.addresses.resolve {
        let pinned = plan::pinned(typed, target)?.into_iter().flatten();
        found.extend(pinned.map(|address| given(address.ip(), "--resolve")));
    }
    for range in &args.addresses.ip {
        add(&mut found, *range, "--ip")?;
    }
    if let Some(file) = &args.names.ip_file {
        for range in ranges(file)? {
            add(&mut found, range, "--ip-file")?;
        }
    }
    Ok(found)
}

fn given(address: IpAddr, by: &str) -> Given {
    Given {
        address,
        by: by.to_owned(),
    }
}

fn add(found: &mut Vec<Given>, range: Subnet, flag: &str) -> anyhow::Result<()> {
    let size = range.size().and_then(|size| usize::try_from(size).ok());
    if size.is_none_or(|size| found.len() + size > MOST) {
        bail!("{range} has too many addresses: {MOST} are tried at most ({flag})");
    }
    found.extend(range.addresses().map(|address| given(address, flag)));
    Ok(())
}

/// One range on a line; `#` begins a comment.
fn ranges(file: &Path) -> anyhow::Result<Vec<Subnet>> {
    let place = || format!("cannot read {} (--ip-file)", file.display());
    let text = if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).with_context(place)?;
        text
    } else {
        fs::read_to_string(file).with_context(place)?
    };
    let lines = text.lines().enumerate().map(|(index, line)| {
        let line = line.split_once('#').map_or(line, |(before, _)| before);
        (index + 1, line.trim())
    });
    let read = |(number, line): (usize, &str)| {
        let range: Result<Subnet, String> = line.parse();
        range.map_err(|error| {
            anyhow::anyhow!("{}, line {number}: {error} (--ip-file)", file.display())
        })
    };
    lines
        .filter(|(_, line)| !line.is_empty())
        .map(read)
        .collect()
}

/// By the resolvers that were named, else as every program on this host does it.
fn looked_up(args: &Probe, target: &Target, setup: &mut Setup) -> anyhow::Result<Vec<Given>> {
    let wanted = Wanted {
        name: target.host.clone(),
        v4: !args.addresses.ipv6,
        v6: !args.addresses.ipv4,
    };
    let diary = Diary::default();
    let found = if args.names.dns_servers.is_empty() {
        by_system(&wanted, &diary, setup)
    } else {
        by_named(args, target, &wanted, (&diary, setup))
    };
    diary.give(&mut setup.analyzer);
    found.with_context(|| format!("cannot ask for {}", target.host))
}

fn by_system(wanted: &Wanted, diary: &Diary, setup: &mut Setup) -> anyhow::Result<Vec<Given>> {
    let why = match System::read() {
        Ok(system) => {
            let looking = resolve::look_up(&system, wanted, diary);
            return setup.runtime.block_on(looking);
        }
        Err(why) => why,
    };
    setup.warnings.push(warning(
        "lookup-not-observed",
        &format!("the lookup of {} was left to the system's library, so its messages were not seen: {why}", wanted.name),
    ));
    match (wanted.name.as_str(), 0).to_socket_addrs() {
        Ok(found) => Ok(found.map(|address| given(address.ip(), LIBRARY)).collect()),
        Err(error) => {
            complain(&format!("{}: {error}", wanted.name));
            Ok(Vec::new())
        }
    }
}

fn by_named(
    args: &Probe,
    target: &Target,
    wanted: &Wanted,
    (diary, setup): (&Diary, &mut Setup),
) -> anyhow::Result<Vec<Given>> {
    let offer = Offer {
        is_trusting: args.names.dns_insecure,
        ..Offer::default()
    };
    let named = Named {
        servers: args.names.dns_servers.clone(),
        subnets: args.names.ecs.clone(),
        services_at: target.is_tls.then_some(target.port),
        tls: Arc::new(tls::client(&offer, &tls::load(None)?)?),
    };
    let said = setup
        .runtime
        .block_on(resolve::resolve(wanted, &named, diary))?;
    for remark in &said.remarks {
        setup.warnings.push(warning("resolver", remark));
    }
    Ok(said.given)
}
