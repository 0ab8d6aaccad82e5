/** The query: order, filters and search words. It is sent to the server, and kept in links. */

import { COLUMNS, type Column, type Keyword } from './columns';
import { localDay } from './typing/days';
import { ranges, sent } from './typing/parameters';
import { daysOfPeriod } from './typing/relative';
import { withIsoDates, withLocalDates } from './typing/searched';
import { neutral, PERIODS, type Period, parameterOf, type Typed, typedAs, typedInLink } from './typing/typed';

export interface SortKey {
    readonly keyword: Keyword;
    readonly descending: boolean;
}

/** Which studies the list shows, in which order. Nothing in it depends on the day or on the present studies. */
export interface Query {
    readonly sort: readonly SortKey[];
    /** What is typed under the headers; empty boxes have no entry. */
    readonly typed: Readonly<Partial<Record<Keyword, Typed>>>;
    readonly words: string;
    readonly period: Period | '';
    readonly modalities: readonly string[];
    readonly labels: readonly string[];
}

/** The default order. */
export const NEWEST_FIRST: readonly SortKey[] = [{ keyword: 'StudyDate', descending: true }];

export const ALL: Query = { sort: NEWEST_FIRST, typed: {}, words: '', period: '', modalities: [], labels: [] };

const BETWEEN = '\\';
const KEYWORDS: ReadonlySet<string> = new Set(COLUMNS.map((column) => column.keyword));

/** Whether the query has a filter, or a text under a header that is not understood. */
export function hasFilter(query: Query): boolean {
    return filterOf(query).size > 0 || Object.keys(query.typed).length > 0;
}

/** Return what is typed under a header; '' if nothing is. */
export function textOf(query: Query, keyword: Keyword): string {
    return query.typed[keyword]?.text ?? '';
}

/** Return the query with words in the search box. */
export function withWords(query: Query, text: string): Query {
    return { ...query, words: text };
}

/** The filters that chips choose. */
export type Chosen = 'modalities' | 'labels';

const HEADERS: Readonly<Record<Chosen, Keyword>> = { modalities: 'ModalitiesInStudy', labels: 'Labels' };

/** The fields that have two filters, typed and chosen: the empty choice of each. */
const CHOSEN = {
    StudyDate: { period: '' },
    ModalitiesInStudy: { modalities: [] },
    Labels: { labels: [] },
} as const satisfies Partial<Record<Keyword, Partial<Query>>>;

/** Return the query with a text under a header. It replaces what is chosen for the same field above the list. */
export function withTyped(query: Query, keyword: Keyword, text: string): Query {
    const others = without(query.typed, keyword);
    if (text.trim() === '') {
        return { ...query, typed: others };
    }
    const chosen: Partial<Query> = keyword in CHOSEN ? CHOSEN[keyword as keyof typeof CHOSEN] : {};
    return { ...query, ...chosen, typed: { ...others, [keyword]: typedAs(keyword, text) } };
}

/** Return the query with a period, or without one (''). A period replaces a study date that is typed. */
export function withPeriod(query: Query, period: Period | ''): Query {
    return { ...query, period, typed: period === '' ? query.typed : without(query.typed, 'StudyDate') };
}

/** Return the query with chosen modalities or labels. They replace those that are typed. */
export function withChips(query: Query, field: Chosen, values: readonly string[]): Query {
    const typed = values.length === 0 ? query.typed : without(query.typed, HEADERS[field]);
    return { ...query, [field]: values, typed };
}

/** Return the query without the filters of modalities or of labels, chosen and typed. */
export function withoutField(query: Query, field: Chosen): Query {
    return { ...query, [field]: [], typed: without(query.typed, HEADERS[field]) };
}

function without(typed: Query['typed'], keyword: Keyword): Query['typed'] {
    return Object.fromEntries(Object.entries(typed).filter(([name]) => name !== keyword));
}

/** Return the query as parameters of a request, without `offset` and `limit`. */
export function parametersOf(query: Query, columns: readonly Column[]): URLSearchParams {
    const parameters = filterOf(query);
    parameters.set('sort', sortText(withTime(query.sort)));
    parameters.set('fields', columns.map((column) => column.keyword).join(','));
    return parameters;
}

/** Return the filters alone as parameters. What is not understood is left out: see `mistyped`. */
export function filterOf(query: Query, now = new Date()): URLSearchParams {
    const parameters = new URLSearchParams();
    for (const column of COLUMNS) {
        const meant = query.typed[column.keyword]?.meaning;
        if (meant) {
            parameters.set(...parameterOf(column, meant, now));
        }
    }
    if (query.period !== '') {
        parameters.set('StudyDate', ranges([daysOfPeriod(query.period, localDay(now))]));
    }
    if (query.modalities.length > 0) {
        parameters.set('ModalitiesInStudy', sent(query.modalities.join(BETWEEN)));
    }
    if (query.labels.length > 0) {
        parameters.set('label', query.labels.join(BETWEEN));
    }
    if (query.words.trim() !== '') {
        parameters.set('q', sent(withIsoDates(query.words)));
    }
    return parameters;
}

/** Return the columns under whose headers a text is not understood. */
export function mistyped(query: Query): readonly Keyword[] {
    return COLUMNS.map((column) => column.keyword).filter((keyword) => query.typed[keyword]?.meaning === null);
}

/**
 * Return the query as a link contains it after `#`.
 *
 * A browser sends no part after `#` to a server. The list's own requests send the same filters as parameters, which
 * proxies may log. A link means the same in all languages and time zones: see `neutral`. A text that is not understood
 * stays as it is typed.
 */
export function toLink(query: Query): URLSearchParams {
    const link = new URLSearchParams();
    if (!isSameOrder(query.sort, NEWEST_FIRST)) {
        link.set('sort', sortText(query.sort));
    }
    for (const [keyword, typed] of Object.entries(query.typed)) {
        link.set(keyword, typed.meaning ? neutral(typed.meaning) : typed.text.trim());
    }
    const others = {
        q: withIsoDates(query.words),
        period: query.period,
        modality: query.modalities.join(BETWEEN),
        label: query.labels.join(BETWEEN),
    };
    for (const [name, value] of Object.entries(others)) {
        if (value !== '') {
            link.set(name, value);
        }
    }
    return link;
}

/** Whether two queries show the same studies in the same order. */
export function isSame(one: Query, other: Query): boolean {
    return toLink(one).toString() === toLink(other).toString();
}

/** Return the name of the only part in which two queries differ, if that part is typed; null otherwise. */
export function typedOn(before: Query, after: Query): string | null {
    const [one, other] = [toLink(before), toLink(after)];
    const names = new Set([...one.keys(), ...other.keys()]);
    const [name, ...more] = [...names].filter((part) => one.get(part) !== other.get(part));
    return name !== undefined && more.length === 0 && (name === 'q' || KEYWORDS.has(name)) ? name : null;
}

/** Return the query of a link. Unknown parts are left out. */
export function fromLink(link: URLSearchParams): Query {
    const typed = [...link].filter((part): part is [Keyword, string] => KEYWORDS.has(part[0]) && part[1].trim() !== '');
    const period = link.get('period') ?? '';
    const query: Query = {
        sort: sortOf(link.get('sort') ?? ''),
        typed: Object.fromEntries(typed.map(([keyword, text]) => [keyword, typedInLink(keyword, text)])),
        words: withLocalDates(link.get('q') ?? ''),
        period: '',
        modalities: [],
        labels: [],
    };
    const ofPeriod = withPeriod(query, period in PERIODS ? (period as Period) : '');
    const ofModalities = withChips(ofPeriod, 'modalities', valuesOf(link.get('modality')));
    return withChips(ofModalities, 'labels', valuesOf(link.get('label')));
}

function valuesOf(text: string | null): readonly string[] {
    return (text ?? '').split(BETWEEN).filter((value) => value !== '');
}

function sortText(sort: readonly SortKey[]): string {
    return sort.map((key) => `${key.descending ? '-' : ''}${key.keyword}`).join(',');
}

/** Return the order of a link; the default order if the link has no known key. */
function sortOf(text: string): readonly SortKey[] {
    const keys = text
        .split(',')
        .map((name) => ({ keyword: name.replace(/^-/, ''), descending: name.startsWith('-') }))
        .filter((key): key is SortKey => KEYWORDS.has(key.keyword));
    return keys.length > 0 ? keys : NEWEST_FIRST;
}

/** Return an order by date with the time as its last key, so that the studies of one day are in order too. */
function withTime(sort: readonly SortKey[]): readonly SortKey[] {
    const date = sort.find((key) => key.keyword === 'StudyDate');
    const hasTime = sort.some((key) => key.keyword === 'StudyTime');
    return date && !hasTime ? [...sort, { keyword: 'StudyTime', descending: date.descending }] : sort;
}

/** Whether two orders are the same. */
export function isSameOrder(one: readonly SortKey[], other: readonly SortKey[]): boolean {
    return sortText(one) === sortText(other);
}
