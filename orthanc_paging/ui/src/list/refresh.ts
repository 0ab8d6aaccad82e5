/** Blocks that are fetched again. Their rows change together, so that the list moves once. */

import type { Range } from './blocks';

export class Refresh {
    private readonly expected = new Set<number>();
    private readonly changes: (() => void)[] = [];

    /**
     * Expect the blocks of `size` rows that contain the rows `seen`.
     *
     * `moved` is the number of rows that have come above what is seen, or gone if it is negative.
     */
    constructor(
        seen: Range,
        private readonly size: number,
        readonly moved: number,
    ) {
        for (let row = seen.first - (seen.first % size); row <= seen.last; row += size) {
            this.expected.add(row);
        }
    }

    /** Whether the block that begins with a row is still expected. */
    expects(row: number): boolean {
        return this.expected.has(row);
    }

    /** Keep the change of the block that begins with a row, until all blocks that are seen have come. */
    keep(row: number, change: () => void): void {
        this.expected.delete(row);
        this.changes.push(change);
    }

    /** Return all changes; null if a block with some of the rows `seen` has not come yet. */
    ready(seen: Range | null): readonly (() => void)[] | null {
        const isSeen = (row: number): boolean => seen !== null && row <= seen.last && row + this.size > seen.first;
        return [...this.expected].some(isSeen) ? null : this.changes;
    }
}
