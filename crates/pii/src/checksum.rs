//! Check digits.

/// The values of the ASCII digits of `text`; everything else is skipped.
pub(crate) fn digits(text: &str) -> Vec<u8> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass_and_a_slip_fails() {
        assert!(luhn(&digits("4111 1111 1111 1111")) && !luhn(&digits("4111 1111 1111 1112")));
        assert!(ean_13(&digits("756.9217.0769.85")) && !ean_13(&digits("756.9217.0769.84")));
        assert!(mod_11_10(&digits("86095742719")) && !mod_11_10(&digits("86095742718")));
        assert_eq!(mod_97(b"370400440532013000DE89".iter().copied()), 1);
    }
}
