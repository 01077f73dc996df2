//! Fingers on a drawing: the times under them stay under them. One moves what is laid out, two stretch it as well.

use super::scale::Scale;

/// Two fingers nearer to each other than this, in pixels, do not squeeze any further.
const NEAREST: f64 = 24.0;

/// Movements of fewer pixels are those of a finger that presses.
const STILL: f64 = 6.0;

/// The fingers that are down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fingers {
    down: Vec<Finger>,
    /// How time was laid out when the last of them came or went.
    scale: Option<Scale>,
}

/// One of them, in pixels along the time.
#[derive(Clone, Copy, Debug)]
struct Finger {
    id: i32,
    from: f64,
    to: f64,
}

impl Fingers {
    /// One more is down.
    pub(crate) fn press(&mut self, id: i32, x: f64, scale: Scale) {
        self.lift(id, scale);
        self.down.push(Finger { id, from: x, to: x });
    }

    /// One is gone.
    pub(crate) fn lift(&mut self, id: i32, scale: Scale) {
        self.down.retain(|finger| finger.id != id);
        for finger in &mut self.down {
            finger.from = finger.to;
        }
        self.scale = Some(scale);
    }

    /// One is elsewhere now; the stretch of time that is to be laid out for it, where that is another one. One finger
    /// alone moves only what is `zoomed`, for otherwise there is nothing beside it.
    pub(crate) fn slide(&mut self, id: i32, x: f64, is_zoomed: bool) -> Option<(i64, i64)> {
        let scale = self.scale?;
        self.down.iter_mut().find(|finger| finger.id == id)?.to = x;
        match *self.down.as_slice() {
            [one] if is_zoomed && (one.to - one.from).abs() >= STILL => {
                let by = one.to - one.from;
                Some(stretch(
                    &scale,
                    (0.0, scale.width()),
                    (by, scale.width() + by),
                ))
            }
            [one, other] => {
                let (left, right) = if one.from <= other.from {
                    (one, other)
                } else {
                    (other, one)
                };
                let apart = |left: f64, right: f64| (left, right.max(left + NEAREST));
                Some(stretch(
                    &scale,
                    apart(left.from, right.from),
                    apart(left.to, right.to),
                ))
            }
            _ => None,
        }
    }
}

/// What is laid out, linearly, when the times at two places come to stand at two others.
fn stretch(scale: &Scale, was: (f64, f64), now: (f64, f64)) -> (i64, i64) {
    let (first, last) = (scale.ns(was.0) as f64, scale.ns(was.1) as f64);
    let a_pixel = (last - first) / (now.1 - now.0);
    let from = first - now.0 * a_pixel;
    (from as i64, (from + scale.width() * a_pixel) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale() -> Scale {
        Scale::linear(0, 1_000_000, 1000.0)
    }

    #[test]
    fn two_fingers_stretch_what_is_between_them() {
        let mut fingers = Fingers::default();
        fingers.press(1, 600.0, scale());
        assert_eq!(fingers.slide(1, 640.0, false), None, "one moves nothing");
        fingers.slide(1, 600.0, false);
        fingers.press(2, 400.0, scale());
        assert_eq!(fingers.slide(2, 200.0, false), Some((300_000, 800_000)));
        assert_eq!(fingers.slide(1, 800.0, false), Some((333_333, 666_666)));
    }

    #[test]
    fn one_finger_moves_what_is_zoomed() {
        let mut fingers = Fingers::default();
        fingers.press(1, 500.0, scale());
        assert_eq!(fingers.slide(1, 503.0, true), None, "it presses");
        assert_eq!(fingers.slide(1, 400.0, true), Some((100_000, 1_100_000)));
        fingers.lift(1, scale());
        assert_eq!(fingers.slide(1, 300.0, true), None, "it is gone");
    }

    #[test]
    fn fingers_that_meet_squeeze_no_further() {
        let mut fingers = Fingers::default();
        fingers.press(1, 0.0, scale());
        fingers.press(2, 240.0, scale());
        let met = fingers.slide(2, 0.0, false).unwrap();
        assert_eq!(met, (0, 10_000_000));
    }
}
