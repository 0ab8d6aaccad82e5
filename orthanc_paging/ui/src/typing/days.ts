/** Days of the Gregorian calendar, as texts that sort by time: `2025-12-01`. */

import type { Span } from './meaning';

const DAY = 86_400_000; // milliseconds

/** Return the day; null if there is no such day. The year may be 1 to 9999. */
export function dayOf(year: number, month: number, day: number): string | null {
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= lengthOf(year, month)
        ? `${padded(year, 4)}-${padded(month)}-${padded(day)}`
        : null;
}

/** Return all days of a year, or of a month of it; null if there is no such month. */
export function allDays(year: number, month?: number): Span | null {
    const first = dayOf(year, month ?? 1, 1);
    const last = dayOf(year, month ?? 12, month === undefined ? 31 : lengthOf(year, month));
    return first !== null && last !== null ? [first, last] : null;
}

/** Return the day that comes some days later, or earlier if the number is negative. */
export function later(day: string, days: number): string {
    return utcDay(new Date(dateOf(day).getTime() + days * DAY));
}

/** Return the same day some months later, or the last day of that month. */
export function monthsLater(day: string, months: number): string {
    const [year, month, date] = partsOf(day);
    const at = year * 12 + month - 1 + months;
    const [otherYear, otherMonth] = [Math.floor(at / 12), (at % 12) + 1];
    return dayOf(otherYear, otherMonth, Math.min(date, lengthOf(otherYear, otherMonth))) ?? day;
}

/** Return the day in the browser's time zone. */
export function localDay(now: Date): string {
    return dayOf(now.getFullYear(), now.getMonth() + 1, now.getDate()) ?? '';
}

/** Return the weekday: 0 is Monday, 6 is Sunday. */
export function weekday(day: string): number {
    return (dateOf(day).getUTCDay() + 6) % 7;
}

/** Return the beginning of a day in UTC. */
export function dateOf(day: string): Date {
    return new Date(`${day}T00:00:00Z`);
}

export function partsOf(day: string): readonly [year: number, month: number, day: number] {
    return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
}

export function padded(value: number, digits = 2): string {
    return String(value).padStart(digits, '0');
}

function lengthOf(year: number, month: number): number {
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

function utcDay(date: Date): string {
    return date.toISOString().slice(0, 10);
}
