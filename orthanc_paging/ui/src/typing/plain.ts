/** Reduces typed text to what matters: not case, accents, forms of digits, or invisible marks. */

/**
 * Return a text in lower case, without accents, with ASCII digits and single blanks.
 *
 * `٢٨‏/١١` is `28/11`, `Août` is `aout`, and `２０２５` is `2025`.
 */
export function plain(text: string): string {
    return text
        .normalize('NFKC')
        .toLowerCase()
        .normalize('NFD')
        .replace(/[\p{Mn}\p{Cf}]/gu, '')
        .normalize('NFC') // NFD takes Hangul apart
        .replace(/\p{Nd}/gu, asciiDigit)
        .replace(/[’‘`´]/g, "'")
        .replace(/[‐‑‒–—−〜~]/g, '-')
        .replace(/\s+/g, ' ')
        .trim();
}

/** Return the text between quotes of any kind, if the whole text is quoted; null otherwise. */
export function quoted(text: string): string | null {
    return /^["“”„«»](.*)["“”„«»]$/su.exec(text.trim())?.[1] ?? null;
}

/** Return a digit of any script as ASCII. Unicode has the ten digits of each script in a row, the zero first. */
function asciiDigit(digit: string): string {
    const code = digit.codePointAt(0) ?? 0;
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) {
        value++;
    }
    return String(value);
}
