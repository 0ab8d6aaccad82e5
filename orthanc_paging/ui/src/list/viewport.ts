/** What is seen of the list: which rows, and how far down they are. */

import type { GridApi } from 'ag-grid-community';
import type { Study } from '../api';
import type { Range } from './blocks';
import { viewportOf } from './grid_dom';
import { ROW_HEIGHT } from './grid_options';

export interface Place {
    /** The row at the upper edge; its fraction is the part of the row that is hidden. */
    readonly top: number;
    /** The number of rows that there is room for, with a fraction. */
    readonly rows: number;
    /** How far the place is from the first one (0) to the last one (1). */
    readonly share: number;
}

export class Viewport {
    /** The element that scrolls. */
    readonly element: HTMLElement;

    constructor(
        host: HTMLElement,
        private readonly grid: GridApi<Study>,
    ) {
        this.element = viewportOf(host);
    }

    /** Return where the list stands. A browser limits the height of an element: beyond it, a pixel is more than one. */
    place(): Place {
        const { top, bottom } = this.grid.getVerticalPixelRange();
        const rows = (bottom - top) / ROW_HEIGHT;
        const { scrollTop, scrollHeight, clientHeight } = this.element;
        const far = scrollHeight - clientHeight;
        const share = far > 0 ? Math.min(1, scrollTop / far) : 0;
        return { top: share * Math.max(0, this.grid.getDisplayedRowCount() - rows), rows, share };
    }

    /** Return the rows of which more than half is seen; null if there are none. */
    visible(): Range | null {
        const { top, rows } = this.place();
        const first = Math.floor(top - 0.5) + 1;
        const last = Math.min(this.grid.getDisplayedRowCount(), Math.ceil(top + rows - 0.5)) - 1;
        return last >= first ? { first, last } : null;
    }

    /** Return the rows that are seen, and so many before and after them. */
    near(rows: number): Range {
        const place = this.place();
        return { first: Math.floor(place.top - rows), last: Math.ceil(place.top + place.rows + rows) };
    }

    isAtTop(): boolean {
        return this.element.scrollTop < ROW_HEIGHT / 2;
    }

    /** Whether the grid has drawn all rows that are seen, with or without their studies. */
    isDrawn(): boolean {
        const seen = this.visible();
        const [first, last] = [this.grid.getFirstDisplayedRowIndex(), this.grid.getLastDisplayedRowIndex()];
        return seen === null || (first <= seen.first && seen.last <= last);
    }

    /** Move down by some rows, or up if the number is negative. */
    moveBy(rows: number): void {
        this.element.scrollTop += rows * ROW_HEIGHT;
    }

    moveToTop(): void {
        this.element.scrollTop = 0;
    }
}
