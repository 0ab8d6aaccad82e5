/** The hint beside the scroll bar that tells where one is while the list is dragged. */

import { element } from '../dom';
import { count } from '../format';

/** Milliseconds from one request for the value of a row to the next. */
const APART = 80;

/** Milliseconds after which a value is too old to tell the place of a list that moves. */
const OLD = 1000;

/** What stands where a value is missing, or has not come yet. */
const MISSING = '—';
const UNKNOWN = '…';

export class ScrollHint {
    readonly host: HTMLElement;

    private readonly value = element('strong');
    private readonly number = element('span');
    private answered = -Infinity;
    /** The row whose value is wanted next; null where none is. */
    private wanted: number | null = null;
    private isAsking = false;

    /** `valueAt` fetches what the list is sorted by, in a row, as people read it. */
    constructor(private readonly valueAt: (row: number) => Promise<string>) {
        this.host = element(
            'div',
            { className: 'scroll-hint', hidden: true, attributes: { 'aria-hidden': 'true' } },
            this.value,
            this.number,
        );
    }

    /** Show the row at the top, at a share of the list's length, and its value, which is fetched where it is null. */
    show(row: number, share: number, value: string | null): void {
        this.host.hidden = false;
        this.host.style.setProperty('--share', String(share));
        this.number.textContent = count(row + 1);
        if (value !== null) {
            this.wanted = null;
            this.tell(value);
            return;
        }
        if (performance.now() - this.answered > OLD) {
            this.value.textContent = UNKNOWN;
        }
        this.wanted = row;
        void this.ask();
    }

    hide(): void {
        this.host.hidden = true;
        this.wanted = null;
        this.answered = -Infinity;
    }

    /** Ask for one value after the other. */
    private async ask(): Promise<void> {
        if (this.isAsking) {
            return;
        }
        this.isAsking = true;
        while (this.wanted !== null) {
            const row = this.wanted;
            this.wanted = null;
            const value = await this.valueAt(row).catch(() => null);
            if (value !== null && !this.host.hidden) {
                this.tell(value);
            }
            await new Promise((resume) => window.setTimeout(resume, APART));
        }
        this.isAsking = false;
    }

    private tell(value: string): void {
        this.value.textContent = value === '' ? MISSING : value;
        this.answered = performance.now();
    }
}
