/** Where the list stands, and what goes with its movements: which rows are asked for, and the hint. */

import { debounced } from '../dom';
import type { Blocks, Range } from './blocks';
import type { ScrollHint } from './scroll_hint';

/** Pixels. */
export const ROW_HEIGHT = 30;

/** Milliseconds without a movement after which the rows of the place are asked for. */
const PAUSED = 30;

/** Milliseconds within which two movements belong to one, such as the drag of the bar. */
const ONE_MOVEMENT = 150;

/** Milliseconds without a movement after which the hint goes. */
const RESTED = 300;

/** Screens from where the movement began, after which the hint shows. */
const FAR = 2;

/** Rows before and after those that are seen, that are there already where one gets to them. */
export const AHEAD = 50;

/** What a movement needs to know of the rows, and reports. */
export interface Rows {
    /** How many there are. */
    count(): number;
    /** Have the block of a row fetched. */
    prepare(row: number): void;
    /** What the list is sorted by, in a row; null if its study is still to come. */
    valueIn(row: number): string | null;
    /** Whether these rows are drawn, be it without their studies. */
    areDrawn(range: Range): boolean;
    moved(): void;
}

interface Place {
    /** The row at the upper edge, with the part of it that is hidden; and how many rows there is room for. */
    readonly top: number;
    readonly rows: number;
    /** How far it is from the first to the last place, from 0 to 1. */
    readonly share: number;
}

export class Scrolling {
    /** When the list moved last, where it was then, and where before it began to move. */
    private movement = { at: -Infinity, top: 0, from: 0 };
    private readonly settle = debounced(PAUSED, () => this.onPause());
    private readonly rest = debounced(RESTED, () => this.onRest());

    constructor(
        private readonly viewport: HTMLElement,
        private readonly blocks: Blocks,
        private readonly hint: ScrollHint,
        private readonly rows: Rows,
    ) {
        viewport.addEventListener('scroll', () => this.onScroll(), { passive: true });
    }

    /** The rows of which more than half is seen; null where there are none. */
    visible(): Range | null {
        const { top, rows } = this.place();
        const first = Math.floor(top - 0.5) + 1;
        const last = Math.min(this.rows.count(), Math.ceil(top + rows - 0.5)) - 1;
        return last >= first ? { first, last } : null;
    }

    /** The rows that are seen, and so many before and after them. */
    near(ahead: number): Range {
        const { top, rows } = this.place();
        return { first: Math.floor(top - ahead), last: Math.ceil(top + rows + ahead) };
    }

    /** Where the list stands. A browser limits the height of an element: beyond that, a pixel is more than a pixel. */
    private place(): Place {
        const { viewport } = this;
        const header = viewport.querySelector<HTMLElement>('.ag-grid-pinned-top-rows')?.offsetHeight ?? 0;
        const rows = (viewport.clientHeight - header) / ROW_HEIGHT;
        const far = viewport.scrollHeight - viewport.clientHeight;
        const share = far > 0 ? Math.min(1, viewport.scrollTop / far) : 0;
        return { top: share * Math.max(0, this.rows.count() - rows), rows, share };
    }

    private onScroll(): void {
        const place = this.place();
        const { at, top, from } = this.movement;
        const now = performance.now();
        const isGoingOn = now - at < ONE_MOVEMENT;
        this.movement = { at: now, top: place.top, from: isGoingOn ? from : top };
        if (isGoingOn && Math.abs(place.top - top) > place.rows) {
            this.blocks.pause();
        } else {
            this.prepare();
            this.blocks.look();
        }
        if (isGoingOn) {
            this.showHint(place);
        }
        this.settle();
        this.rest();
        this.rows.moved();
    }

    private onPause(): void {
        this.prepare();
        this.blocks.resume();
    }

    /**
     * Hide the hint, and have the place drawn if it is not.
     *
     * The grid has a scroll bar of its own beside the browser's. For half a second after an event of one it ignores
     * the other. If the page was too busy, that is the last movement, and the place would stay blank.
     */
    private onRest(): void {
        this.hint.hide();
        const range = this.visible();
        if (range !== null && !this.rows.areDrawn(range)) {
            this.viewport.dispatchEvent(new Event('scroll'));
        }
    }

    /** Have the blocks fetched that are next, above and below. */
    private prepare(): void {
        const { first, last } = this.near(AHEAD);
        for (const row of [first, last].filter((one) => one >= 0 && one < this.rows.count())) {
            this.rows.prepare(row);
        }
    }

    /** Show the hint where the row at the top is still to come, or is far from where the movement began. */
    private showHint({ top, rows, share }: Place): void {
        const row = Math.round(top);
        const value = this.rows.valueIn(row);
        if (value === null || Math.abs(top - this.movement.from) > FAR * rows) {
            this.hint.show(row, share, value);
        }
    }
}
