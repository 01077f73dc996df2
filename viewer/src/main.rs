//! Picks the role: page or worker.

use stallscope_viewer::load::job;
use stallscope_viewer::platform::{Role, page, role, scope};
use stallscope_viewer::views::App;

fn main() {
    match role() {
        Role::Page => page::mount::<App>(),
        Role::Worker => scope::listen(job::start),
    }
}
