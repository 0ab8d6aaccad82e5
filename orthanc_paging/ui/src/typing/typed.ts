/** Reads what is typed under a header, and says what is understood there. */

import { COLUMNS, type Keyword, type Kind } from '../columns';
import { filled, words } from '../words';
import { daysMeant, shownDay } from './dates';
import { instantsMeant } from './instants';
import { ANYWHERE, HERE, type Local } from './local';
import type { Meaning } from './meaning';
import { quoted } from './plain';
import { textMeant } from './texts';
import { shownTime, timesMeant } from './times';
import { typable } from './written';

export type { Meaning, Span } from './meaning';
export { parameterOf } from './parameters';
export { PERIODS, type Period } from './relative';
export { described, neutral, typable } from './written';

/** A text under a header, and its meaning; null if it is not understood. */
export interface Typed {
    readonly text: string;
    readonly meaning: Meaning | null;
}

/** Return what a text under a header means; null if it is empty or not understood. */
export function meaning(kind: Kind, text: string, local: Local = HERE, now = new Date()): Meaning | null {
    const typed = text.trim();
    const literal = quoted(typed)?.trim();
    if (typed === '') {
        return null;
    }
    if (literal !== undefined) {
        return literal === '' ? { type: 'missing' } : { type: 'exact', text: literal };
    }
    switch (kind) {
        case 'date':
            return daysMeant(typed, local, now) ?? malformed(typed);
        case 'moment':
            return instantsMeant(typed, local, now);
        case 'time':
            return timesMeant(typed, local) ?? malformed(typed);
        default:
            return textMeant(kind, typed);
    }
}

/** Return a text with its meaning under the header of a column. */
export function typedAs(keyword: Keyword, text: string): Typed {
    return { text, meaning: meaning(kindOf(keyword), text) };
}

/**
 * Return a text of a link with its meaning, as a person would type it in the browser's locale.
 *
 * A text that means different things to different people, such as `01/12/2025`, is not understood.
 */
export function typedInLink(keyword: Keyword, text: string): Typed {
    const kind = kindOf(keyword);
    const meant = meaning(kind, text, ANYWHERE);
    return { text: meant ? typable(kind, meant) : text, meaning: meant };
}

/** Return examples of what is understood under a header of a kind, as a sentence. */
export function understood(kind: Kind): string {
    return filled(words.understood[kind], {
        day: shownDay('2025-12-01', HERE),
        later: shownDay('2025-12-31', HERE),
        time: shownTime(9, 30, HERE),
        laterTime: shownTime(21, 30, HERE),
    });
}

/** Return the meaning of a wrong date or time, such as `00000000` or `2560`, which the list shows as it is stored. */
function malformed(text: string): Meaning | null {
    return /^(\d{4}|\d{6}|\d{8})$/.test(text) ? { type: 'exact', text } : null;
}

function kindOf(keyword: Keyword): Kind {
    return COLUMNS.find((column) => column.keyword === keyword)?.kind ?? 'text';
}
