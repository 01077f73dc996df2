//! What is handed on: redacted here, where the report is, and written by the same code as the command's.

use sha2::{Digest as _, Sha256};
use stallscope_shared::export::form::{self, Form};
use stallscope_shared::export::html::behind::Viewer;
use stallscope_shared::export::pcapng::{self, Selection, Slice};
use stallscope_shared::export::{html, words};
use stallscope_shared::report::link::{self, Link};
use stallscope_shared::report::redaction::{Change, Item, Preview, RedactedReport, Redaction};
use stallscope_shared::text::{Message, render};

use super::answer::Slices;
use super::job::{FOUND, Found};
use super::{record, tell};
use crate::load::protocol::FromWorker;
use crate::load::sentence::Sentence;
use crate::load::share::{Choice, FileKind, ItemLine, Sheet};
use crate::platform::file::LocalFile;
use crate::platform::scope;
use crate::text::{bytes, number};

/// Sends what handing the report on comes to.
pub(super) async fn sheet(choice: Choice) {
    compute_digests().await;
    let (report, has_packets) =
        FOUND.with_borrow(|found| (found.whole(), !found.captures.is_empty()));
    let preview = redaction(&choice).preview(&report);
    let most = choice.most as usize;
    let made = link::link(&preview.redacted, &choice.base, most);
    let sheet = Sheet {
        notes: notes(made.as_ref(), &choice),
        link: made.map(|made| format!("{}{}", choice.base, made.fragment)),
        items: items(&preview),
        sizes: tell!(
            "share-sizes",
            "before" = bytes(preview.bytes_before),
            "after" = bytes(preview.bytes_after)
        ),
        has_packets,
    };
    scope::post_cargo(&FromWorker::Share, &sheet);
}

/// Sends the report, or its packets, as a file. A page gets a viewer behind it where its files came along.
pub(super) async fn export(kind: FileKind, choice: Choice, viewer: Vec<LocalFile>) {
    compute_digests().await;
    let report = FOUND.with_borrow(Found::whole);
    let redacted = redaction(&choice).apply(&report);
    let plain = |form| Some(form::write(form, &redacted, choice.languages()));
    let bytes = match kind {
        FileKind::Page => Some(page(&redacted, &choice, &viewer).await),
        FileKind::Packets => packets(&redacted, Selection::Cited).await,
        FileKind::Ticket => plain(Form::Ticket),
        FileKind::Table => plain(Form::Table),
        FileKind::Har => plain(Form::Har),
        FileKind::Json => plain(Form::Json),
    };
    let words = FromWorker::Export(kind);
    match bytes {
        Some(bytes) => scope::post_bytes(&words, &bytes),
        None => scope::post(&words),
    }
}

async fn page(redacted: &RedactedReport, choice: &Choice, viewer: &[LocalFile]) -> Vec<u8> {
    let packets = packets(redacted, Selection::Shown).await;
    let mut files = Vec::new();
    for file in viewer {
        let mut bytes = Vec::new();
        if file.read(0, file.size(), &mut bytes).await.is_ok() {
            files.push(bytes);
        }
    }
    let viewer = match files.as_slice() {
        [script, style, module] => Some(Viewer {
            script,
            style,
            module,
        }),
        _ => None,
    };
    let options = html::Options {
        languages: choice.languages(),
        packets: packets.as_deref(),
        viewer: Some(choice.base.as_str()).filter(|base| !base.is_empty()),
        ..html::Options::default()
    };
    record::page(redacted, &options, viewer.as_ref()).into_bytes()
}

/// Packets out of the capture, which is read again; `None` where there is none, or none of them.
async fn packets(redacted: &RedactedReport, selection: Selection) -> Option<Vec<u8>> {
    let capture = pcapng::capture_of(redacted);
    let file = FOUND.with_borrow(|found| found.captures.get(usize::from(capture)).cloned())?;
    let mut slice = Slice::new(redacted, capture, selection);
    let mut slices = Slices::of(&file);
    while let Some(bytes) = slices.next().await {
        slice.feed(bytes).ok()?;
    }
    let taken = slice.finish();
    (taken.packets > 0).then_some(taken.bytes)
}

/// SHA-256 of every capture. They are not computed while the captures are analysed, which would take twice as long, and
/// whoever gets a report wants to know which file it is of.
async fn compute_digests() {
    let files = FOUND.with_borrow(|found| found.captures.clone());
    for (index, file) in files.iter().enumerate() {
        let is_known = FOUND.with_borrow(|found| {
            let capture = found.report.captures.get(index);
            capture.is_none_or(|capture| capture.sha256.is_some())
        });
        if is_known {
            continue;
        }
        let mut digest = Sha256::new();
        let mut slices = Slices::of(file);
        while let Some(bytes) = slices.next().await {
            digest.update(bytes);
        }
        let is_whole = slices.is_at_end();
        let digest = digest.finalize();
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        FOUND.with_borrow_mut(|found| {
            if let Some(capture) = found.report.captures.get_mut(index).filter(|_| is_whole) {
                capture.sha256 = Some(hex);
            }
        });
    }
}

fn redaction(choice: &Choice) -> Redaction {
    let kept = (0_u16..)
        .zip(Item::ALL)
        .filter(|(bit, _)| choice.keep >> bit & 1 == 1);
    kept.fold(Redaction::new(), |redaction, (_, item)| {
        redaction.keeping(item)
    })
}

fn notes(link: Option<&Link>, choice: &Choice) -> Vec<Sentence> {
    let Some(link) = link else {
        return vec![tell!("share-no-link", "most" = number(choice.most.into()))];
    };
    let mut notes = vec![said(&link.level.message())];
    if choice.base.is_empty() {
        notes.push(tell!("share-no-base"));
    }
    notes
}

/// What is taken out, and what is kept by choice.
fn items(preview: &Preview) -> Vec<ItemLine> {
    let line = |(bit, item): (u8, Item)| {
        let removed = preview
            .redacted
            .removed()
            .iter()
            .find(|removed| removed.item == item);
        let is_kept = preview.redacted.kept().contains(&item);
        let changes = preview.changes.iter().filter(|change| change.item == item);
        (removed.is_some() || is_kept).then(|| ItemLine {
            bit: item.can_be_kept().then_some(bit),
            label: tell!(
                "page-removed",
                "what" = Message::new(words::item(item)),
                "count" = removed.map_or(0, |removed| removed.count)
            ),
            changes: changes.map(pair).collect(),
        })
    };
    (0..).zip(Item::ALL).filter_map(line).collect()
}

fn pair(change: &Change) -> (String, String) {
    (change.before.clone(), change.after.clone())
}

fn said(message: &Message) -> Sentence {
    Sentence::write(|language| render(language, message))
}
