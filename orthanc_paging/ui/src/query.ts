/** The query of the page: order, filters and search, as the server takes it and as a link contains it. */

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

/** What a person wants to see. Nothing in it depends on the day or on the studies that there are. */
export interface Query {
    readonly sort: readonly SortKey[];
    /** What is typed under the headers; nothing where a box is empty. */
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

export function hasFilter(query: Query): boolean {
    return filterOf(query).size > 0 || Object.keys(query.typed).length > 0;
}

/** What is typed under a header. */
export function textOf(query: Query, keyword: Keyword): string {
    return query.typed[keyword]?.text ?? '';
}

/** The query with words in the search box. */
export function withWords(query: Query, text: string): Query {
    return { ...query, words: text };
}

/** What is chosen by chips. */
export type Chosen = 'modalities' | 'labels';

const HEADERS: Readonly<Record<Chosen, Keyword>> = { modalities: 'ModalitiesInStudy', labels: 'Labels' };

/** The fields that are filtered in two ways: by typing under a header, and by a choice above the list. */
const CHOSEN = {
    StudyDate: { period: '' },
    ModalitiesInStudy: { modalities: [] },
    Labels: { labels: [] },
} as const satisfies Partial<Record<Keyword, Partial<Query>>>;

/** The query with a text typed under a header. It replaces what is chosen above the list for the same field. */
export function withTyped(query: Query, keyword: Keyword, text: string): Query {
    const others = without(query.typed, keyword);
    if (text.trim() === '') {
        return { ...query, typed: others };
    }
    const chosen: Partial<Query> = keyword in CHOSEN ? CHOSEN[keyword as keyof typeof CHOSEN] : {};
    return { ...query, ...chosen, typed: { ...others, [keyword]: typedAs(keyword, text) } };
}

/** The query with a period, or without one (''). A period replaces a study date that is typed. */
export function withPeriod(query: Query, period: Period | ''): Query {
    return { ...query, period, typed: period === '' ? query.typed : without(query.typed, 'StudyDate') };
}

/** The query with chosen modalities or labels. They replace those that are typed. */
export function withChips(query: Query, field: Chosen, values: readonly string[]): Query {
    const typed = values.length === 0 ? query.typed : without(query.typed, HEADERS[field]);
    return { ...query, [field]: values, typed };
}

/** The query without any filter of modalities or labels, neither chosen nor typed. */
export function withoutField(query: Query, field: Chosen): Query {
    return { ...query, [field]: [], typed: without(query.typed, HEADERS[field]) };
}

function without(typed: Query['typed'], keyword: Keyword): Query['typed'] {
    return Object.fromEntries(Object.entries(typed).filter(([name]) => name !== keyword));
}

/** The query as the server takes it, without which page it is about. */
export function parametersOf(query: Query, columns: readonly Column[]): URLSearchParams {
    const parameters = filterOf(query);
    parameters.set('sort', sortText(withTime(query.sort)));
    parameters.set('fields', columns.map((column) => column.keyword).join(','));
    return parameters;
}

/** The filters alone, without what is typed and not understood: see `mistyped`. */
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

/** The columns under whose headers something is typed that is not understood. */
export function mistyped(query: Query): readonly Keyword[] {
    return COLUMNS.map((column) => column.keyword).filter((keyword) => query.typed[keyword]?.meaning === null);
}

/**
 * The query as a link contains it, after `#`: a part that no server and no log gets to see.
 *
 * It means the same in all languages and time zones: see `neutral`. What is not understood is as it is typed.
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

/** Whether two queries ask for the same. */
export function isSame(one: Query, other: Query): boolean {
    return toLink(one).toString() === toLink(other).toString();
}

/** The name of the one part in which two queries differ, where that part is text that is typed; null otherwise. */
export function typedOn(before: Query, after: Query): string | null {
    const [one, other] = [toLink(before), toLink(after)];
    const names = new Set([...one.keys(), ...other.keys()]);
    const [name, ...more] = [...names].filter((part) => one.get(part) !== other.get(part));
    return name !== undefined && more.length === 0 && (name === 'q' || KEYWORDS.has(name)) ? name : null;
}

/** The query of a link; what is not understood is left out. */
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

/** The order of a link; the default order if the link has none that is known. */
function sortOf(text: string): readonly SortKey[] {
    const keys = text
        .split(',')
        .map((name) => ({ keyword: name.replace(/^-/, ''), descending: name.startsWith('-') }))
        .filter((key): key is SortKey => KEYWORDS.has(key.keyword));
    return keys.length > 0 ? keys : NEWEST_FIRST;
}

/** An order by date with the time as its last key, so that the studies of one day are in order too. */
function withTime(sort: readonly SortKey[]): readonly SortKey[] {
    const date = sort.find((key) => key.keyword === 'StudyDate');
    const hasTime = sort.some((key) => key.keyword === 'StudyTime');
    return date && !hasTime ? [...sort, { keyword: 'StudyTime', descending: date.descending }] : sort;
}

/** Whether two orders are the same. */
export function isSameOrder(one: readonly SortKey[], other: readonly SortKey[]): boolean {
    return sortText(one) === sortText(other);
}
