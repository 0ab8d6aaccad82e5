/** Typed text without what makes no difference: case, accents, forms of digits, invisible marks. */

/**
 * A text in lower case, without accents, with ASCII digits and single blanks.
 *
 * `٢٨‏/١١` is `28/11`, `Août` is `aout`, and `２０２５` is `2025`.
 */
export function plain(text: string): string {
    return text
        .normalize('NFKC')
        .toLowerCase()
        .normalize('NFD')
        .replace(/[\p{Mn}\p{Cf}]/gu, '')
        .normalize('NFC') // Hangul is taken apart otherwise
        .replace(/\p{Nd}/gu, asciiDigit)
        .replace(/[’‘`´]/g, "'")
        .replace(/[‐‑‒–—−〜~]/g, '-')
        .replace(/\s+/g, ' ')
        .trim();
}

/** What stands in quotes of any kind, where the whole text does; null else. */
export function quoted(text: string): string | null {
    return /^["“”„«»](.*)["“”„«»]$/su.exec(text.trim())?.[1] ?? null;
}

/** Unicode has the ten digits of each script in a row, the zero first; between the rows are other signs. */
function asciiDigit(digit: string): string {
    const code = digit.codePointAt(0) ?? 0;
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) {
        value++;
    }
    return String(value);
}
