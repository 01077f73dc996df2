//! The page's module: it shows.

use stallscope_viewer::platform::page;
use stallscope_viewer::views::App;

fn main() {
    page::mount::<App>();
}
