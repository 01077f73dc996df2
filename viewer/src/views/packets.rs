//! The attempt's packets as a table, and the bytes of the selected one.

use std::fmt::Write as _;

use stallscope_shared::report::v1::{AttemptKind, PacketRef};
use stallscope_shared::text::Language;
use yew::{Html, MouseEvent, html};

use super::attempt::{absent, head, here};
use super::hex::hex_view;
use super::{Store, With};
use crate::load::dossier::{Dossier, Packet};
use crate::platform::element;
use crate::state::{Action, Case, View};
use crate::text::{length, number, say, words};

/// The view.
pub(crate) fn packets_view(store: &Store) -> Html {
    let language = store.language;
    let (Some(case), Some(attempt)) = (store.case.clone(), here(store)) else {
        return absent(store);
    };
    if attempt.packets.is_empty() {
        return html! {
            <>
                { head(store, &case, &attempt) }
                <p class="empty">{ say!(language, "no-packets") }</p>
            </>
        };
    }
    html! {
        <div class="packets">
            { head(store, &case, &attempt) }
            { copies(store, &attempt) }
            <div class="packets-columns">
                <div class="table-box" tabindex="0" role="region" aria-label={say!(language, "tab-packets")}>
                    <table class="data compact" data-testid="packet-table">
                        <thead>{ heads(language) }</thead>
                        <tbody>{ rows(store, &case, &attempt) }</tbody>
                    </table>
                </div>
                { hex_view(store) }
            </div>
        </div>
    }
}

fn heads(language: Language) -> Html {
    let columns = [
        ("column-frame", true),
        ("column-time", false),
        ("column-delta", true),
        ("column-direction", false),
        ("column-flags", false),
        ("column-seq", true),
        ("column-ack", true),
        ("column-length", true),
        ("column-note", false),
    ];
    html! {
        <tr>
            for (id, is_number) in columns {
                <th scope="col" class={if is_number { "number" } else { "" }}>{ say!(language, id) }</th>
            }
        </tr>
    }
}

fn rows(store: &Store, case: &Case, attempt: &Dossier) -> Html {
    let mut before: Option<i64> = None;
    let gap = (attempt.packets_left_out > 0).then_some(attempt.packets.len() / 2);
    let mut rows = Vec::new();
    for (index, packet) in attempt.packets.iter().enumerate() {
        if gap == Some(index) {
            rows.push(html! {
                <tr key="gap"><td colspan="9" class="soft">{ say!(store.language, "ladder-left-out", "count" = attempt.packets_left_out, "number" = number(attempt.packets_left_out)) }</td></tr>
            });
        }
        let delta = before.map(|before| packet.at_ns.saturating_sub(before));
        rows.push(row(store, case, packet, delta));
        before = Some(packet.at_ns);
    }
    html! { { for rows } }
}

fn row(store: &Store, case: &Case, packet: &Packet, delta: Option<i64>) -> Html {
    let language = store.language;
    let PacketRef {
        capture, number, ..
    } = packet.packet;
    let is_selected = store.view.packet == Some((capture, number));
    let view = store.view.clone();
    let select = With::does::<MouseEvent>(store, move || {
        Action::Show(View {
            packet: Some((capture, number)),
            ..view.clone()
        })
    });
    let time = words::moment(case.summary.epoch.as_deref(), packet.at_ns);
    let time = time.map_or_else(
        || length(language, packet.at_ns),
        |time| time.get(11..).unwrap_or_default().to_owned(),
    );
    let is_slow = delta.is_some_and(|delta| delta >= 1_000_000_000);
    let notes: Vec<String> = packet
        .notes
        .iter()
        .map(|note| words::note(language, note))
        .collect();
    html! {
        <tr key={format!("{capture}-{number}")} class={if is_selected { "selected" } else { "" }} data-testid="packet">
            <td class="number"><button class="link" aria-pressed={is_selected.to_string()} onclick={select}>{ number }</button></td>
            <td class="mono">{ time }</td>
            <td class={if is_slow { "number trouble" } else { "number" }}>{ delta.map(|delta| length(language, delta)) }</td>
            <td>{ words::end(language, packet.from) }</td>
            <td class="mono">{ packet.flags.as_deref().map(|flags| flags.replace(',', " ")) }</td>
            <td class="number">{ packet.seq }</td>
            <td class="number">{ packet.ack }</td>
            <td class="number">{ packet.length }</td>
            <td>{ notes.join(", ") }</td>
        </tr>
    }
}

/// Ways to look at the same packets with other tools.
fn copies(store: &Store, attempt: &Dossier) -> Html {
    let language = store.language;
    let copy = |label: &'static str, text: String| {
        let shown = text.clone();
        html! {
            <button class="small" title={shown} onclick={yew::Callback::from(move |_: MouseEvent| element::copy(&text))} data-testid={label}>{ say!(language, label) }</button>
        }
    };
    html! {
        <p class="copies">
            { copy("copy-display-filter", display_filter(attempt, store.view.packet)) }
            { copy("copy-capture-filter", capture_filter(attempt)) }
            if let Some(command) = curl(attempt) {
                { copy("copy-curl", command) }
            }
        </p>
    }
}

/// `(address, port)` of `ip:port` or `[ip]:port`.
fn split(endpoint: &str) -> (&str, &str) {
    let (address, port) = endpoint.rsplit_once(':').unwrap_or((endpoint, ""));
    (address.trim_matches(['[', ']']), port)
}

/// Wireshark's language: the selected packet, or all packets of the attempt.
fn display_filter(attempt: &Dossier, packet: Option<(u16, u32)>) -> String {
    if let Some((_, number)) = packet {
        return format!("frame.number == {number}");
    }
    let ((client, client_port), (server, server_port)) =
        (split(&attempt.client), split(&attempt.server));
    let ip = if client.contains(':') { "ipv6" } else { "ip" };
    let port = if attempt.kind == AttemptKind::Tcp {
        "tcp"
    } else {
        "udp"
    };
    format!(
        "{ip}.addr == {client} && {ip}.addr == {server} && {port}.port == {client_port} && {port}.port == {server_port}"
    )
}

/// tcpdump's language.
fn capture_filter(attempt: &Dossier) -> String {
    let ((client, client_port), (server, server_port)) =
        (split(&attempt.client), split(&attempt.server));
    let protocol = if attempt.kind == AttemptKind::Tcp {
        "tcp"
    } else {
        "udp"
    };
    format!(
        "host {client} and host {server} and {protocol} port {client_port} and {protocol} port {server_port}"
    )
}

/// The same try again, to the same address.
fn curl(attempt: &Dossier) -> Option<String> {
    (attempt.kind == AttemptKind::Tcp).then_some(())?;
    let (address, port) = split(&attempt.server);
    let bracketed = if address.contains(':') {
        format!("[{address}]")
    } else {
        address.to_owned()
    };
    let scheme = if attempt.is_tls { "https" } else { "http" };
    let path = attempt
        .target
        .as_deref()
        .filter(|target| target.starts_with('/'))
        .unwrap_or("/");
    let mut command = "curl -v -o /dev/null".to_owned();
    let host = match &attempt.name {
        Some(name) => {
            // Writing to a String cannot fail.
            let _infallible = write!(
                command,
                " --resolve {}",
                shell(&format!("{name}:{port}:{bracketed}"))
            );
            name.clone()
        }
        None => bracketed,
    };
    let _infallible = write!(
        command,
        " {}",
        shell(&format!("{scheme}://{host}:{port}{path}"))
    );
    Some(command)
}

/// A word for a shell, quoted where it must be. What it quotes came from packets.
fn shell(word: &str) -> String {
    let is_plain = word
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || "-._~:/=%+@,".contains(letter));
    if is_plain {
        word.to_owned()
    } else {
        let printable: String = word.chars().filter(|letter| !letter.is_control()).collect();
        format!("'{}'", printable.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::{shell, split};

    #[test]
    fn endpoints_are_split() {
        assert_eq!(split("203.0.113.1:443"), ("203.0.113.1", "443"));
        assert_eq!(split("[2001:db8::1]:443"), ("2001:db8::1", "443"));
    }

    #[test]
    fn what_packets_say_cannot_become_a_command() {
        assert_eq!(
            shell("https://api.example:443/a?b=1"),
            "'https://api.example:443/a?b=1'"
        );
        assert_eq!(shell("x'; rm -rf ~\n"), "'x'\\''; rm -rf ~'");
        assert_eq!(shell("api.example"), "api.example");
    }
}
