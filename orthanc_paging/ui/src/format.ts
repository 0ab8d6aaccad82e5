/** Writes DICOM values as people read them. */

import type { Kind } from './columns';
import { shownDay } from './typing/dates';
import { dayOf } from './typing/days';
import { instantOf } from './typing/instants';
import { HERE, type Local } from './typing/local';
import { shownTime } from './typing/times';

/** Characters in a cell at most: a value may have 64 KiB. */
const LONGEST = 300;

/** Return the text of a value; '' if it is missing, and the value itself if it is not of its kind. */
export function shown(kind: Kind, value: string, local: Local = HERE): string {
    return shortened(value.trim() === '' ? '' : formatted(kind, value, local));
}

/** Return a number as the browser's locale writes it. */
export function count(value: number): string {
    return HERE.number.format(value);
}

/** Return the values of an attribute that may have several, without empty ones. */
export function several(value: string): readonly string[] {
    return value.split('\\').filter((one) => one.trim() !== '');
}

function formatted(kind: Kind, value: string, local: Local): string {
    switch (kind) {
        case 'name':
            return several(value).map(personName).join('; ');
        case 'date':
            return dateOf(value, local) ?? value;
        case 'time':
            return timeOf(value, local) ?? value;
        case 'moment':
            return momentOf(value, local) ?? value;
        case 'number':
            return /^\d{1,15}$/.test(value) ? local.number.format(Number(value)) : value;
        case 'id':
            return value.trim(); // with its backslash: typed so, it is a list that matches the value
        default:
            return several(value).join(', ');
    }
}

/** Return `DOE^JANE^M^DR=…=…` as `DOE, JANE M (DR)`, followed by the name in other scripts. */
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

function dateOf(value: string, local: Local): string | null {
    const [, year, month, day] = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(value.trim()) ?? [];
    const found = dayOf(Number(year), Number(month), Number(day));
    return found === null ? null : shownDay(found, local);
}

function timeOf(value: string, local: Local): string | null {
    const [, hour, minute] = /^([01]\d|2[0-3]):?([0-5]\d)/.exec(value.trim()) ?? [];
    return hour === undefined ? null : shownTime(Number(hour), Number(minute), local);
}

/** Return an instant of Orthanc in the browser's time zone; null if it is none. */
function momentOf(value: string, local: Local): string | null {
    const found = instantOf(value);
    return found && local.moment.format(found);
}

function shortened(text: string): string {
    // A character of two code units is not cut in half.
    return text.length > LONGEST ? `${text.slice(0, LONGEST).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}
