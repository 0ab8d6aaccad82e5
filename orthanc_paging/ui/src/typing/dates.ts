/** Reads and writes dates as people do: `17.12.25`, `Dec 2025`, `2025`, `20251201-`, `last 30 days`. */

import { allDays, dateOf, dayOf, later, localDay, partsOf } from './days';
import type { Local } from './local';
import type { Meaning, Span } from './meaning';
import { plain } from './plain';
import { type Scale, spansOf } from './ranges';
import { daysOf, relativeName } from './relative';

/** The parts of a date as it is typed; some may be missing. */
interface Parts {
    readonly year?: number;
    readonly month?: number;
    readonly day?: number;
}

/** Return the days that a text means; null if it is not understood. A missing part is read as the latest until `now`. */
export function daysMeant(text: string, local: Local, now: Date): Meaning | null {
    const typed = plain(text);
    const name = relativeName(typed, local);
    if (name !== null) {
        return { type: 'relative', name };
    }
    const spans = spansOf(typed, dayScale(local, now));
    return spans.length > 0 ? { type: 'days', spans } : null;
}

/** Return the scale that reads days, months and years. */
export function dayScale(local: Local, now: Date): Scale {
    const today = localDay(now);
    return {
        read: (text, end) => {
            const name = relativeName(text, local);
            const span = name === null ? daysIn(text, local, today, end) : daysOf(name, now);
            return span ? [span] : [];
        },
        isRange: (first, last) => {
            // Otherwise `2024-13-01`, which is no date, would be a range from 2024 to 13 January.
            const parts = tokensOf(last).length;
            return /\d{4}/.test(last) || parts === 3 || parts === tokensOf(first).length;
        },
        next: (day) => later(day, 1),
        previous: (day) => later(day, -1),
    };
}

/** Return a day as the list shows it. */
export function shownDay(day: string, local: Local): string {
    // Years of less than four digits would look like those of today.
    return day < '1000' ? day : local.date.format(dateOf(day));
}

/** Return days as links contain them: `2025`, `2025-12`, `2025-12-01`, `2025-12-01/2025-12-31`, `2025-12-01/..`. */
export function neutralDays(spans: readonly Span[]): string {
    return spans.map(([first, last]) => wholeOf([first, last]) ?? `${first || '..'}/${last || '..'}`).join(',');
}

/** Return a span as a day, a whole month or a whole year; null if it is none of them. */
export function wholeOf([first, last]: Span): string | null {
    if (first === '' || last === '') {
        return null;
    }
    const [year, month] = partsOf(first);
    const is = (span: Span | null): boolean => span?.[0] === first && span[1] === last;
    if (is(allDays(year))) {
        return first.slice(0, 4);
    }
    return is(allDays(year, month)) ? first.slice(0, 7) : first === last ? first : null;
}

function daysIn(text: string, local: Local, today: string, end: Span | null): Span | null {
    const parts = ofDigits(text) ?? ofParts(text, local, today);
    return parts ? completed(parts, today, end) : null;
}

/** Return the parts of `2025`, `202512`, `20251201` or `2025*`; null for other forms. */
function ofDigits(text: string): Parts | null {
    const found = /^(\d{4})(?:(\d{2})(\d{2})?)?\*?$/.exec(text);
    return found ? made(Number(found[1]), asNumber(found[2]), asNumber(found[3])) : null;
}

function ofParts(text: string, local: Local, today: string): Parts | null {
    const clean = text.replace(/[年月년월]/gu, '-').replace(/[日일*]/gu, ' ');
    // A dash or a slash at an end, and two dots, belong to a range.
    if (/[^\p{L}\p{Mc}\p{N}\s.,'/-]|^[./-]|[/-]$|\.\./u.test(clean.trim())) {
        return null;
    }
    const numbers: string[] = [];
    const months: number[] = [];
    for (const token of tokensOf(clean)) {
        if (/^\d/.test(token)) {
            numbers.push(token);
        } else if (!local.fillers.has(token)) {
            months.push(monthOf(token, local));
        }
    }
    if (months.length === 0) {
        const separators = new Set(
            clean
                .trim()
                .split(/\d+/)
                .slice(1, -1)
                .map((separator) => separator.trim()),
        );
        return separators.size > 1 ? null : ofNumbers(numbers, local.order, today);
    }
    return months.length === 1 && months[0] !== 0 ? withMonth(months[0] ?? 0, numbers, today) : null;
}

/** Return the number of the month that a word names, also if it is cut short; 0 if it names none, or several. */
function monthOf(word: string, local: Local): number {
    const named = (is: (name: string) => boolean): readonly number[] =>
        local.months.flatMap((names, month) => (names.some(is) ? [month + 1] : []));
    const whole = named((name) => name === word || name.replace(/[^\p{L}\p{Mc}]/gu, '') === word);
    const found = whole.length > 0 ? whole : word.length < 3 ? [] : named((name) => name.startsWith(word));
    return found.length === 1 ? (found[0] ?? 0) : 0;
}

function withMonth(month: number, numbers: readonly string[], today: string): Parts | null {
    const [one, other, ...more] = numbers;
    if (more.length > 0) {
        return null;
    }
    if (one === undefined) {
        return { month };
    }
    if (other === undefined) {
        return one.length <= 2 ? { month, day: Number(one) } : yearAnd(one, month);
    }
    const [day, year] = one.length === 4 ? [other, one] : [one, other];
    return day.length <= 2 ? made(yearOf(year, today), month, Number(day)) : null;
}

function ofNumbers(numbers: readonly string[], order: Local['order'], today: string): Parts | null {
    const [one = '', two = '', three = ''] = numbers;
    if (numbers.some((number) => number.length > 4 || number.length === 3)) {
        return null;
    }
    switch (numbers.length) {
        case 1:
            return one.length <= 2 ? { day: Number(one) } : made(Number(one));
        case 2:
            if (one.length === 4 || two.length === 4) {
                return one.length === 4 ? yearAnd(one, Number(two)) : yearAnd(two, Number(one));
            }
            return order === null ? null : order === 'dmy' ? dayAndMonth(one, two) : dayAndMonth(two, one);
        case 3:
            return one.length === 4
                ? made(Number(one), Number(two), Number(three))
                : ofThree(one, two, three, order, today);
        default:
            return null;
    }
}

/** Return a date with the year last, or with two digits: in the locale's order, or in another if there is no such date. */
function ofThree(one: string, two: string, three: string, order: Local['order'], today: string): Parts | null {
    if (![one, two].every((part) => part.length <= 2) || ![2, 4].includes(three.length)) {
        return null;
    }
    const [dayFirst, monthFirst] = [
        made(yearOf(three, today), Number(two), Number(one)),
        made(yearOf(three, today), Number(one), Number(two)),
    ];
    const isShort = one.length === 2 && three.length === 2;
    const yearFirst = isShort ? made(yearOf(one, today), Number(two), Number(three)) : null;
    switch (order) {
        case 'dmy':
            return dayFirst ?? monthFirst;
        case 'mdy':
            return monthFirst ?? dayFirst;
        case 'ymd':
            return yearFirst ?? (dayFirst && monthFirst ? null : (dayFirst ?? monthFirst));
        default:
            return three.length === 2 || (dayFirst && monthFirst && one !== two) ? null : (dayFirst ?? monthFirst);
    }
}

function dayAndMonth(day: string, month: string): Parts | null {
    // A leap year, so that 29 February is a date.
    return dayOf(2000, Number(month), Number(day)) === null ? null : { month: Number(month), day: Number(day) };
}

function yearAnd(year: string, month: number): Parts | null {
    return year.length === 4 ? made(Number(year), month) : null;
}

function made(year: number, month?: number, day?: number): Parts | null {
    if (dayOf(year, month ?? 1, day ?? 1) === null) {
        return null;
    }
    return { year, ...(month === undefined ? {} : { month }), ...(day === undefined ? {} : { day }) };
}

/** Return the days of a date. A missing year or month is that of the range's end, or the latest until today. */
function completed({ year, month, day }: Parts, today: string, end: Span | null): Span | null {
    if (month === undefined && day !== undefined) {
        // A day alone is a date only as the beginning of a range of days.
        return end !== null && end[0] === end[1] ? spanOfDay(dayOf(partsOf(end[1])[0], partsOf(end[1])[1], day)) : null;
    }
    if (year !== undefined) {
        return day === undefined ? allDays(year, month) : spanOfDay(dayOf(year, month ?? 0, day));
    }
    const limit = end?.[1] ?? today;
    const latest = partsOf(limit)[0];
    for (let one = latest; one > latest - 9; one--) {
        const span = day === undefined ? allDays(one, month) : spanOfDay(dayOf(one, month ?? 0, day));
        if (span && span[0] <= limit) {
            return span;
        }
    }
    return null;
}

function spanOfDay(day: string | null): Span | null {
    return day === null ? null : [day, day];
}

/** Return the latest year until this one that ends in two digits. */
function yearOf(text: string, today: string): number {
    if (text.length !== 2) {
        return Number(text);
    }
    const thisYear = partsOf(today)[0];
    return thisYear - ((((thisYear - Number(text)) % 100) + 100) % 100);
}

function tokensOf(text: string): readonly string[] {
    return text.match(/\d+|[\p{L}\p{Mc}]+/gu) ?? [];
}

function asNumber(text: string | undefined): number | undefined {
    return text === undefined ? undefined : Number(text);
}
