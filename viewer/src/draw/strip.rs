//! The strip of all attempts over wall-clock time.

use crate::geometry::rug::Column;
use crate::platform::canvas::Canvas;

/// Width of a column.
pub(crate) const COLUMN: f64 = 3.0;

/// Columns of attempts, and the stretch that is chosen.
pub(crate) fn paint(canvas: &Canvas, columns: &[Column], chosen: Option<(f64, f64)>) {
    let middle = (canvas.height * 0.6).round();
    let (above, below) = (middle - 3.0, canvas.height - middle - 3.0);
    let most = |of: fn(&Column) -> u32| columns.iter().map(of).max().unwrap_or(0).max(1);
    let (most_fine, most_failed) = (most(|column| column.fine), most(|column| column.failed));
    canvas.fill("--line");
    canvas.rect(0.0, middle, canvas.width, 1.0);
    for (index, column) in columns.iter().enumerate() {
        let x = index as f64 * COLUMN;
        if column.fine > 0 {
            canvas.fill("--rug-fine");
            let height = bar(column.fine, most_fine, above);
            canvas.rect(x, middle - height, COLUMN - 1.0, height);
        }
        if column.failed > 0 {
            canvas.fill("--fault");
            let height = bar(column.failed, most_failed, below);
            canvas.rect(x, middle + 1.0, COLUMN - 1.0, height);
        }
    }
    if let Some((from, to)) = chosen {
        canvas.fill("--veil");
        canvas.rect(0.0, 0.0, from, canvas.height);
        canvas.rect(to, 0.0, canvas.width - to, canvas.height);
        canvas.fill("--accent");
        for x in [from, to] {
            canvas.rect(x - 1.0, 0.0, 2.0, canvas.height);
        }
    }
}

/// One attempt is seen, and so is the difference between one and many.
fn bar(count: u32, most: u32, room: f64) -> f64 {
    let share = f64::from(count) / f64::from(most);
    (share.sqrt() * room).max(4.0_f64.min(room))
}
