/** What happens while the list moves: which blocks are requested, and when the hint shows. */

import { debounced } from '../dom';
import type { Blocks } from './blocks';
import type { Rows } from './rows';
import type { ScrollHint } from './scroll_hint';
import type { Place, Viewport } from './viewport';

/** Milliseconds without a movement after which the rows of the place are requested. */
const PAUSED = 30;

/** Milliseconds within which two movements belong to one, such as a drag of the scroll bar. */
const ONE_MOVEMENT = 150;

/** Milliseconds without a movement after which the hint disappears. */
const RESTED = 300;

/** Screens that the list moves before the hint shows. */
const FAR = 2;

/** Rows above and below those that are seen. They are fetched before somebody scrolls there. */
export const AHEAD = 50;

export class Scrolling {
    /** When the list moved last, where it was then, and where it was before the movement. */
    private movement = { at: -Infinity, top: 0, from: 0 };
    private readonly settle = debounced(PAUSED, () => this.onPause());
    private readonly rest = debounced(RESTED, () => this.onRest());

    constructor(
        private readonly viewport: Viewport,
        private readonly rows: Rows,
        private readonly blocks: Blocks,
        private readonly hint: ScrollHint,
    ) {
        viewport.element.addEventListener('scroll', () => this.onScroll(), { passive: true });
    }

    private onScroll(): void {
        const place = this.viewport.place();
        const { at, top, from } = this.movement;
        const now = performance.now();
        const isGoingOn = now - at < ONE_MOVEMENT;
        this.movement = { at: now, top: place.top, from: isGoingOn ? from : top };
        if (isGoingOn && Math.abs(place.top - top) > place.rows) {
            this.blocks.pause();
        } else {
            this.prepare();
            this.blocks.update();
        }
        if (isGoingOn) {
            this.showHint(place);
        }
        this.settle();
        this.rest();
    }

    private onPause(): void {
        this.prepare();
        this.blocks.resume();
    }

    /**
     * Hide the hint, and have the rows drawn if they are not.
     *
     * The grid has a scroll bar of its own beside the browser's. For half a second after an event of one bar it ignores
     * the other. If the page was busy, the ignored event may be the last one, and the place would stay blank.
     */
    private onRest(): void {
        this.hint.hide();
        if (!this.viewport.isDrawn()) {
            this.viewport.element.dispatchEvent(new Event('scroll'));
        }
    }

    /** Have the blocks above and below fetched. */
    private prepare(): void {
        const { first, last } = this.viewport.near(AHEAD);
        for (const row of [first, last].filter((one) => one >= 0 && one < this.rows.count())) {
            this.rows.prepare(row);
        }
    }

    /** Show the hint if the row at the top has not come yet, or is far from where the movement began. */
    private showHint({ top, rows, share }: Place): void {
        const row = Math.round(top);
        if (this.rows.studyAt(row) === null || Math.abs(top - this.movement.from) > FAR * rows) {
            this.hint.show(row, share);
        }
    }
}
