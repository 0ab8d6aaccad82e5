/** Days relative to today: the periods above the list, and typed ones, such as `last 30 days`. */

import { TYPING } from '../words';
import { allDays, later, localDay, monthsLater, partsOf, weekday } from './days';
import type { Local } from './local';
import type { Span } from './meaning';
import { plain } from './plain';

/** Days back from today, both ends included, by the names in links. */
export const PERIODS = { today: [0, 0], yesterday: [1, 1], week: [6, 0], month: [29, 0], year: [364, 0] } as const;

export type Period = keyof typeof PERIODS;

const UNITS = ['days', 'weeks', 'months', 'years'] as const;

type Unit = (typeof UNITS)[number];

const FIXED: ReadonlySet<string> = new Set([
    'today',
    'yesterday',
    'this-week',
    'last-week',
    'this-month',
    'last-month',
    'this-year',
    'last-year',
]);
const LAST = /^last-([1-9]\d{0,3})-(days|weeks|months|years)$/;

/** Return the first and the last day of a period. */
export function daysOfPeriod(period: Period, today: string): Span {
    const [first, last] = PERIODS[period];
    return [later(today, -first), later(today, -last)];
}

/** Return the name of the days that a plain text means, such as `last-7-days`; null if it means none. */
export function relativeName(text: string, local: Local): string | null {
    const isName = FIXED.has(text) || LAST.test(text);
    return isName ? text : (local.relative.get(text) ?? lastName(text));
}

/** Return the first and the last day of a name. A week begins on Monday (ISO 8601), in each locale. */
export function daysOf(name: string, now: Date): Span {
    const today = localDay(now);
    const [, number, unit] = LAST.exec(name) ?? [];
    if (number !== undefined) {
        return [beginningOf(today, Number(number), unit as Unit), today];
    }
    const [which, what] = name.split('-');
    switch (what) {
        case 'week': {
            const monday = later(today, -weekday(today) - (which === 'last' ? 7 : 0));
            return [monday, later(monday, 6)];
        }
        case 'month':
            return monthOf(which === 'last' ? monthsLater(today, -1) : today);
        case 'year':
            return yearOf(which === 'last' ? monthsLater(today, -12) : today);
        default: {
            const day = later(today, name === 'yesterday' ? -1 : 0);
            return [day, day];
        }
    }
}

/** Return the name of `last 30 days` or `30 days`, in any language of the page; null for other texts. */
function lastName(text: string): string | null {
    for (const { form, units } of LAST_FORMS) {
        const [, number, word] = form.exec(text) ?? [];
        const unit = UNITS.find((one) => word !== undefined && units[one].some((each) => plain(each) === word));
        if (unit !== undefined) {
            return `last-${number}-${unit}`;
        }
    }
    return null;
}

const LAST_FORMS = Object.values(TYPING).flatMap(({ last, units }) =>
    ['{n} {unit}', ...last].map((template) => {
        const words = UNITS.flatMap((unit) => units[unit])
            .map(plain)
            .join('|');
        const form = plain(template).replace('{n}', '([1-9]\\d{0,3})').replace('{unit}', `(${words})`);
        return { form: new RegExp(`^${form}$`), units };
    }),
);

function beginningOf(today: string, number: number, unit: Unit): string {
    switch (unit) {
        case 'days':
            return later(today, 1 - number);
        case 'weeks':
            return later(today, 1 - 7 * number);
        case 'months':
            return later(monthsLater(today, -number), 1);
        default:
            return later(monthsLater(today, -12 * Math.min(number, partsOf(today)[0] - 1)), 1);
    }
}

function monthOf(day: string): Span {
    const [year, month] = partsOf(day);
    return allDays(year, month) ?? [day, day];
}

function yearOf(day: string): Span {
    return allDays(partsOf(day)[0]) ?? [day, day];
}
