//! The worker's module: it analyses.

use stallscope_viewer::platform::scope;
use stallscope_viewer::worker::job;

fn main() {
    scope::listen(job::start);
}
