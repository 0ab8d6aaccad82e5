/** The rows of the grid: which study each row shows, and which row shows a study. */

import type { GridApi } from 'ag-grid-community';
import type { Study } from '../api';
import { rowElements, rowNumber } from './grid_dom';
import type { OnScreen } from './presses';

/** A row on the screen, with its number from 0. */
export interface NumberedRow extends OnScreen {
    readonly number: number;
}

export class Rows {
    constructor(
        private readonly host: HTMLElement,
        private readonly grid: GridApi<Study>,
    ) {}

    /** Return the number of rows; a guess until the first page comes. */
    count(): number {
        return this.grid.getDisplayedRowCount();
    }

    /** Return the study of a row; null if it has not come yet. The grid then requests its block. */
    studyAt(row: number): Study | null {
        return this.grid.getDisplayedRowAtIndex(row)?.data ?? null;
    }

    /** Have the grid request the block of a row, if it has not come yet. */
    prepare(row: number): void {
        this.grid.getDisplayedRowAtIndex(row);
    }

    /** Return the ID of the study of a row; null if the study has not come yet. */
    idAt(row: number): string | null {
        return this.studyAt(row)?.ID ?? null;
    }

    /** Return the study with an ID; null if no row has it. */
    studyOf(id: string): Study | null {
        return this.grid.getRowNode(id)?.data ?? null;
    }

    /** Return the row of the study with an ID; null if no row has it. */
    rowOf(id: string): number | null {
        return this.grid.getRowNode(id)?.rowIndex ?? null;
    }

    /** Return the study of the row that an element belongs to; null if there is none. */
    studyIn(target: EventTarget | null): Study | null {
        const row = rowNumber(target);
        return row === null ? null : this.studyAt(row);
    }

    /** Return the rows that are drawn: those on the screen, and a few beside it. */
    onScreen(): readonly NumberedRow[] {
        return rowElements(this.host).flatMap((row) => {
            const study = this.studyIn(row);
            const { top, bottom } = row.getBoundingClientRect();
            return study ? [{ study, number: rowNumber(row) ?? 0, top, bottom }] : [];
        });
    }

    /** Return the row that a press of the main button is on; null if it is on none. */
    pressed({ button, target }: PointerEvent): NumberedRow | null {
        const number = button === 0 ? rowNumber(target) : null;
        return this.onScreen().find((row) => row.number === number) ?? null;
    }

    /** Whether the rows from a number on show these studies. Rows without a study do not count. */
    areShowing(first: number, studies: readonly Study[]): boolean {
        return studies.every((study, at) => {
            const shown = this.studyAt(first + at);
            return shown === null || JSON.stringify(shown) === JSON.stringify(study);
        });
    }
}
