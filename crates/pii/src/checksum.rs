//! Check digits.

use smallvec::SmallVec;

/// The values of the ASCII digits of `text`; everything else is skipped.
pub(crate) fn digits(text: &str) -> SmallVec<[u8; 32]> {
    text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect()
}

/// Luhn's formula (ISO/IEC 7812-1, annex B), as on payment cards.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| match (place % 2, u32::from(digit)) {
            (0, digit) => digit,
            (_, digit) if digit < 5 => digit * 2,
            (_, digit) => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether the last of `characters`, capitals and digits, is the check digit of the others (ICAO 9303, part 3): weights 7, 3 and 1
/// in turn, modulo 10; A counts as 10.
pub(crate) fn icao(characters: &[u8]) -> bool {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        _ => u32::from(byte.wrapping_sub(b'A')) + 10,
    };
    let Some((&check, body)) = characters.split_last() else { return false };
    let products = body.iter().zip([7, 3, 1].into_iter().cycle());
    products.map(|(byte, weight)| value(*byte) * weight).sum::<u32>() % 10 == value(check)
}

/// ISO 7064 MOD 97-10 over letters (A = 10) and digits, as on an IBAN moved to check-digits-last order.
pub(crate) fn mod_97(characters: impl Iterator<Item = u8>) -> u32 {
    characters.fold(0, |remainder, byte| match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        _ => {
            (remainder * 100 + u32::from(byte.to_ascii_uppercase().saturating_sub(b'A')) + 10) % 97
        }
    })
}

/// ISO 7064 MOD 11,10: the German tax number.
pub(crate) fn mod_11_10(digits: &[u8]) -> bool {
    let Some((&check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, &digit| {
        let sum = (u32::from(digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(check)
}

/// EAN-13, as on the Swiss social security number.
pub(crate) fn ean_13(digits: &[u8]) -> bool {
    let weighted = digits.iter().enumerate();
    let sum: u32 =
        weighted.map(|(place, &digit)| u32::from(digit) * if place % 2 == 0 { 1 } else { 3 }).sum();
    digits.len() == 13 && sum.is_multiple_of(10)
}

/// The sum of the digits times `weights`, modulo `modulus`; `None` when there are not as many digits as weights.
pub(crate) fn weighted(digits: &[u8], weights: &[u32], modulus: u32) -> Option<u32> {
    let sum =
        digits.iter().zip(weights).map(|(&digit, weight)| u32::from(digit) * weight).sum::<u32>();
    (digits.len() == weights.len()).then_some(sum % modulus)
}

/// Verhoeff's scheme over the dihedral group of order ten ("Error Detecting Decimal Codes", 1969): the Aadhaar number.
pub(crate) fn verhoeff(digits: &[u8]) -> bool {
    let places = digits.iter().rev().enumerate();
    places.fold(0, |check, (place, &digit)| {
        let permuted = (0..place % 8).fold(digit, |digit, _| PERMUTATION[usize::from(digit)]);
        dihedral(check, permuted)
    }) == 0
}

const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// The product in the dihedral group: rotations are 0 to 4, reflections 5 to 9.
fn dihedral(left: u8, right: u8) -> u8 {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => (left + right - 5) % 5 + 5,
        (false, true) => (left - 5 + 5 - right) % 5 + 5,
        (false, false) => (left + 5 - right) % 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass_and_a_slip_fails() {
        assert!(luhn(&digits("4111 1111 1111 1111")) && !luhn(&digits("4111 1111 1111 1112")));
        assert!(ean_13(&digits("756.9217.0769.85")) && !ean_13(&digits("756.9217.0769.84")));
        assert!(mod_11_10(&digits("86095742719")) && !mod_11_10(&digits("86095742718")));
        assert!(verhoeff(&digits("2363")) && !verhoeff(&digits("2364")));
        assert_eq!(weighted(&digits("021000021"), &[3, 7, 1, 3, 7, 1, 3, 7, 1], 10), Some(0));
        assert_eq!(mod_97(b"370400440532013000DE89".iter().copied()), 1);
    }
}
