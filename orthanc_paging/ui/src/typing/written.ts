/** Writes meanings as texts: for links, for the boxes under the headers, and for the line of filters. */

import type { Kind } from '../columns';
import { filled, words } from '../words';
import { neutralDays, shownDay, wholeOf } from './dates';
import { dateOf } from './days';
import { daysOfInstants, neutralInstants } from './instants';
import { HERE, type Local } from './local';
import type { Meaning, Span } from './meaning';
import { daysOf } from './relative';
import { neutralTimes, shownTime } from './times';

/** Return a meaning as a link contains it, the same in all languages. `typedInLink` reads it. */
export function neutral(meant: Meaning): string {
    switch (meant.type) {
        case 'words':
            return meant.words.join(' ');
        case 'exact':
            return `"${meant.text}"`;
        case 'missing':
            return '""';
        case 'values':
            return meant.values.join(',');
        case 'number':
            return meant.value;
        case 'relative':
            return meant.name;
        case 'days':
            return neutralDays(meant.spans);
        case 'times':
            return neutralTimes(meant.spans);
        case 'instants':
            return neutralInstants(meant.spans);
        default:
            return meant.text;
    }
}

/** Return a meaning as a person would type it in a locale. `meaning` reads it. */
export function typable(kind: Kind, meant: Meaning, local: Local = HERE): string {
    switch (meant.type) {
        case 'relative':
            return relativeText(meant.name);
        case 'days':
            return joined(meant.spans, (span) => daysText(span, local));
        case 'times':
            return joined(meant.spans, (span) => timesText(span, local));
        case 'instants':
            return joined(meant.spans, (span) => instantsText(span, local.moment, (days) => daysText(days, local)));
        case 'pattern':
            return kind === 'name' ? meant.text.replaceAll('^', ', ') : meant.text;
        default:
            return neutral(meant);
    }
}

/** Return a meaning for the line of filters. Dates have the names of their months, so that nobody misreads them. */
export function described(kind: Kind, meant: Meaning, local: Local = HERE, now = new Date()): string {
    switch (meant.type) {
        case 'missing':
            return words.missing;
        case 'relative':
            return `${relativeText(meant.name)} (${wordyDays(daysOf(meant.name, now), local)})`;
        case 'days':
            return joined(meant.spans, (span) => wordyDays(span, local));
        case 'instants':
            return joined(meant.spans, (span) =>
                instantsText(span, local.wordyMoment, (days) => wordyDays(days, local)),
            );
        case 'start':
            return kind === 'code' ? sexText(meant.text) : meant.text;
        case 'values':
            return meant.values.join(', ');
        default:
            return typable(kind, meant, local);
    }
}

function sexText(code: string): string {
    const names: Readonly<Record<string, readonly string[]>> = words.typing.sexes;
    return names[code]?.[0] ?? code;
}

function relativeText(name: string): string {
    const { relative, last, units } = words.typing;
    const [, n = '', unit = ''] = /^last-(\d+)-(\w+)$/.exec(name) ?? [];
    const texts: Readonly<Record<string, readonly string[]>> = units;
    return relative[name]?.[0] ?? filled(last[0] ?? name, { n, unit: texts[unit]?.[0] ?? unit });
}

/** Return days with the names of their months: `23–29 Nov 2026`. */
function wordyDays(span: Span, local: Local): string {
    const [first, last] = span;
    return first >= '1000' && last >= '1000'
        ? local.wordyDate.formatRange(dateOf(first), dateOf(last))
        : rangeText(span, (day) => wordyDay(day, local));
}

function wordyDay(day: string, local: Local): string {
    return day < '1000' ? day : local.wordyDate.format(dateOf(day));
}

function daysText(span: Span, local: Local): string {
    const whole = wholeOf(span);
    return whole !== null && whole !== span[0] ? whole : rangeText(span, (day) => shownDay(day, local));
}

function timesText(span: Span, local: Local): string {
    return rangeText([span[0].replace(/:00$/, ''), span[1].replace(/:59$/, '')], (time) => {
        const [hour, minute, second] = time.split(':').map(Number);
        return second === undefined ? shownTime(hour ?? 0, minute ?? 0, local) : time;
    });
}

function instantsText(span: Span, moment: Intl.DateTimeFormat, text: (days: Span) => string): string {
    const days = daysOfInstants(span);
    if (days) {
        return text(days);
    }
    const [first, last] = [span[0].replace(/:00Z$/, 'Z'), span[1].replace(/:59Z$/, 'Z')];
    return rangeText([first, last], (instant) =>
        instant.length === 'YYYY-MM-DDTHH:MMZ'.length ? moment.format(new Date(instant)) : instant,
    );
}

/** Return a range as text. One end may be open (''); two equal ends are one moment. */
function rangeText([first, last]: Span, text: (moment: string) => string): string {
    if (first === '' || last === '') {
        const [word = ''] = first === '' ? words.typing.until : words.typing.since;
        return `${word} ${text(first || last)}`;
    }
    return first === last ? text(first) : `${text(first)} – ${text(last)}`;
}

function joined(spans: readonly Span[], text: (span: Span) => string): string {
    return [...new Set(spans.map(text))].join('; ');
}
