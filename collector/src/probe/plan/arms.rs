//! What is varied: one thing in each arm.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use rustls::pki_types::ServerName;
use stallscope_shared::probe::Arm;

use crate::probe::attempt::Task;
use crate::probe::tls::{self, Offer, Roots};

/// Groups without the post-quantum one, and with it.
const SMALL: [&str; 3] = ["X25519", "P-256", "P-384"];
const LARGE: [&str; 4] = ["X25519MLKEM768", "X25519", "P-256", "P-384"];
/// Reserved for documents (RFC 2606 §3): no filter has a reason to know it.
const OTHER_NAME: &str = "www.example.com";
/// Every path carries segments of this size (RFC 9293 §3.7.1, IPv6's minimum MTU less headers).
const MSS: u32 = 1200;

/// What all arms of a command have in common.
#[derive(Debug)]
pub(crate) struct Wardrobe {
    /// What the base offers.
    pub(crate) offer: Offer,
    /// Whom it trusts.
    pub(crate) roots: Roots,
}

impl Wardrobe {
    /// The task as it is in one arm.
    pub(crate) fn dress(&self, task: &Task, arm: Arm) -> anyhow::Result<Task> {
        let mut dressed = Task {
            arm: Some(arm),
            ..task.clone()
        };
        let mut offer = self.offer.clone();
        dressed.is_http3 =
            arm == Arm::Http3 || task.is_http3 && !matches!(arm, Arm::Http1 | Arm::Http2);
        fits(&dressed, arm)?;
        match arm {
            Arm::Base | Arm::Split | Arm::Records | Arm::SamePort | Arm::Resumed => {}
            Arm::Reused if offer.alpn.iter().any(|protocol| protocol == "h2") => {
                bail!("the arm reused is one of HTTP/1.1; HTTP/2 is offered")
            }
            Arm::Reused => {}
            Arm::Mss1200 => dressed.mss = Some(MSS),
            Arm::Small => offer.curves = SMALL.map(str::to_owned).to_vec(),
            Arm::Large => offer.curves = LARGE.map(str::to_owned).to_vec(),
            Arm::Tls12 => {
                offer.is_tls12_at_most = true;
                if offer.is_tls13_only {
                    bail!("--tlsv1.3 and the arm tls12 leave no version");
                }
            }
            // Whatever certificate comes for another name: what counts is whether anything does.
            Arm::OtherName => offer.is_trusting = true,
            Arm::NoName => {
                offer.is_nameless = true;
                offer.is_trusting = true;
            }
            Arm::Http1 => offer.alpn = vec!["http/1.1".to_owned()],
            Arm::Http2 => offer.alpn = vec!["h2".to_owned()],
            Arm::Http3 => offer.alpn = vec!["h3".to_owned()],
        }
        let Some((_, name)) = &task.tls else {
            return match arm {
                Arm::Base | Arm::Mss1200 | Arm::SamePort | Arm::Reused => Ok(dressed),
                _ => bail!(
                    "{} speaks no TLS, which the arm {} varies",
                    task.target,
                    arm.name()
                ),
            };
        };
        let name = match arm {
            Arm::OtherName => ServerName::try_from(OTHER_NAME).context("a name for a server")?,
            _ => name.clone(),
        };
        let config = Arc::new(tls::client(&offer, &self.roots)?);
        // Where a redirect leads, the arm is still what it is.
        dressed.follows = task.follows.as_ref().map(|_| Arc::clone(&config));
        dressed.tls = Some((config, name));
        Ok(dressed)
    }
}

/// What goes over QUIC can be varied in what it has: no segments, no records, and no version of TLS before 1.3.
fn fits(task: &Task, arm: Arm) -> anyhow::Result<()> {
    let is_of_tcp = matches!(
        arm,
        Arm::Split
            | Arm::Records
            | Arm::Mss1200
            | Arm::Tls12
            | Arm::SamePort
            | Arm::Resumed
            | Arm::Reused
    );
    if task.is_http3 && is_of_tcp {
        bail!(
            "the arm {} is one of TCP; HTTP/3 goes over QUIC",
            arm.name()
        );
    }
    if task.is_http3 && task.tunnel.is_some() {
        bail!(
            "no proxy is asked to carry QUIC, so HTTP/3 cannot be compared behind one (--noproxy)"
        );
    }
    Ok(())
}

/// The base, and those that were chosen, each once; nothing where none was.
pub(crate) fn with_base(chosen: &[Arm]) -> Vec<Arm> {
    let mut arms = Vec::new();
    for arm in [Arm::Base].iter().chain(chosen) {
        if !chosen.is_empty() && !arms.contains(arm) {
            arms.push(*arm);
        }
    }
    arms
}
