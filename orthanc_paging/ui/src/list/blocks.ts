/** Which blocks of rows the server is asked for, and when: those near what is seen, and none that was left. */

import type { IGetRowsParams } from 'ag-grid-community';

/** Blocks that are remembered as left: many more than the grid keeps, which forgets those that it left long ago. */
const MOST_WAITING = 100;

/** Rows by their numbers, both included. */
export interface Range {
    readonly first: number;
    readonly last: number;
}

/** Asks for the rows of one block, and hands them over. It ends early where it is aborted, and never fails. */
type Fetch = (rows: IGetRowsParams, signal: AbortSignal) => Promise<void>;

export class Blocks {
    /** Both by their first rows. */
    private readonly waiting = new Map<number, IGetRowsParams>();
    private readonly requests = new Map<number, { readonly rows: IGetRowsParams; readonly abort: AbortController }>();
    private isPaused = false;

    /** `near` are the rows that are seen or may be soon. */
    constructor(
        private readonly near: () => Range,
        private readonly fetch: Fetch,
    ) {}

    /**
     * Fetch a block once it is near.
     *
     * For the grid it has failed until it comes: the grid counts what is under way, and would wait for what was left.
     */
    want(rows: IGetRowsParams): void {
        this.requests.get(rows.startRow)?.abort.abort();
        this.requests.delete(rows.startRow);
        this.wait(rows);
        rows.failCallback();
        this.look();
    }

    /** Ask for nothing while the list moves so fast that all would come too late. */
    pause(): void {
        this.isPaused = true;
        this.look();
    }

    resume(): void {
        this.isPaused = false;
        this.look();
    }

    /** Leave what is not near any more, and ask for what is. */
    look(): void {
        const { first, last } = this.near();
        const isNear = (rows: IGetRowsParams): boolean => rows.startRow <= last && rows.endRow > first;
        for (const [start, { rows, abort }] of this.requests) {
            if (!isNear(rows)) {
                abort.abort();
                this.requests.delete(start);
                this.wait(rows);
            }
        }
        if (!this.isPaused) {
            for (const rows of [...this.waiting.values()].filter(isNear)) {
                void this.ask(rows);
            }
        }
    }

    /** Forget all: something else is asked for from now on. */
    clear(): void {
        for (const { abort } of this.requests.values()) {
            abort.abort();
        }
        this.requests.clear();
        this.waiting.clear();
        this.isPaused = false;
    }

    private wait(rows: IGetRowsParams): void {
        this.waiting.delete(rows.startRow);
        this.waiting.set(rows.startRow, rows);
        const [oldest] = this.waiting.keys();
        if (this.waiting.size > MOST_WAITING && oldest !== undefined) {
            this.waiting.delete(oldest);
        }
    }

    private async ask(rows: IGetRowsParams): Promise<void> {
        const request = { rows, abort: new AbortController() };
        this.waiting.delete(rows.startRow);
        this.requests.set(rows.startRow, request);
        await this.fetch(rows, request.abort.signal);
        if (this.requests.get(rows.startRow) === request) {
            this.requests.delete(rows.startRow);
        }
    }
}
