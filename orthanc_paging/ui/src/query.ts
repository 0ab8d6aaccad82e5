/** What is asked for: order, filters and search, as the server takes it and as a link holds it. */

import { COLUMNS, type Column, type Keyword } from './columns';
import { PERIODS, type Period, matching, range } from './typed';
import { locale } from './words';

export interface SortKey {
    readonly keyword: Keyword;
    readonly descending: boolean;
}

/** What a person asked for. Nothing in it depends on the day or on the studies that there are. */
export interface Query {
    readonly sort: readonly SortKey[];
    /** What is typed under the headers. */
    readonly typed: Readonly<Partial<Record<Keyword, string>>>;
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
    return filterOf(query).size > 0 || Object.values(query.typed).some((typed) => typed.trim() !== '');
}

/** The query as the server takes it, without which page it is about. */
export function parametersOf(query: Query, columns: readonly Column[]): URLSearchParams {
    const parameters = filterOf(query);
    parameters.set('sort', sortText(withTime(query.sort)));
    parameters.set('fields', columns.map((column) => column.keyword).join(','));
    return parameters;
}

/** The filters alone. What is typed and makes no sense is left out: see `mistyped`. */
export function filterOf(query: Query, today = new Date()): URLSearchParams {
    const parameters = new URLSearchParams();
    for (const column of COLUMNS) {
        const asked = matching(column.kind, query.typed[column.keyword] ?? '', DATE_ORDER);
        if (asked) {
            parameters.set(column.keyword, asked);
        }
    }
    if (query.period !== '') {
        parameters.set('StudyDate', range(query.period, today));
    }
    if (query.modalities.length > 0) {
        parameters.set('ModalitiesInStudy', query.modalities.join(BETWEEN));
    }
    if (query.labels.length > 0) {
        parameters.set('label', query.labels.join(BETWEEN));
    }
    if (query.words.trim() !== '') {
        parameters.set('q', query.words.trim());
    }
    return parameters;
}

/** The columns under whose headers something is typed that makes no sense. */
export function mistyped(query: Query): readonly Keyword[] {
    return COLUMNS.filter(
        (column) => matching(column.kind, query.typed[column.keyword] ?? '', DATE_ORDER) === null,
    ).map((column) => column.keyword);
}

/** The query as a link holds it, after `#`: a part that no server and no log gets to see. */
export function toLink(query: Query): URLSearchParams {
    const link = new URLSearchParams();
    if (!isSameOrder(query.sort, NEWEST_FIRST)) {
        link.set('sort', sortText(query.sort));
    }
    for (const [keyword, typed] of Object.entries(query.typed)) {
        if (typed.trim() !== '') {
            link.set(keyword, typed);
        }
    }
    const others = {
        q: query.words,
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
    const typed = Object.fromEntries([...link].filter(([name]) => KEYWORDS.has(name)));
    const period = link.get('period') ?? '';
    return {
        sort: sortOf(link.get('sort') ?? ''),
        typed,
        words: link.get('q') ?? '',
        period: period in PERIODS ? (period as Period) : '',
        modalities: valuesOf(link.get('modality')),
        labels: valuesOf(link.get('label')),
    };
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

/** In which order a date's parts are written here: 'dmy', 'mdy' or 'ymd'. */
const DATE_ORDER = new Intl.DateTimeFormat(locale)
    .formatToParts(new Date(2000, 0, 31))
    .map((part) => ({ day: 'd', month: 'm', year: 'y' })[part.type as string] ?? '')
    .join('');
