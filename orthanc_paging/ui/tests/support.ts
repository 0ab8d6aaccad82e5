/** Helpers of the unit tests of typed text. */

import { COLUMNS, type Column, type Keyword } from '../src/columns';
import { type Local, localOf } from '../src/typing/local';
import { meaning, neutral, parameterOf } from '../src/typing/typed';

/** Noon of a Monday in UTC. */
export const NOW = new Date('2026-11-30T12:00:00Z');

export const LOCALES = [
    'de-DE',
    'en-US',
    'en-GB',
    'fr-FR',
    'es-ES',
    'it-IT',
    'ja-JP',
    'pt-BR',
    'nl-NL',
    'ar-EG',
] as const;

export const ZONES = ['UTC', 'Pacific/Kiritimati', 'Etc/GMT+12', 'America/New_York', 'Asia/Kolkata'] as const;

const LOCALS = new Map<string, Local>();

/** Return the Local of a tag in the present time zone, which its formats keep. */
export function local(tag: string): Local {
    const name = `${tag} ${process.env['TZ']}`;
    const made = LOCALS.get(name) ?? localOf(tag);
    LOCALS.set(name, made);
    return made;
}

/** Return the parameter of a text under a header, such as `StudyDate=20240101-20241231`; null if not understood. */
export function sent(keyword: Keyword, text: string, tag = 'en-GB'): string | null {
    const meant = meaning(column(keyword).kind, text, local(tag), NOW);
    return meant && parameterOf(column(keyword), meant, NOW).join('=');
}

/** Return a text under a header as a link contains it; null if it is not understood. */
export function linked(keyword: Keyword, text: string, tag = 'en-GB'): string | null {
    const meant = meaning(column(keyword).kind, text, local(tag), NOW);
    return meant && neutral(meant);
}

export function column(keyword: Keyword): Column {
    const found = COLUMNS.find((one) => one.keyword === keyword);
    if (!found) {
        throw new Error(keyword);
    }
    return found;
}

/** Run something in another time zone, and return its result. */
export function inZone<T>(zone: string, run: () => T): T {
    const before = process.env['TZ'];
    process.env['TZ'] = zone;
    try {
        return run();
    } finally {
        if (before === undefined) {
            delete process.env['TZ'];
        } else {
            process.env['TZ'] = before;
        }
    }
}
