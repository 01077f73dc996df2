//! Picks the role: page or worker.

use stallscope_viewer::app::App;
use stallscope_viewer::platform::{Role, page, role, scope};
use stallscope_viewer::worker::job;

fn main() {
    match role() {
        Role::Page => page::mount::<App>(),
        Role::Worker => scope::listen(job::start),
    }
}
