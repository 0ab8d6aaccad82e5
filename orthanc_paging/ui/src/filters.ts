/** The line of active filters above the list: each with its value, and a button that removes it. */

import { COLUMNS } from './columns';
import { element } from './dom';
import { ALL, type Query, withChips, withPeriod, withTyped, withWords } from './query';
import { described } from './typing/typed';
import { filled, words } from './words';

/** One condition of a query, for people to read. */
export interface ActiveFilter {
    readonly title: string;
    readonly value: string;
    readonly isUnderstood: boolean;
    /** The query without this condition. */
    readonly without: Query;
}

/** Return the conditions of a query, also those of hidden columns. */
export function activeFilters(query: Query): readonly ActiveFilter[] {
    return [...ofWords(query), ...ofChips(query), ...ofBoxes(query)];
}

function ofWords(query: Query): readonly ActiveFilter[] {
    const value = query.words.trim();
    return value === '' ? [] : [{ title: words.search, value, isUnderstood: true, without: withWords(query, '') }];
}

function ofChips(query: Query): readonly ActiveFilter[] {
    const { period, modalities, labels } = query;
    const found: ActiveFilter[] = [];
    if (period !== '') {
        const value = words.periods[period];
        found.push({ title: words.period, value, isUnderstood: true, without: withPeriod(query, '') });
    }
    for (const [field, values] of Object.entries({ modalities, labels })) {
        const kind = field as 'modalities' | 'labels';
        if (values.length > 0) {
            const without = withChips(query, kind, []);
            found.push({ title: words[kind], value: values.join(', '), isUnderstood: true, without });
        }
    }
    return found;
}

function ofBoxes(query: Query): readonly ActiveFilter[] {
    return COLUMNS.flatMap(({ keyword, kind }) => {
        const typed = query.typed[keyword];
        return typed
            ? {
                  title: words.columns[keyword],
                  value: typed.meaning === null ? typed.text : described(kind, typed.meaning),
                  isUnderstood: typed.meaning !== null,
                  without: withTyped(query, keyword, ''),
              }
            : [];
    });
}

export class FilterLine {
    readonly host = element('ul', { className: 'filters', attributes: { 'aria-label': words.activeFilters } });

    /** `changed` gets the query without a filter; `left` is called when the last button is removed with the focus. */
    constructor(
        private readonly changed: (query: Query) => void,
        private readonly left: () => void,
    ) {}

    show(query: Query): void {
        const focused = [...this.host.querySelectorAll<Element>('button')].indexOf(document.activeElement ?? this.host);
        const found = activeFilters(query);
        const rows = found.map((one) => element('li', {}, this.filter(one)));
        if (found.length > 0) {
            const all = element('button', { type: 'button', textContent: words.clearAll });
            all.addEventListener('click', () => this.changed({ ...ALL, sort: query.sort }));
            rows.push(element('li', {}, all));
        }
        this.host.replaceChildren(...rows);
        if (focused >= 0) {
            this.focusAt(focused);
        }
    }

    private filter(one: ActiveFilter): HTMLElement {
        const text = `${one.title}: ${one.value}`;
        const remove = element('button', {
            type: 'button',
            className: 'remove',
            textContent: '×',
            attributes: { 'aria-label': filled(words.removeFilter, { filter: text }) },
        });
        remove.addEventListener('click', () => this.changed(one.without));
        return element(
            'span',
            { className: one.isUnderstood ? 'filter' : 'filter wrong' },
            element('span', { className: 'title', textContent: one.title }),
            element('bdi', { textContent: one.value }),
            remove,
        );
    }

    /** Move the focus to the filter that has the place of the removed one. */
    private focusAt(place: number): void {
        const buttons = this.host.querySelectorAll('button');
        const next = buttons[Math.min(place, buttons.length - 2)] ?? buttons[0];
        if (next) {
            next.focus();
        } else {
            this.left();
        }
    }
}
