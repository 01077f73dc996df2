//! Nothing is wrong, whatever it looks like.

use crate::testkit::simulation::story::Story;
use crate::time::Nanos;

/// An ordinary connection, and company.
pub(super) fn exchange(story: &mut Story) {
    let server = story.server();
    story.healthy(Nanos(0), server);
    story.company(server);
}
