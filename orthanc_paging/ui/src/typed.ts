/** From what people type under a header to DICOM attribute matching (PS3.4 C.2.2.2). */

import type { Column, Kind } from './columns';
import type { Meaning } from './meaning';

export type { Meaning } from './meaning';

/** What is typed under a header, and what it means; null where that is not understood. */
export interface Typed {
    readonly text: string;
    readonly meaning: Meaning | null;
}

/** What a text under a header means; null where it is empty or not understood. */
export function meaning(kind: Kind, text: string): Meaning | null {
    const dicom = matching(kind, text, 'dmy');
    return dicom ? { type: 'pattern', text: dicom } : null;
}

/** A meaning in the words of the page and the forms of the browser's locale, for people to read. */
export function described(kind: Kind, asked: Meaning): string {
    return kind && asked.type === 'pattern' ? asked.text : '';
}

/** The name and the value of the request's parameter. */
export function parameterOf(column: Column, asked: Meaning): readonly [name: string, value: string] {
    return [column.keyword, asked.type === 'pattern' ? asked.text : ''];
}

/** A sentence on what is understood under a header of a kind, by example. */
export function understood(kind: Kind): string {
    return kind;
}

/** Days back from today, both ends included, by the name that links hold. */
export const PERIODS = { today: [0, 0], yesterday: [1, 1], week: [6, 0], month: [29, 0], year: [364, 0] } as const;

export type Period = keyof typeof PERIODS;

const DASHES = /\s*(?:\.\.+|…|–|—|\bto\b|\s-\s|-(?=$)|^-)\s*/;

/**
 * What the server is asked for; '' for all studies, null where what is typed makes no sense (yet).
 *
 * `order` is in which order the parts of a date are written here, such as 'dmy'.
 */
export function matching(kind: Kind, typed: string, order: string): string | null {
    const text = typed.trim();
    if (text === '') {
        return '';
    }
    switch (kind) {
        case 'date':
        case 'moment':
            return dates(text, order);
        case 'time':
            return times(text);
        case 'number':
            return /^\d+$/.test(text) ? text : null;
        case 'text':
            return hasWildcard(text) ? text : `*${text}*`;
        case 'name':
            return hasWildcard(text) ? text : `${text.replace(/,\s*/, '^')}*`;
        default:
            return hasWildcard(text) ? text : `${text}*`;
    }
}

/** The range of a period, seen from a day. */
export function range(period: Period, today: Date): string {
    const [first, last] = PERIODS[period];
    return `${daysBefore(today, first)}-${daysBefore(today, last)}`;
}

function daysBefore(day: Date, days: number): string {
    const then = new Date(day.getFullYear(), day.getMonth(), day.getDate() - days);
    return written(then.getFullYear(), then.getMonth() + 1, then.getDate());
}

function hasWildcard(text: string): boolean {
    return /[*?\\]/.test(text);
}

/** `2024`, `2024-03`, `31.3.2024`, `20240331`, or a range of two of them, of which one may be missing. */
function dates(text: string, order: string): string | null {
    const [first, last, ...more] = text.split(DASHES);
    if (first === undefined || more.length > 0) {
        return null;
    }
    const from = first === '' ? ['', ''] : span(first, order);
    const to = last === undefined ? from : last === '' ? ['', ''] : span(last, order);
    return from && to && (from[0] || to[1]) ? `${from[0]}-${to[1]}` : null;
}

/** The first and the last day that a date tells of which a part may be missing. */
function span(text: string, order: string): readonly [string, string] | null {
    const whole = /^(\d{4})(?:(\d{2})(\d{2})?)?$/.exec(text);
    if (whole) {
        return days(Number(whole[1]), whole[2], whole[3]);
    }
    const parts = text.split(/[-./\s]+/).filter((part) => part !== '');
    if (!parts.every((part) => /^\d{1,4}$/.test(part))) {
        return null;
    }
    if (parts[0]?.length === 4) {
        return days(Number(parts[0]), parts[1], parts[2]);
    }
    if (parts.at(-1)?.length !== 4 || parts.length > 3) {
        return null;
    }
    const [one, other] = parts;
    const monthFirst = order.indexOf('m') < order.indexOf('d');
    return parts.length === 2
        ? days(Number(parts[1]), one)
        : days(Number(parts[2]), monthFirst ? one : other, monthFirst ? other : one);
}

function days(year: number, month?: string, day?: string): readonly [string, string] | null {
    const months = month === undefined ? [1, 12] : [Number(month), Number(month)];
    const [firstMonth = 0, lastMonth = 0] = months;
    if (firstMonth < 1 || lastMonth > 12) {
        return null;
    }
    const length = new Date(year, lastMonth, 0).getDate();
    const [first, last] = day === undefined ? [1, length] : [Number(day), Number(day)];
    return first < 1 || last > length
        ? null
        : [written(year, firstMonth, first), written(year, lastMonth, last)];
}

function written(year: number, month: number, day: number): string {
    return `${String(year).padStart(4, '0')}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`;
}

/** `10`, `10:30`, `1030`: all that begins so. */
function times(text: string): string | null {
    const digits = text.replace(/:/g, '');
    return /^([01]\d|2[0-3])([0-5]\d([0-5]\d)?)?$/.test(digits) ? `${digits}-${digits}` : null;
}
