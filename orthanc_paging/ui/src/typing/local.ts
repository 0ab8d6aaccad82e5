/** How a locale writes dates, times and numbers. The page shows them so, and reads what is typed so. */

import { locale, TYPING } from '../words';
import { plain } from './plain';

/** An hour of the day as it is written: `9` and `pm`. */
export interface Hour {
    readonly written: number;
    readonly period: string;
}

export interface Local {
    /** The order of a date's parts; null if no order is assumed. Ambiguous dates are then not understood. */
    readonly order: 'dmy' | 'mdy' | 'ymd' | null;
    /** The plain names of each month, January first. The names of the locale itself come first. */
    readonly months: readonly (readonly string[])[];
    /** Plain words in dates that mean nothing by themselves, such as `de` and `г.`. */
    readonly fillers: ReadonlySet<string>;
    /** Names of days seen from today, by their plain texts: `la semaine derniere` is `last-week`. */
    readonly relative: ReadonlyMap<string, string>;
    /** How each hour from 0 to 23 is written: first as the list shows it, then with the part of the day. */
    readonly hours: readonly (readonly Hour[])[];
    /** Whether an hour without its half of the day is ambiguous. */
    readonly hasHalves: boolean;
    readonly date: Intl.DateTimeFormat;
    /** With the name of the month, so that nobody takes the day for the month. */
    readonly wordyDate: Intl.DateTimeFormat;
    readonly time: Intl.DateTimeFormat;
    /** In the browser's time zone. */
    readonly moment: Intl.DateTimeFormat;
    readonly wordyMoment: Intl.DateTimeFormat;
    readonly number: Intl.NumberFormat;
}

/** The calendar of DICOM, whatever calendar the locale has. */
const CALENDAR = { calendar: 'gregory' } as const;
const UTC = { ...CALENDAR, timeZone: 'UTC' } as const;
const DATE = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const WORDY = { year: 'numeric', month: 'short', day: 'numeric' } as const;
const TIME = { hour: '2-digit', minute: '2-digit' } as const;

const UNITS = ['day', 'week', 'month', 'year'] as const;

/** Reads and writes as a locale does. Slow parts are made when they are needed. */
class OfLocale implements Local {
    readonly date: Intl.DateTimeFormat;
    readonly time: Intl.DateTimeFormat;
    private readonly made = new Map<string, unknown>();

    /** Raises `RangeError` if the tag is none of a locale. */
    constructor(private readonly tag: string) {
        this.date = new Intl.DateTimeFormat(tag, { ...UTC, ...DATE });
        this.time = new Intl.DateTimeFormat(tag, { ...UTC, ...TIME });
    }

    get order(): Local['order'] {
        const letters: Readonly<Record<string, string>> = { day: 'd', month: 'm', year: 'y' };
        const order = this.date
            .formatToParts(0)
            .map((part) => letters[part.type] ?? '')
            .join('');
        return order === 'dmy' || order === 'mdy' ? order : 'ymd';
    }

    get wordyDate(): Intl.DateTimeFormat {
        return this.once('wordyDate', () => new Intl.DateTimeFormat(this.tag, { ...UTC, ...WORDY }));
    }

    get moment(): Intl.DateTimeFormat {
        return this.once('moment', () => new Intl.DateTimeFormat(this.tag, { ...CALENDAR, ...DATE, ...TIME }));
    }

    get wordyMoment(): Intl.DateTimeFormat {
        return this.once('wordyMoment', () => new Intl.DateTimeFormat(this.tag, { ...CALENDAR, ...WORDY, ...TIME }));
    }

    get number(): Intl.NumberFormat {
        return this.once('number', () => new Intl.NumberFormat(this.tag));
    }

    get months(): Local['months'] {
        return this.once('months', () => monthsOf([this.tag, 'en']));
    }

    get fillers(): Local['fillers'] {
        return this.once('fillers', () => {
            const formats = [this.date, this.wordyDate, this.moment, this.wordyMoment];
            return new Set([...formats.flatMap(literalsOf).flatMap(lettersOf), ...FILLERS]);
        });
    }

    get relative(): Local['relative'] {
        return this.once('relative', () => relativeOf([this.tag, ...Object.keys(TYPING)]));
    }

    get hours(): Local['hours'] {
        return this.once('hours', () => {
            const options = { ...UTC, hour: 'numeric', minute: '2-digit', hour12: true } as const;
            const withHalf = new Intl.DateTimeFormat(this.tag, options);
            const withPart = new Intl.DateTimeFormat(this.tag, { ...options, dayPeriod: 'short' });
            return [...Array(24).keys()].map((hour) =>
                [this.time, withHalf, withPart].map((format) => hourIn(format, hour)),
            );
        });
    }

    get hasHalves(): boolean {
        return this.hours[21]?.[0]?.written === 9;
    }

    private once<T>(name: string, make: () => T): T {
        if (!this.made.has(name)) {
            this.made.set(name, make());
        }
        return this.made.get(name) as T;
    }
}

/** Return the Local of a tag, such as `pt-BR`. Raises `RangeError` if the tag is none of a locale. */
export function localOf(tag: string): Local {
    return new OfLocale(tag);
}

/** The browser's own locale. */
export const HERE = localOf(locale);

/** Understands only what means the same to everybody, as in links. */
class OfNobody extends OfLocale {
    override get order(): Local['order'] {
        return null;
    }

    override get hasHalves(): boolean {
        return false;
    }
}

export const ANYWHERE: Local = new OfNobody('en-GB');

const ARTICLES = ['de', 'del', 'of', 'the', 'le', 'la', 'den', 'der', 'el'];
const ORDINALS = ['st', 'nd', 'rd', 'th', 'er', 'o'];
const FILLERS = [...ARTICLES, ...ORDINALS, 'um', 'at'];

function literalsOf(format: Intl.DateTimeFormat): string[] {
    return format.formatToParts(0).flatMap((part) => (part.type === 'literal' ? [part.value] : []));
}

function lettersOf(text: string): string[] {
    return plain(text).match(/\p{L}+/gu) ?? [];
}

function monthsOf(tags: readonly string[]): string[][] {
    const formats = tags.flatMap((tag) =>
        (['long', 'short'] as const).flatMap((month) => [
            new Intl.DateTimeFormat(tag, { ...UTC, month }),
            new Intl.DateTimeFormat(tag, { ...UTC, year: 'numeric', month, day: 'numeric' }), // other case endings
        ]),
    );
    return [...Array(12).keys()].map((month) => {
        const names = formats.map((format) => {
            const parts = format.formatToParts(Date.UTC(2001, month, 1));
            return plain(parts.find((part) => part.type === 'month')?.value ?? '').replace(/\.$/, '');
        });
        return [...new Set(names)].filter((name) => /\p{L}/u.test(name) && !/\d/.test(name));
    });
}

/** Return how each language names today, yesterday, and this and the last week, month and year. */
function relativeOf(tags: readonly string[]): Map<string, string> {
    const names = new Map<string, string>();
    for (const tag of tags) {
        const format = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
        for (const unit of UNITS) {
            names.set(plain(format.format(0, unit)), unit === 'day' ? 'today' : `this-${unit}`);
            names.set(plain(format.format(-1, unit)), unit === 'day' ? 'yesterday' : `last-${unit}`);
        }
    }
    for (const { relative } of Object.values(TYPING)) {
        for (const [name, texts] of Object.entries(relative)) {
            for (const text of texts) {
                names.set(plain(text), name);
            }
        }
    }
    return names;
}

function hourIn(format: Intl.DateTimeFormat, hour: number): Hour {
    const parts = format.formatToParts(Date.UTC(2001, 0, 1, hour));
    const text = (type: string): string => plain(parts.find((part) => part.type === type)?.value ?? '');
    return { written: Number(text('hour')), period: halfOf(text('dayPeriod')) };
}

/** Return a part of the day without blanks and dots: `p.m.` is `pm`. */
export function halfOf(text: string): string {
    return text.replace(/[.\s]/g, '');
}
