/** What is typed under a header: what it means, and a sentence on what is understood. */

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

/** What is typed under a header, and what it means; null if that is not understood. */
export interface Typed {
    readonly text: string;
    readonly meaning: Meaning | null;
}

/** What a text under a header means; null if it is empty or not understood. */
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

/** A text typed under the header of a column. */
export function typedAs(keyword: Keyword, text: string): Typed {
    return { text, meaning: meaning(kindOf(keyword), text) };
}

/**
 * The same of a text in a link, and as a person here would type it.
 *
 * It is not understood if it means different things to different people, as `01/12/2025` does.
 */
export function typedInLink(keyword: Keyword, text: string): Typed {
    const kind = kindOf(keyword);
    const meant = meaning(kind, text, ANYWHERE);
    return { text: meant ? typable(kind, meant) : text, meaning: meant };
}

/** A sentence on what is understood under a header of a kind, by example. */
export function understood(kind: Kind): string {
    return filled(words.understood[kind], {
        day: shownDay('2025-12-01', HERE),
        later: shownDay('2025-12-31', HERE),
        time: shownTime(9, 30, HERE),
        laterTime: shownTime(21, 30, HERE),
    });
}

/** A date or a time that is stored wrongly, such as `00000000` or `2560`, is found as it is shown. */
function malformed(text: string): Meaning | null {
    return /^(\d{4}|\d{6}|\d{8})$/.test(text) ? { type: 'exact', text } : null;
}

function kindOf(keyword: Keyword): Kind {
    return COLUMNS.find((column) => column.keyword === keyword)?.kind ?? 'text';
}
