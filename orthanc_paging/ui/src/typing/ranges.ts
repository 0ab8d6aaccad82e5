/** Reads ranges as people type them: `2024-2025`, `since 2024`, `>9:30`, `1.12.2025 bis 31.12.2025`, `20251201-`. */

import { TYPING } from '../words';
import type { Span } from './meaning';
import { plain } from './plain';

/** Reads the ends of ranges: days, times or instants. */
export interface Scale {
    /**
     * Return the spans that a single text may mean; none if it is not understood.
     *
     * If the text is the first part of a range, `end` is the last part: for `1` in `1-15 Dec 2025`, it is 15 December.
     */
    read(text: string, end: Span | null): readonly Span[];
    /** Whether two texts with only a dash, a slash or a blank between them may be a range. */
    isRange(first: string, last: string): boolean;
    /** Return the moment after one, and the moment before it. */
    next(moment: string): string;
    previous(moment: string): string;
}

/** Characters of a range at most. Each of them is tried as the place where its two parts meet. */
const LONGEST = 200;

type Comparison = 'since' | 'until' | 'after' | 'before';

const SIGNS: readonly (readonly [sign: string, comparison: Comparison])[] = [
    ['>=', 'since'],
    ['≥', 'since'],
    ['<=', 'until'],
    ['≤', 'until'],
    ['>', 'after'],
    ['<', 'before'],
];

const COMPARISONS = [
    ...SIGNS.map(([sign, comparison]) => ({ prefix: sign, comparison })),
    ...(['since', 'until', 'after', 'before'] as const).flatMap((comparison) =>
        wordsFor(comparison).map((word) => ({ prefix: `${word} `, comparison })),
    ),
].sort((one, other) => other.prefix.length - one.prefix.length);

const TO = wordsFor('to');
const FROM = wordsFor('from');

/** What separates the two parts of a range. First comes what cannot be part of a date. */
const SEPARATORS: readonly RegExp[] = [new RegExp(`\\.\\.+| - | (?:${TO.join('|')}) `, 'g'), /-|\//g, / /g];

/** Return the spans that a plain text means, as ranges or single moments; none if it is not understood. */
export function spansOf(text: string, scale: Scale): readonly Span[] {
    if (text.length > LONGEST) {
        return [];
    }
    const single = scale.read(text, null);
    if (single.length > 0) {
        return single;
    }
    return compared(text, scale) ?? between(text, scale) ?? listed(text, scale) ?? [];
}

/** Return the spans of a list: `09:30,21:30`. Semicolons separate spans that contain commas. */
function listed(text: string, scale: Scale): readonly Span[] | null {
    for (const separator of [';', ',']) {
        const parts = text.split(separator);
        const spans = parts.length > 1 ? parts.map((part) => spansOf(part.trim(), scale)) : [];
        if (spans.some((each) => each.length > 0) && spans.every((each) => each.length > 0)) {
            return spans.flat();
        }
    }
    return null;
}

function compared(text: string, scale: Scale): readonly Span[] | null {
    for (const { prefix, comparison } of COMPARISONS) {
        const span = text.startsWith(prefix) ? scale.read(text.slice(prefix.length).trim(), null)[0] : undefined;
        if (span) {
            return [beyond(span, comparison, scale)];
        }
    }
    return null;
}

function beyond([first, last]: Span, comparison: Comparison, scale: Scale): Span {
    switch (comparison) {
        case 'since':
            return [first, ''];
        case 'until':
            return ['', last];
        case 'after':
            return [scale.next(last), ''];
        default:
            return ['', scale.previous(first)];
    }
}

function between(text: string, scale: Scale): readonly Span[] | null {
    const prefix = FROM.find((word) => text.startsWith(`${word} `));
    const texts = prefix === undefined ? [text] : [text, text.slice(prefix.length + 1)];
    for (const separator of SEPARATORS) {
        for (const one of texts) {
            for (const { 0: found, index } of one.matchAll(separator)) {
                const range = joined(one.slice(0, index).trim(), one.slice(index + found.length).trim(), found, scale);
                if (range) {
                    return [range];
                }
            }
        }
    }
    return null;
}

/** Return the range of two parts; null if it is none. One part may be open: missing, or `..`. */
function joined(one: string, other: string, separator: string, scale: Scale): Span | null {
    const [first, last] = [one, other].map((text) => (text === '..' ? '' : text)) as [string, string];
    if (first === '' || last === '') {
        const [span] = separator === ' ' ? [] : scale.read(first || last, null);
        return span ? (first === '' ? ['', span[1]] : [span[0], '']) : null;
    }
    // If a slash separates days and months, it cannot separate dates too.
    const isTwoDates = separator !== '/' || !`${first}${last}`.includes('/');
    if (/^[-/ ]$/.test(separator) && !(isTwoDates && scale.isRange(first, last))) {
        return null;
    }
    for (const end of scale.read(last, null)) {
        const begin = [...scale.read(first, end)].reverse().find((span) => span[0] <= end[1]);
        if (begin) {
            return [begin[0], end[1]];
        }
    }
    return null;
}

/** Return the words of all languages, the longest first, because one may begin with another. */
function wordsFor(name: Comparison | 'to' | 'from'): readonly string[] {
    const words = Object.values(TYPING).flatMap((typing) => typing[name].map(plain));
    return words.sort((one, other) => other.length - one.length);
}
