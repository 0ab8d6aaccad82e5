/** Values of DICOM as people read them. */

import type { Kind } from './columns';
import { locale } from './words';

/** A cell shows so many characters at most: a value may have 64 KiB. */
const LONGEST = 300;

const date = new Intl.DateTimeFormat(locale, { year: 'numeric', month: '2-digit', day: '2-digit' });
const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short' });
const number = new Intl.NumberFormat(locale);

/** The text of a cell; '' where the value is missing, and the value itself where it is not of its kind. */
export function shown(kind: Kind, value: string): string {
    return shortened(value.trim() === '' ? '' : formatted(kind, value));
}

export function count(value: number): string {
    return number.format(value);
}

/** The several values of one attribute. */
export function several(value: string): readonly string[] {
    return value.split('\\').filter((one) => one.trim() !== '');
}

function formatted(kind: Kind, value: string): string {
    switch (kind) {
        case 'name':
            return several(value).map(personName).join('; ');
        case 'date':
            return dateOf(value) ?? value;
        case 'time':
            return timeOf(value) ?? value;
        case 'moment':
            return momentOf(value) ?? value;
        case 'number':
            return /^\d{1,15}$/.test(value) ? number.format(Number(value)) : value;
        default:
            return several(value).join(', ');
    }
}

/** `DOE^JANE^M^DR=…=…` as `DOE, JANE M (DR)`, and what it is in other scripts behind it. */
export function personName(value: string): string {
    const [alphabetic = '', ...others] = value.split('=').map((group) => group.split('^').map((part) => part.trim()));
    const names = [latin(Array.isArray(alphabetic) ? alphabetic : [alphabetic])];
    names.push(...others.map((parts) => parts.filter((part) => part !== '').join(' ')));
    return names.filter((name) => name !== '').join(' · ');
}

function latin([family = '', given = '', middle = '', prefix = '', suffix = '']: readonly string[]): string {
    const first = [given, middle].filter((part) => part !== '').join(' ');
    const titles = [prefix, suffix].filter((part) => part !== '').join(', ');
    const name = [family, first].filter((part) => part !== '').join(', ');
    return titles === '' ? name : `${name} (${titles})`;
}

function dateOf(value: string): string | null {
    const found = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(value.trim());
    if (!found) {
        return null;
    }
    const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
    const then = new Date(year, month - 1, day);
    return then.getMonth() === month - 1 && then.getDate() === day ? date.format(then) : null;
}

function timeOf(value: string): string | null {
    const found = /^([01]\d|2[0-3]):?([0-5]\d)/.exec(value.trim());
    return found ? time.format(new Date(2000, 0, 1, Number(found[1]), Number(found[2]))) : null;
}

/** An instant of Orthanc's own, in UTC. */
function momentOf(value: string): string | null {
    const found = /^(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})/.exec(value);
    if (!found) {
        return null;
    }
    const [year, month, day, hour, minute, second] = found.slice(1).map(Number) as [
        number, number, number, number, number, number,
    ];
    return moment.format(new Date(Date.UTC(year, month - 1, day, hour, minute, second)));
}

function shortened(text: string): string {
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
