//! Dividing integers with a direction for what remains.

/// What becomes of the part below the smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Away from zero: what a payer gives.
    Up,
    /// Towards zero: what somebody is given or shown to own.
    Down,
    /// To the nearest unit, a half to the even one: what favours nobody.
    HalfEven,
}

/// `numerator` / `denominator` × 10^`shift`, exact up to the one rounding; `None` where the result leaves an `i128`.
///
/// Both are not negative, `denominator` is above zero and at most 10^18, so that a remainder can be carried on by a digit.
pub(super) fn quotient(numerator: i128, denominator: i128, shift: i32, rounding: Rounding) -> Option<i128> {
    assert!(numerator >= 0 && denominator > 0, "magnitudes are divided");
    let digits = shift.unsigned_abs();
    let divisor = if shift < 0 { denominator.checked_mul(10_i128.checked_pow(digits)?)? } else { denominator };
    let (mut whole, mut rest) = (numerator / divisor, numerator % divisor);
    // Long division: a product with 10^shift could leave the i128 although the quotient does not.
    for _ in 0..shift.max(0) {
        rest = rest.checked_mul(10)?;
        whole = whole.checked_mul(10)?.checked_add(rest / divisor)?;
        rest %= divisor;
    }
    if goes_up(whole, (rest, divisor), rounding) { whole.checked_add(1) } else { Some(whole) }
}

fn goes_up(whole: i128, (rest, divisor): (i128, i128), rounding: Rounding) -> bool {
    match rounding {
        Rounding::Up => rest > 0,
        Rounding::Down => false,
        // Compared without doubling, which could leave the i128.
        Rounding::HalfEven => match rest.cmp(&(divisor - rest)) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => whole % 2 == 1,
            std::cmp::Ordering::Less => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Rounding; 3] = [Rounding::Up, Rounding::Down, Rounding::HalfEven];

    #[test]
    fn each_direction_is_what_its_name_says() {
        let rows = [
            ((10, 5, 0), [2, 2, 2]),
            ((11, 5, 0), [3, 2, 2]),
            ((5, 2, 0), [3, 2, 2]),
            ((7, 2, 0), [4, 3, 4]),
            ((1, 3, 3), [334, 333, 333]),
            ((2, 3, 3), [667, 666, 667]),
            ((25, 1, -1), [3, 2, 2]),
            ((35, 1, -1), [4, 3, 4]),
            ((1, 1, -30), [1, 0, 0]),
            ((0, 7, 30), [0, 0, 0]),
        ];
        for ((numerator, denominator, shift), expected) in rows {
            let got = ALL.map(|rounding| quotient(numerator, denominator, shift, rounding));
            assert_eq!(got, expected.map(Some), "{numerator}/{denominator} × 10^{shift}");
        }
        assert_eq!(quotient(i128::MAX, 1, 1, Rounding::Down), None);
        assert_eq!(quotient(1, 1, 38, Rounding::Down), Some(10_i128.pow(38)));
        assert_eq!(quotient(1, 1, 39, Rounding::Down), None);
    }

    proptest! {
        #[test]
        fn division_is_exact_up_to_one_unit(numerator in 0..=i64::MAX, denominator in 1..=i64::MAX, shift in -9..=9_i32) {
            let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
            let [up, down, even] = ALL.map(|rounding| quotient(numerator, denominator, shift, rounding).expect("in range"));
            // Compared by multiplying out: numerator × 10^shift against whole × denominator.
            let (left, right) = (10_i128.pow(shift.max(0).unsigned_abs()), 10_i128.pow(shift.min(0).unsigned_abs()));
            let exact = up.checked_mul(denominator).and_then(|product| product.checked_mul(right));
            prop_assume!(exact.is_some());
            prop_assert!(down * denominator * right <= numerator * left);
            prop_assert!(up * denominator * right >= numerator * left);
            prop_assert!(up - down <= 1 && (down..=up).contains(&even));
        }
    }
}
