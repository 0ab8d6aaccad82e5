/** The boxes under the headers: what is typed there is a part of the query, and the grid itself knows of no filter. */

import type { IFilterComp, IFloatingFilterComp, IFloatingFilterParams } from 'ag-grid-community';

import { COLUMNS, type Keyword } from '../columns';
import { element } from '../dom';
import { ALL, mistyped, type Query, textOf } from '../query';
import { understood } from '../typing/typed';
import { words } from '../words';

export class Boxes {
    private query = ALL;
    /** Those in the page: a column that is out of sight or hidden has none. */
    private readonly inputs = new Map<Keyword, HTMLInputElement>();

    /** `typed` hears of each change of a text. */
    constructor(private readonly typed: (keyword: Keyword, text: string) => void) {}

    /** Show what is typed, and which of that is not understood. */
    show(query: Query): void {
        this.query = query;
        for (const [keyword, input] of this.inputs) {
            this.fill(input, keyword);
        }
    }

    /** The box of a column, as a component of the grid. */
    component(): new () => IFloatingFilterComp {
        const add = (keyword: Keyword): HTMLInputElement => this.add(keyword);
        const remove = (keyword: Keyword, input: HTMLInputElement): void => this.remove(keyword, input);
        return class implements IFloatingFilterComp {
            private keyword: Keyword = 'PatientName';
            private input = element('input');

            init({ column }: IFloatingFilterParams): void {
                this.keyword = column.getColId() as Keyword;
                this.input = add(this.keyword);
            }

            getGui(): HTMLElement {
                return this.input;
            }

            /** The grid's own filters never change. */
            onParentModelChanged(): void {}

            destroy(): void {
                remove(this.keyword, this.input);
            }
        };
    }

    private add(keyword: Keyword): HTMLInputElement {
        const kind = COLUMNS.find((column) => column.keyword === keyword)?.kind ?? 'text';
        const input = element('input', {
            type: 'text',
            className: 'box',
            title: understood(kind),
            spellcheck: false,
            autocomplete: 'off',
            attributes: { 'aria-label': `${words.columns[keyword]} ${words.grid['ariaFilterInput'] ?? ''}` },
        });
        input.addEventListener('input', () => this.typed(keyword, input.value));
        this.inputs.set(keyword, input);
        this.fill(input, keyword);
        return input;
    }

    private remove(keyword: Keyword, input: HTMLInputElement): void {
        if (this.inputs.get(keyword) === input) {
            this.inputs.delete(keyword);
        }
    }

    private fill(input: HTMLInputElement, keyword: Keyword): void {
        const text = textOf(this.query, keyword);
        if (input.value.trim() !== text.trim()) {
            input.value = text;
        }
        input.setAttribute('aria-invalid', String(mistyped(this.query).includes(keyword)));
    }
}

/** What the grid demands of a column with a box: a filter, which lets all studies pass. */
export class NoFilter implements IFilterComp {
    init(): void {}

    getGui(): HTMLElement {
        return element('span');
    }

    isFilterActive(): boolean {
        return false;
    }

    doesFilterPass(): boolean {
        return true;
    }

    getModel(): null {
        return null;
    }

    setModel(): void {}
}
