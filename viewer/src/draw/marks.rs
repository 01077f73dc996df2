//! Colours of phases, by the names that the style sheet gives them.

use stallscope_shared::report::v1::PhaseName;

/// How a phase is drawn: not by colour alone, but also by height and letter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Token of its colour.
    pub(crate) fill: &'static str,
    /// Token of its outline.
    pub(crate) outline: &'static str,
    /// Class of its element in drawings that are not on a canvas.
    pub(crate) class: &'static str,
    /// It is drawn at half height: it prepares the connection.
    pub(crate) is_thin: bool,
}

/// How a phase is drawn.
pub(crate) const fn look(phase: PhaseName) -> Look {
    let (fill, outline, class) = match phase {
        PhaseName::Dns => ("--phase-dns", "--phase-dns-line", "phase-dns"),
        PhaseName::Connect => ("--phase-connect", "--phase-connect-line", "phase-connect"),
        PhaseName::Proxy => ("--phase-proxy", "--phase-proxy-line", "phase-proxy"),
        PhaseName::Tls => ("--phase-tls", "--phase-tls-line", "phase-tls"),
        PhaseName::Request => ("--phase-request", "--phase-request-line", "phase-request"),
        PhaseName::Wait => ("--phase-wait", "--phase-wait-line", "phase-wait"),
        PhaseName::Receive => ("--phase-receive", "--phase-receive-line", "phase-receive"),
    };
    let is_thin = matches!(
        phase,
        PhaseName::Dns | PhaseName::Connect | PhaseName::Proxy | PhaseName::Tls
    );
    Look {
        fill,
        outline,
        class,
        is_thin,
    }
}
