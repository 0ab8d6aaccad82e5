/** Reads and writes times of a day as people do: `9:30 PM`, `21h30`, `8`, `10-12`, `2130`. */

import { padded } from './days';
import { halfOf, type Local } from './local';
import type { Meaning, Span } from './meaning';
import { plain } from './plain';
import { type Scale, spansOf } from './ranges';

const FIRST = '00:00:00';
const LAST = '23:59:59';

const HOUR_MARKS = /(?<=\d)\s?(?:h|uhr|[時时点點시])\s?(?=\d)/gu;
const MINUTE_MARKS = /(?<=\d)\s?(?:m|min|[分분])\s?(?=\d)/gu;
const UNITS: ReadonlySet<string> = new Set(['h', 'uhr', 'min', 's', ...'時时点點시分분秒초']);

/** `9`, `9:30`, `21.30`, `21:30:15`, with a half of the day before or after it. */
const FORM = /^([\p{L}. ]*?)(\d{1,2})(?:[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?)?([\p{L}. ]*)$/u;

/** A time as DICOM writes it (PS3.5 6.2: TM). */
const DIGITS = /^(\d{2})(\d{2})(\d{2})?(?:\.\d+)?$/;

/** Halves of the day that people type, even if their locale has a clock of 24 hours, or other words for them. */
const HALVES: Readonly<Record<string, number>> = {
    am: 0,
    a: 0,
    午前: 0,
    上午: 0,
    오전: 0,
    pm: 12,
    p: 12,
    午後: 12,
    下午: 12,
    오후: 12,
};

/** Return the times that a text means; null if it is not understood. */
export function timesMeant(text: string, local: Local): Meaning | null {
    const spans = spansOf(plain(text), timeScale(local));
    return spans.length > 0 ? { type: 'times', spans } : null;
}

/** Return the scale that reads hours, minutes and seconds. In a locale with AM and PM, `9` may mean either half. */
export function timeScale(local: Local): Scale {
    return {
        read: (text) => timesIn(text, local),
        isRange: () => true,
        next: (time) => moved(time, 1),
        previous: (time) => moved(time, -1),
    };
}

/** Return a time as the list shows it: its hour and minute. */
export function shownTime(hour: number, minute: number, local: Local): string {
    return local.time.format(Date.UTC(2001, 0, 1, hour, minute));
}

/** Return times as links contain them: `09:30`, `09:30/10:15`, `09:30/..`. */
export function neutralTimes(spans: readonly Span[]): string {
    return spans
        .map(([first, last]) => {
            const [from, to] = [shortened(first, ':00'), shortened(last, ':59')];
            return from === to ? from : `${from || '..'}/${to || '..'}`;
        })
        .join(',');
}

function shortened(time: string, rest: string): string {
    return time.endsWith(rest) ? time.slice(0, 5) : time;
}

function timesIn(text: string, local: Local): Span[] {
    const [, hour, minute, second] = DIGITS.exec(text) ?? [];
    if (hour !== undefined) {
        return spansOfHours([Number(hour)], minute, second);
    }
    const found = FORM.exec(text.replace(HOUR_MARKS, ':').replace(MINUTE_MARKS, ':'));
    if (!found) {
        return [];
    }
    const [, before = '', written = '', minutes, seconds, after = ''] = found;
    const period = periodIn(`${before} ${after}`, local);
    return spansOfHours(hoursMeant(written, period, seconds !== undefined, local), minutes, seconds);
}

/** Return the half of the day from the text around a time; '' if there is none. */
function periodIn(text: string, local: Local): string {
    const tokens = text.split(' ').filter((token) => !UNITS.has(token) && !local.fillers.has(token));
    return halfOf(tokens.join(''));
}

/** Return the hours (0 to 23) that a written hour may mean, the earlier first. */
function hoursMeant(written: string, period: string, hasSeconds: boolean, local: Local): number[] {
    const hour = Number(written);
    if (period === '') {
        const isEither = local.hasHalves && !hasSeconds && hour >= 1 && hour <= 12 && !written.startsWith('0');
        return isEither ? [hour % 12, (hour % 12) + 12] : [hour];
    }
    const ofLocale = local.hours.flatMap((ways, at) =>
        ways.some((one) => one.written === hour && one.period === period) ? [at] : [],
    );
    const half = HALVES[period];
    if (ofLocale.length > 0 || half === undefined) {
        return ofLocale;
    }
    return hour >= 1 && hour <= 12 ? [(hour % 12) + half] : half === 12 ? [hour] : [];
}

function spansOfHours(hours: readonly number[], minute: string | undefined, second: string | undefined): Span[] {
    if (hours.some((hour) => hour > 23) || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) {
        return [];
    }
    return hours.map((hour) => [
        `${padded(hour)}:${minute ?? '00'}:${second ?? '00'}`,
        `${padded(hour)}:${minute ?? '59'}:${second ?? '59'}`,
    ]);
}

/** Return the time some seconds later, or earlier if the number is negative, within the day. */
function moved(time: string, seconds: number): string {
    const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
    const at = hour * 3600 + minute * 60 + second + seconds;
    if (at < 0 || at >= 86_400) {
        return at < 0 ? FIRST : LAST;
    }
    return [at / 3600, (at / 60) % 60, at % 60].map((part) => padded(Math.floor(part))).join(':');
}
