/** Reads names, texts, identifiers, codes and numbers as people type them. */

import type { Kind } from '../columns';
import { TYPING } from '../words';
import type { Meaning } from './meaning';
import { plain } from './plain';

/** The signs that only separate words, in the list and for the server: see `queries/words.py`. */
const SEPARATORS = /[\s",;()[\]{}<>^=|\\•·・、،؛]+/u;

/** Words and characters at most: the server refuses more. A long text of a cell has more. */
const MOST_WORDS = 16;
const LONGEST_WORD = 128; // characters

const SEXES = ['F', 'M', 'O'] as const;

/** Return what a text means under a header of any kind but dates and times; null if it is not understood. */
export function textMeant(kind: Kind, text: string): Meaning | null {
    if (kind === 'number') {
        return numberMeant(text);
    }
    if (/[*?\\]/.test(text)) {
        return { type: 'pattern', text: kind === 'name' ? text.replace(/,\s*/g, '^') : text };
    }
    switch (kind) {
        case 'name':
        case 'text':
            return wordsMeant(text);
        case 'values':
            return valuesMeant(text);
        case 'code':
            return { type: 'start', text: sexOf(text) ?? text };
        default:
            return { type: 'part', text: whole(text) };
    }
}

/** Return the words of a name or a text. A text without a letter or a digit has no words: it is matched as it is. */
function wordsMeant(text: string): Meaning {
    const parts = new Set(whole(text).normalize('NFKC').split(SEPARATORS));
    const words = [...parts].filter((word) => /[\p{L}\p{N}]/u.test(word));
    if (words.length === 0) {
        return { type: 'part', text: whole(text) };
    }
    return { type: 'words', words: longest(words).map((word) => [...word].slice(0, LONGEST_WORD).join('')) };
}

/** Return the longest words, in their order. With so many words, the shorter ones rarely change the result. */
function longest(words: readonly string[]): readonly string[] {
    const kept = new Set([...words].sort((one, other) => other.length - one.length).slice(0, MOST_WORDS));
    return words.filter((word) => kept.has(word));
}

function valuesMeant(text: string): Meaning | null {
    const values = text.split(/[\s,;/+]+/).filter((value) => value !== '');
    const [value, ...others] = values;
    if (value === undefined) {
        return null;
    }
    return others.length > 0 ? { type: 'values', values } : { type: 'start', text: value };
}

/** Return a whole number, grouped or not: `1,234`, `1.234`, `١٬٢٣٤`; null for other texts. */
function numberMeant(text: string): Meaning | null {
    const typed = plain(text);
    const isGrouped = /^\d{1,3}([.,٬' ]\d{2,3})*[.,٬' ]\d{3}$/.test(typed);
    const digits = isGrouped ? typed.replace(/\D/g, '') : typed;
    return /^\d+$/.test(digits) ? { type: 'number', value: digits } : null;
}

/** Return the code of a sex (PS3.3 C.7.1.1) from the beginning of its name in any language; null if it is ambiguous. */
function sexOf(text: string): string | null {
    const typed = plain(text);
    const code = SEXES.find((one) => one.toLowerCase() === typed);
    const named = SEXES.filter((one) =>
        Object.values(TYPING).some((typing) => typing.sexes[one].some((name) => plain(name).startsWith(typed))),
    );
    return code ?? (named.length === 1 ? (named[0] ?? null) : null);
}

/** Return a text without the `…` at the end of a cell that is cut. */
function whole(text: string): string {
    return text.replace(/…$/u, '').trim();
}
