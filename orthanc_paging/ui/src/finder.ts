/** The bar above the list: the search box, and the chips of periods, modalities and labels. */

import { type Facet, facets } from './api';
import { element } from './dom';
import { count } from './format';
import { ALL, filterOf, type Query, withChips, withoutField, withPeriod, withWords } from './query';
import { PERIODS, type Period } from './typing/typed';
import { words } from './words';

/** Chips of modalities, and chips of labels, at most. */
const MOST_CHIPS = 12;

/** The share of the time (0 to 1) in which the server may count for this page. */
const SHARE = 0.1;

type Several = 'modalities' | 'labels';

const FIELDS: Readonly<Record<Several, string>> = { modalities: 'ModalitiesInStudy', labels: 'label' };

export class Finder {
    readonly host: HTMLElement;

    /** What is chosen and typed. */
    private query = ALL;
    /** What the list shows. The chips count its studies. */
    private listed = ALL;
    private readonly search = element('input', {
        type: 'search',
        className: 'search',
        placeholder: words.searchHint,
        attributes: { 'aria-label': words.search, 'aria-keyshortcuts': '/' },
    });
    private readonly periods: ReadonlyMap<Period, HTMLButtonElement>;
    private readonly chips: Readonly<Record<Several, HTMLElement>> = {
        modalities: group(words.modalities),
        labels: group(words.labels),
    };
    /** The number of the last counting: a response of an earlier one is too late. */
    private counting = 0;
    /** When the chips were counted last, and how long that took, in milliseconds. */
    private counted = { at: 0, took: 0 };

    /** `changed` gets each query that is chosen here, and `typed` each query with another letter in the search box. */
    constructor(
        private readonly changed: (query: Query) => void,
        private readonly typed: (query: Query) => void,
    ) {
        const periods = group(words.period);
        this.periods = new Map(
            (Object.keys(PERIODS) as Period[]).map((period) => {
                const button = chip(words.periods[period]);
                button.addEventListener('click', () => {
                    this.changed(withPeriod(this.query, this.query.period === period ? '' : period));
                });
                periods.append(button);
                return [period, button];
            }),
        );
        this.search.addEventListener('input', () => this.typed(withWords(this.query, this.search.value)));
        const offered = element('div', { className: 'offered' }, this.chips.modalities, this.chips.labels);
        this.host = element(
            'div',
            { className: 'finder', attributes: { role: 'search' } },
            element('div', { className: 'wanted' }, this.search, periods),
            offered,
        );
    }

    /** Show what is chosen and typed. */
    show(query: Query): void {
        if (query.words !== this.search.value) {
            this.search.value = query.words;
        }
        this.query = query;
        for (const [period, button] of this.periods) {
            button.setAttribute('aria-pressed', String(query.period === period));
        }
        for (const kind of ['modalities', 'labels'] as const) {
            for (const button of this.chips[kind].querySelectorAll('button')) {
                button.setAttribute('aria-pressed', String(query[kind].includes(button.dataset['value'] ?? '')));
            }
        }
    }

    /** Count the chips of a query, which the list shows now. */
    count(query: Query): void {
        this.listed = query;
        void this.countAll();
    }

    focus(): void {
        this.search.focus();
        this.search.select();
    }

    /** Clear the search box if it has the focus and is not empty. Return whether it was so. */
    clearSearch(): boolean {
        if (document.activeElement !== this.search || this.search.value === '') {
            return false;
        }
        this.changed(withWords(this.query, ''));
        return true;
    }

    /** Count the chips again, if the last counting is older than `age` (ms) and counting takes a tenth of the time. */
    async countAgain(age: number): Promise<void> {
        const { at, took } = this.counted;
        if (performance.now() - at > Math.max(age, took / SHARE)) {
            await this.countAll();
        }
    }

    /** Count the modalities and labels of the studies that match all other filters. */
    private async countAll(): Promise<void> {
        const number = ++this.counting;
        const begun = performance.now();
        this.counted = { at: begun, took: 0 };
        for (const kind of ['modalities', 'labels'] as const) {
            const others = filterOf(withoutField(this.listed, kind));
            const found = await facets(FIELDS[kind], others).catch((): readonly Facet[] => []);
            if (number !== this.counting) {
                return;
            }
            this.offer(kind, found);
        }
        this.counted = { at: performance.now(), took: performance.now() - begun };
    }

    private offer(kind: Several, found: readonly Facet[]): void {
        const chosen = this.query[kind];
        const missing = chosen.filter((value) => !found.some((facet) => facet.Value === value));
        const offered = [...found.slice(0, MOST_CHIPS), ...missing.map((Value) => ({ Value, Count: 0 }))];
        const focused = this.chips[kind].querySelector<HTMLElement>(':focus')?.dataset['value'];
        const buttons = offered.map((facet) => {
            const isChosen = chosen.includes(facet.Value);
            const button = chip(facet.Value, count(facet.Count));
            button.dataset['value'] = facet.Value;
            button.setAttribute('aria-pressed', String(isChosen));
            button.addEventListener('click', () => {
                const others = this.query[kind].filter((value) => value !== facet.Value);
                const isOff = this.query[kind].length === others.length;
                this.changed(withChips(this.query, kind, isOff ? [...others, facet.Value] : others));
            });
            return button;
        });
        this.chips[kind].replaceChildren(...buttons);
        this.chips[kind].hidden = buttons.length === 0;
        buttons.find((button) => button.dataset['value'] === focused)?.focus();
    }
}

function group(label: string): HTMLElement {
    return element('div', { className: 'group', attributes: { role: 'group', 'aria-label': label } });
}

function chip(text: string, number = ''): HTMLButtonElement {
    const parts = number === '' ? [] : [' ', element('span', { className: 'number', textContent: number })];
    return element(
        'button',
        { type: 'button', className: 'chip', attributes: { 'aria-pressed': 'false' } },
        element('span', { textContent: text }),
        ...parts,
    );
}
