//! Lists that stay short, in memory of their own length.

/// Adds an item to a list that holds one or two in nearly every flow: room grows by half of what there is, where
/// `Vec` would begin with four items and double.
pub(crate) fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact((list.len() / 2).max(1));
    }
    list.push(item);
}
