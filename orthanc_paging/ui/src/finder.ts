/** The bar above the list: search, days, modalities and labels. */

import { type Facet, facets } from './api';
import { debounced, element } from './dom';
import { count } from './format';
import { ALL, type Query, filterOf, hasFilter, isSame, withChips, withPeriod } from './query';
import { PERIODS, type Period } from './typed';
import { words } from './words';

const TYPING = 150; // milliseconds
const MOST_CHIPS = 12;

/** Of the time that passes, how much the server may spend on counting for this page. */
const SHARE = 0.1;

type Several = 'modalities' | 'labels';

const FIELDS: Readonly<Record<Several, string>> = { modalities: 'ModalitiesInStudy', labels: 'label' };

export class Finder {
    readonly host: HTMLElement;

    private query = ALL;
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
    private readonly clearAll = element('button', { type: 'button', textContent: words.clearAll, hidden: true });
    private isCounting = 0;
    /** When they were counted last, and how long that took; in milliseconds. */
    private counted = { at: 0, took: 0 };

    /** `changed` hears of each query that is asked for here. */
    constructor(private readonly changed: (query: Query) => void) {
        const periods = group(words.period);
        this.periods = new Map(
            (Object.keys(PERIODS) as Period[]).map((period) => {
                const button = chip(words.periods[period]);
                button.addEventListener('click', () => {
                    this.ask(withPeriod(this.query, this.query.period === period ? '' : period));
                });
                periods.append(button);
                return [period, button];
            }),
        );
        this.clearAll.addEventListener('click', () => {
            this.search.value = '';
            this.change({ ...ALL, sort: this.query.sort });
        });
        const typed = debounced(TYPING, () => this.change({ words: this.search.value }));
        this.search.addEventListener('input', typed);
        this.host = element(
            'div',
            { className: 'finder', attributes: { role: 'search' } },
            this.search,
            periods,
            this.chips.modalities,
            this.chips.labels,
            this.clearAll,
        );
    }

    /** Show what is asked for. */
    show(query: Query): void {
        if (query.words !== this.query.words) {
            this.search.value = query.words;
        }
        this.query = query;
        for (const [period, button] of this.periods) {
            button.setAttribute('aria-pressed', String(query.period === period));
        }
        this.clearAll.hidden = !hasFilter(query);
        void this.countAll();
    }

    focus(): void {
        this.search.focus();
        this.search.select();
    }

    /** Take the words away where the search box has the focus and some in it; whether that was so. */
    clearSearch(): boolean {
        if (document.activeElement !== this.search || this.search.value === '') {
            return false;
        }
        this.search.value = '';
        this.change({ words: '' });
        return true;
    }

    /** Count the chips again where that was done longer ago, and takes a tenth of the time at most. */
    async countAgain(longerAgo: number): Promise<void> {
        const { at, took } = this.counted;
        if (performance.now() - at > Math.max(longerAgo, took / SHARE)) {
            await this.countAll();
        }
    }

    /** Count anew how often modalities and labels occur among the studies that the other filters leave. */
    private async countAll(): Promise<void> {
        const number = ++this.isCounting;
        const begun = performance.now();
        this.counted = { at: begun, took: 0 };
        for (const kind of ['modalities', 'labels'] as const) {
            const others = filterOf({ ...this.query, [kind]: [] });
            const found = await facets(FIELDS[kind], others).catch((): readonly Facet[] => []);
            if (number !== this.isCounting) {
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
                const isChosenNow = this.query[kind].length > others.length;
                this.ask(withChips(this.query, kind, isChosenNow ? others : [...others, facet.Value]));
            });
            return button;
        });
        this.chips[kind].replaceChildren(...buttons);
        this.chips[kind].hidden = buttons.length === 0;
        buttons.find((button) => button.dataset['value'] === focused)?.focus();
    }

    private change(part: Partial<Query>): void {
        this.ask({ ...this.query, ...part });
    }

    private ask(query: Query): void {
        if (!isSame(query, this.query)) {
            this.changed(query);
        }
    }
}

function group(label: string): HTMLElement {
    return element('div', { className: 'group', attributes: { role: 'group', 'aria-label': label } });
}

function chip(text: string, number = ''): HTMLButtonElement {
    const told = number === '' ? [] : [' ', element('span', { className: 'number', textContent: number })];
    return element(
        'button',
        { type: 'button', className: 'chip', attributes: { 'aria-pressed': 'false' } },
        element('span', { textContent: text }),
        ...told,
    );
}
