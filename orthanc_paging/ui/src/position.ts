/** Where in the list the reader is, and how many studies match: as text, and for screen readers. */

import { debounced, element, throttled } from './dom';
import { count } from './format';
import type { Range } from './list/blocks';
import { filled, plural, words } from './words';

/** Milliseconds from one update of the text to the next: each makes the browser measure the page. */
const APART = 100;

/** Milliseconds without a page until the text says that the list is loading. */
const SLOW = 300;

/** What the position is read from. */
export interface Listed {
    /** How many studies match; null if that is unknown yet. */
    readonly total: number | null;
    readonly viewport: { visible(): Range | null };
}

export class Position {
    readonly host = element('p', { className: 'position' });
    /** For screen readers: it changes with the number of studies, and not while the list moves. */
    readonly status = element('p', { className: 'unseen', attributes: { role: 'status' } });
    private list: Listed | null = null;
    private readonly drawSoon = throttled(APART, () => this.draw());
    private readonly drawLate = debounced(SLOW, () => this.draw());

    /** Show the position in a list from now on. */
    follow(list: Listed): void {
        this.list = list;
    }

    /** Announce the number of studies that match. */
    announce(total: number): void {
        this.status.textContent = plural(words.studies, total, count(total));
    }

    /** Show the position soon; many calls in a row cost one. */
    update(): void {
        this.drawSoon();
    }

    /** Say that the list is loading, if its page does not come soon. */
    expectPage(): void {
        this.drawLate();
    }

    private draw(): void {
        const { list } = this;
        this.host.textContent = list && positionText(list.total, list.viewport.visible());
    }
}

/** Return the position as text: `1–25 of 300 studies`. */
export function positionText(total: number | null, seen: Range | null): string {
    if (total === null) {
        return words.loading;
    }
    const all = plural(words.studies, total, count(total));
    if (seen === null || total === 0) {
        return all;
    }
    const [first, last] = [count(seen.first + 1), count(Math.min(seen.last + 1, total))];
    return filled(words.position, { first, last, total: all });
}
