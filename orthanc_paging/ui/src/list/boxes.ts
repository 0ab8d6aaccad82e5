/** The boxes under the headers. What is typed there is a part of the query; the grid itself filters nothing. */

import type { IFilterComp, IFloatingFilterComp, IFloatingFilterParams } from 'ag-grid-community';

import { COLUMNS, type Keyword } from '../columns';
import { element } from '../dom';
import { ALL, mistyped, type Query, textOf } from '../query';
import { understood } from '../typing/typed';
import { words } from '../words';

export class Boxes {
    private query = ALL;
    /** The boxes in the page: a column that is hidden or out of sight has none. */
    private readonly inputs = new Map<Keyword, HTMLInputElement>();

    /** `typed` is called at each change of a text. */
    constructor(private readonly typed: (keyword: Keyword, text: string) => void) {}

    /** Show what is typed, and which of that is not understood. */
    show(query: Query): void {
        this.query = query;
        for (const [keyword, input] of this.inputs) {
            this.fill(input, keyword);
        }
    }

    /** Return the class of the boxes, as a component of the grid. */
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

/** A filter that lets all studies pass. The grid requires a filter for a column with a box. */
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
