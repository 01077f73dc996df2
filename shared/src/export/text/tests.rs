use super::samples::weak_node;
use super::{TextStyle, text};

#[test]
fn show() {
    let width = std::env::var("W")
        .ok()
        .and_then(|w| w.parse().ok())
        .unwrap_or(100);
    println!(
        "{}",
        text(
            &weak_node(),
            TextStyle {
                width,
                color: std::env::var("C").is_ok(),
                unicode: std::env::var("A").is_err(),
                attempts: 20
            }
        )
    );
}
