/** The order that the headers of the list show, and what a click on a sorted header leads to. */

import type { ColumnState, GridApi, SortModelItem } from 'ag-grid-community';
import type { Study } from '../api';
import type { Keyword } from '../columns';
import { isSameOrder, NEWEST_FIRST, type SortKey } from '../query';

const OLDEST_FIRST: readonly SortKey[] = [{ keyword: 'StudyDate', descending: false }];

export class HeaderOrder {
    /** Whether the order is the default one, and not the same order by clicks. */
    private isDefault: boolean;

    constructor(
        private readonly grid: GridApi<Study>,
        sort: readonly SortKey[],
    ) {
        this.isDefault = isSameOrder(sort, NEWEST_FIRST);
    }

    /** Show an order in the headers. The grid then requests its rows. */
    show(sort: readonly SortKey[]): void {
        this.isDefault = isSameOrder(sort, NEWEST_FIRST);
        this.grid.applyColumnState({
            state: sort.map((key) => ({ colId: key.keyword, ...sortState(key.keyword, sort) })),
            defaultState: { sort: null },
        });
    }

    /** Follow a click on a header. */
    follow(sort: readonly SortKey[]): void {
        this.isDefault &&= isSameOrder(sort, NEWEST_FIRST);
    }

    /** Go on after the last click on a header: from the default order to the oldest first, else to the default. */
    goOn(): void {
        this.show(this.isDefault ? OLDEST_FIRST : NEWEST_FIRST);
    }
}

/** Return the order that the grid requests. */
export function orderOf(model: readonly SortModelItem[]): readonly SortKey[] {
    return model.map((key) => ({ keyword: key.colId as Keyword, descending: key.sort === 'desc' }));
}

/** Return how a column is sorted, as the grid has it. */
export function sortState(keyword: Keyword, sort: readonly SortKey[]): Pick<ColumnState, 'sort' | 'sortIndex'> {
    const sortIndex = sort.findIndex((key) => key.keyword === keyword);
    const key = sort[sortIndex];
    return key ? { sort: key.descending ? 'desc' : 'asc', sortIndex } : {};
}
