/** Names, texts, identifiers and codes as people type them. */

import type { Kind } from '../columns';
import { TYPING } from '../words';
import type { Meaning } from './meaning';
import { plain } from './plain';

/** What only separates words, in the list and for the server: see `queries/words.py`. */
const SEPARATORS = /[\s",;()[\]{}<>^=|\\•·・、،؛]+/u;

/** The server refuses more. A cell of the list has more words if its text is long. */
const MOST_WORDS = 16;
const LONGEST_WORD = 128; // characters

const SEXES = ['F', 'M', 'O'] as const;

/** What a text means under the header of a name, a text, an identifier, a code, several values or a number. */
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

/** The words of a name or a text, or the text itself if it has no letter and no digit: signs alone are no words. */
function wordsMeant(text: string): Meaning {
    const parts = new Set(whole(text).normalize('NFKC').split(SEPARATORS));
    const words = [...parts].filter((word) => /[\p{L}\p{N}]/u.test(word));
    if (words.length === 0) {
        return { type: 'part', text: whole(text) };
    }
    return { type: 'words', words: longest(words).map((word) => [...word].slice(0, LONGEST_WORD).join('')) };
}

/** The longest words, in their order. With so many, the shorter ones hardly change what is found. */
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

/** A whole number, grouped or not: `1,234`, `1.234`, `١٬٢٣٤`. */
function numberMeant(text: string): Meaning | null {
    const typed = plain(text);
    const isGrouped = /^\d{1,3}([.,٬' ]\d{2,3})*[.,٬' ]\d{3}$/.test(typed);
    const digits = isGrouped ? typed.replace(/\D/g, '') : typed;
    return /^\d+$/.test(digits) ? { type: 'number', value: digits } : null;
}

/** The code of a sex (PS3.3 C.7.1.1) from its beginning in any language of the page; null if none begins so. */
function sexOf(text: string): string | null {
    const typed = plain(text);
    const code = SEXES.find((one) => one.toLowerCase() === typed);
    const named = SEXES.filter((one) =>
        Object.values(TYPING).some((typing) => typing.sexes[one].some((name) => plain(name).startsWith(typed))),
    );
    return code ?? (named.length === 1 ? (named[0] ?? null) : null);
}

/** A text without the sign that a cell of the list ends with if it is cut. */
function whole(text: string): string {
    return text.replace(/…$/u, '').trim();
}
