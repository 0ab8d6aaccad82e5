/** Which blocks of rows are requested, and when: those near what is seen, and no others. */

import type { IGetRowsParams } from 'ag-grid-community';

/** Blocks that wait at most. The grid keeps far fewer, and requests a forgotten block again. */
const MOST_WAITING = 100;

/** Rows by their numbers, both included. */
export interface Range {
    readonly first: number;
    readonly last: number;
}

/** Fetches the rows of one block, and hands them to the grid. It ends early if it is aborted, and raises nothing. */
type Fetch = (rows: IGetRowsParams, signal: AbortSignal) => Promise<void>;

export class Blocks {
    /** Both by the first rows of the blocks. */
    private readonly waiting = new Map<number, IGetRowsParams>();
    private readonly requests = new Map<number, { readonly rows: IGetRowsParams; readonly abort: AbortController }>();
    private isPaused = false;

    /** `near` returns the rows that are seen, or may be seen soon. */
    constructor(
        private readonly near: () => Range,
        private readonly fetch: Fetch,
    ) {}

    /**
     * Fetch a block once it is near.
     *
     * Until it comes, the grid takes it as failed: the grid limits the requests that it waits for, and would wait
     * for blocks that are not near any more.
     */
    want(rows: IGetRowsParams): void {
        this.requests.get(rows.startRow)?.abort.abort();
        this.requests.delete(rows.startRow);
        this.wait(rows);
        rows.failCallback();
        this.update();
    }

    /** Request nothing while the list moves so fast that every response would come too late. */
    pause(): void {
        this.isPaused = true;
        this.update();
    }

    resume(): void {
        this.isPaused = false;
        this.update();
    }

    /** Abort the requests for blocks that are not near any more, and request those that are. */
    update(): void {
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
                void this.request(rows);
            }
        }
    }

    /** Forget all blocks: the list shows another query from now on. */
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

    private async request(rows: IGetRowsParams): Promise<void> {
        const request = { rows, abort: new AbortController() };
        this.waiting.delete(rows.startRow);
        this.requests.set(rows.startRow, request);
        await this.fetch(rows, request.abort.signal);
        if (this.requests.get(rows.startRow) === request) {
            this.requests.delete(rows.startRow);
        }
    }
}
