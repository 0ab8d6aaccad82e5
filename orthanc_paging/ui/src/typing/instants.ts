/** Reads and writes instants, such as the last update of a study: in the browser's time zone, compared in UTC. */

import { dayScale } from './dates';
import { later, localDay, partsOf } from './days';
import type { Local } from './local';
import type { Meaning, Span } from './meaning';
import { plain } from './plain';
import { type Scale, spansOf } from './ranges';
import { daysOf, relativeName } from './relative';
import { timeScale } from './times';

const SECOND = 1000; // milliseconds
const HALF_HOUR = 1_800_000; // milliseconds
const FORM = /^(\d{4})-?(\d{2})-?(\d{2})t(\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?z$/;

/** Return the instants that a text means; null if it is not understood. */
export function instantsMeant(text: string, local: Local, now: Date): Meaning | null {
    const typed = plain(text);
    const name = relativeName(typed, local);
    if (name !== null) {
        return { type: 'relative', name };
    }
    const spans = spansOf(typed, instantScale(local, now));
    return spans.length > 0 ? { type: 'instants', spans } : null;
}

/** Return the instants of days in the browser's time zone, by the name of the days: `last-7-days`. */
export function instantsOf(name: string, now: Date): Span {
    return instantsOfDays(daysOf(name, now));
}

/** Return the instant of Orthanc's form `20251201T093000`, which is in UTC; null if it has another form. */
export function instantOf(value: string): Date | null {
    const found = /^(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})/.exec(value.trim());
    const date = found ? new Date(`${found.slice(1, 4).join('-')}T${found.slice(4).join(':')}Z`) : null;
    return date && Number.isFinite(date.getTime()) ? date : null;
}

/** Return instants as links contain them: `2025-12-01T09:30Z`, `2025-12-01T09:30Z/..`. */
export function neutralInstants(spans: readonly Span[]): string {
    return spans
        .map(([first, last]) => {
            const [from, to] = [first.replace(/:00Z$/, 'Z'), last.replace(/:59Z$/, 'Z')];
            return from === to ? from : `${from || '..'}/${to || '..'}`;
        })
        .join(',');
}

/** Return the whole days of the browser's time zone that a range covers exactly; null if it covers none. */
export function daysOfInstants([first, last]: Span): Span | null {
    const days: Span = [first === '' ? '' : dayAt(first), last === '' ? '' : dayAt(last)];
    const [from, to] = instantsOfDays(days);
    return from === first && to === last ? days : null;
}

function instantScale(local: Local, now: Date): Scale {
    const days = dayScale(local, now);
    const times = timeScale(local);
    return {
        read: (text, end) => {
            const utc = inUtc(text);
            if (utc) {
                return [utc];
            }
            const endDays: Span | null = end && [dayAt(end[0]), dayAt(end[1])];
            const ofDays = days.read(text, endDays).map(instantsOfDays);
            return ofDays.length > 0 ? ofDays : dayAndTime(text, days, times);
        },
        isRange: days.isRange,
        next: (instant) => moved(instant, SECOND),
        previous: (instant) => moved(instant, -SECOND),
    };
}

/** Return the instants of a day and a time, in either order; none if the text is something else. */
function dayAndTime(text: string, days: Scale, times: Scale): Span[] {
    const parts = text.replace(/(\d)t(\d)/, '$1 $2');
    for (const { 0: found, index } of parts.matchAll(/[,،]? |[,،]/g)) {
        const [one, other] = [parts.slice(0, index), parts.slice(index + found.length)];
        for (const [day, time] of [
            [one, other],
            [other, one],
        ] as const) {
            const [span] = days.read(day, null);
            const ofDay = times.read(time, null);
            if (span && span[0] === span[1] && ofDay.length > 0) {
                return ofDay.flatMap((hours) => instantsAt(span[0], hours));
            }
        }
    }
    return [];
}

/** Return when a clock in the browser's time zone shows some times of a day: twice if it is put back meanwhile. */
function instantsAt(day: string, [first, last]: Span): Span[] {
    const ends = [clockAt(day, first), clockAt(day, last)] as const;
    const clocks = ends.map(clock).join();
    return [-2, -1, 0, 1, 2]
        .map((shift) => ends.map((at) => new Date(at.getTime() + shift * HALF_HOUR)))
        .filter((moved) => moved.map(clock).join() === clocks)
        .map(([from, to]) => [utc(from as Date), utc(to as Date)]);
}

function clock(at: Date): string {
    return `${at.getDate()} ${at.getHours()}:${at.getMinutes()}`;
}

/** Return the instants of days. A day on which the clock is changed has 23 or 25 hours. */
function instantsOfDays([first, last]: Span): Span {
    return [
        first === '' ? '' : utc(clockAt(first, '00:00:00')),
        last === '' ? '' : moved(utc(clockAt(later(last, 1), '00:00:00')), -SECOND),
    ];
}

/** Return the first instant at which the browser's clock shows a time. */
function clockAt(day: string, time: string): Date {
    const [year, month, date] = partsOf(day);
    const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
    const at = new Date(0);
    at.setFullYear(year, month - 1, date);
    at.setHours(hour, minute, second);
    return at;
}

function dayAt(instant: string): string {
    return localDay(new Date(instant));
}

function inUtc(text: string): Span | null {
    const [, year, month, day, hour, minute, second] = FORM.exec(text) ?? [];
    const first = `${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}Z`;
    if (year === undefined || utc(new Date(first)) !== first) {
        return null;
    }
    return [first, second === undefined ? first.replace(/00Z$/, '59Z') : first];
}

function moved(instant: string, milliseconds: number): string {
    return utc(new Date(Date.parse(instant) + milliseconds));
}

function utc(at: Date): string {
    return Number.isFinite(at.getTime()) ? at.toISOString().replace(/\.\d+Z$/, 'Z') : '';
}
