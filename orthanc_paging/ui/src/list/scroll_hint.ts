/** The hint beside the scroll bar. It shows the place while the list is dragged. */

import { element } from '../dom';
import { count } from '../format';

/** Milliseconds from one request for the value of a row to the next. */
const APART = 80;

/** Milliseconds after which a value is too old for the place of a list that moves. */
const OLD = 1000;

/** Stands for a missing value, and for one that has not come yet. */
const MISSING = '—';
const UNKNOWN = '…';

/** The values by which the list is sorted. */
export interface Values {
    /** Return the value of a row; null if it is not known. */
    known(row: number): string | null;
    fetch(row: number): Promise<string>;
}

export class ScrollHint {
    readonly host: HTMLElement;

    private readonly value = element('strong');
    private readonly number = element('span');
    /** When the last value came, in milliseconds. */
    private updated = -Infinity;
    /** The row whose value is fetched next; null if there is none. */
    private wanted: number | null = null;
    private isFetching = false;

    constructor(private readonly values: Values) {
        this.host = element(
            'div',
            { className: 'scroll-hint', hidden: true, attributes: { 'aria-hidden': 'true' } },
            this.value,
            this.number,
        );
    }

    /** Show the row at the top, at a share (0 to 1) of the list's length. */
    show(row: number, share: number): void {
        this.host.hidden = false;
        this.host.style.setProperty('--share', String(share));
        this.number.textContent = count(row + 1);
        const value = this.values.known(row);
        if (value !== null) {
            this.wanted = null;
            this.showValue(value);
            return;
        }
        if (performance.now() - this.updated > OLD) {
            this.value.textContent = UNKNOWN;
        }
        this.wanted = row;
        void this.fetchWanted();
    }

    hide(): void {
        this.host.hidden = true;
        this.wanted = null;
        this.updated = -Infinity;
    }

    /** Fetch one value after the other. */
    private async fetchWanted(): Promise<void> {
        if (this.isFetching) {
            return;
        }
        this.isFetching = true;
        while (this.wanted !== null) {
            const row = this.wanted;
            this.wanted = null;
            const value = await this.values.fetch(row).catch(() => null);
            if (value !== null && !this.host.hidden) {
                this.showValue(value);
            }
            await new Promise((resume) => window.setTimeout(resume, APART));
        }
        this.isFetching = false;
    }

    private showValue(value: string): void {
        this.value.textContent = value === '' ? MISSING : value;
        this.updated = performance.now();
    }
}
