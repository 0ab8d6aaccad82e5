/** Which rows are marked: that of the open study, and those of new studies. */

import type { RowClassRules } from 'ag-grid-community';
import type { Study } from '../api';
import { rowElements } from './grid_dom';
import type { Rows } from './rows';

/** Milliseconds during which the row of a new study is marked. */
const FRESH = 4000;

export class RowMarks {
    private open = '';
    private readonly fresh = new Set<string>();

    constructor(
        private readonly host: HTMLElement,
        private readonly rows: Rows,
    ) {}

    /** Mark the row of the open study; '' is none. */
    markOpen(id: string): void {
        this.open = id;
        this.draw();
    }

    /** Mark the rows of new studies for a moment. */
    markFresh(ids: readonly string[]): void {
        for (const id of ids) {
            this.fresh.add(id);
        }
        window.setTimeout(() => {
            for (const id of ids) {
                this.fresh.delete(id);
            }
            this.draw();
        }, FRESH);
    }

    /** Return the rules by which the grid marks the rows that it draws from now on. */
    rules(): RowClassRules<Study> {
        return {
            open: ({ data }) => this.isOpen(data?.ID),
            fresh: ({ data }) => this.isFresh(data?.ID),
        };
    }

    /** Mark the rows that are drawn already. */
    draw(): void {
        for (const row of rowElements(this.host)) {
            const id = this.rows.studyIn(row)?.ID;
            row.classList.toggle('open', this.isOpen(id));
            row.classList.toggle('fresh', this.isFresh(id));
        }
    }

    private isOpen(id: string | undefined): boolean {
        return id !== undefined && id === this.open;
    }

    private isFresh(id: string | undefined): boolean {
        return id !== undefined && this.fresh.has(id);
    }
}
