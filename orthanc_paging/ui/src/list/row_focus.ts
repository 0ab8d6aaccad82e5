/** The focus in the list. It stays with its study: a row may move, or go, when others come. */

import type { GridApi } from 'ag-grid-community';
import type { Study } from '../api';
import { focusedRowNumber, rowNumber } from './grid_dom';
import type { Rows } from './rows';
import type { Viewport } from './viewport';

export class RowFocus {
    /** The study that has the focus; null if none has it. */
    study: Study | null = null;

    constructor(
        private readonly host: HTMLElement,
        private readonly grid: GridApi<Study>,
        private readonly rows: Rows,
        private readonly viewport: Viewport,
    ) {
        host.tabIndex = -1;
        host.addEventListener('focusin', ({ target }) => {
            if (target !== host) {
                this.study = rows.studyIn(target);
            }
        });
    }

    /** Return the row that has the focus from the keyboard; null if none has it. */
    visibleRow(): number | null {
        return focusedRowNumber(this.host);
    }

    /** Move the focus to a row, and scroll there if it is not seen. */
    moveTo(row: number): void {
        this.grid.ensureIndexVisible(row);
        this.set(row);
    }

    /** Move the focus to the row of a study; to the first row that is seen if no row has it. */
    moveToStudy(id: string): void {
        const row = this.rows.rowOf(id) ?? this.viewport.visible()?.first;
        if (row !== undefined) {
            this.moveTo(row);
        }
    }

    /** Move the focus to the row of its study; to the list itself if that row is gone. */
    follow(): void {
        const active = document.activeElement;
        if (rowNumber(active) === null && active !== this.host) {
            return;
        }
        this.study ??= this.rows.studyIn(active);
        if (this.study === null || this.rows.studyIn(active)?.ID === this.study.ID) {
            return;
        }
        const row = this.rows.rowOf(this.study.ID);
        if (row !== null) {
            this.set(row);
        } else if (active !== this.host) {
            this.grid.clearFocusedCell();
            this.host.focus({ preventScroll: true });
        }
    }

    private set(row: number): void {
        const column = this.grid.getFocusedCell()?.column ?? this.grid.getAllDisplayedColumns()[0];
        if (column !== undefined) {
            this.grid.setFocusedCell(row, column);
        }
    }
}
