/** The columns of the list: which are shown, in which order, how wide. The browser keeps that. */

import type { ColDef, ColumnState, GridApi } from 'ag-grid-community';
import type { Study } from '../api';
import { COLUMNS, type Column, type Keyword } from '../columns';
import { element } from '../dom';
import { several, shown } from '../format';
import type { SortKey } from '../query';
import { words } from '../words';
import { sortState } from './header_order';

/** The name under which the browser keeps them. */
const KEPT = 'orthanc-paging.columns';

export class ListColumns {
    /** The columns that the server offers. */
    offered: readonly Column[] = COLUMNS;

    constructor(private readonly grid: GridApi<Study>) {
        this.restore();
        grid.addEventListener('columnMoved', ({ finished }) => finished && this.keep());
        grid.addEventListener('columnResized', ({ finished }) => finished && this.keep());
        grid.addEventListener('columnVisible', () => this.keep());
    }

    /** Offer other columns. */
    offer(columns: readonly Column[], sort: readonly SortKey[]): void {
        this.offered = columns;
        this.grid.setGridOption('columnDefs', definitions(columns, sort));
        this.restore();
    }

    /** Return the columns that are shown, from left to right. */
    shown(): readonly Column[] {
        return this.all().flatMap(({ column, isShown }) => (isShown ? [column] : []));
    }

    /** Return all columns, from left to right, and whether each is shown. */
    all(): readonly { readonly column: Column; readonly isShown: boolean }[] {
        return this.grid.getColumnState().flatMap((state) => {
            const column = this.offered.find(({ keyword }) => keyword === state.colId);
            return column ? [{ column, isShown: !state.hide }] : [];
        });
    }

    show(keyword: Keyword): void {
        this.grid.setColumnsVisible([keyword], true);
    }

    hide(keyword: Keyword): void {
        this.grid.setColumnsVisible([keyword], false);
    }

    /** Move a column to the left (-1) or to the right (1). */
    move(keyword: Keyword, by: -1 | 1): void {
        const place = this.grid.getColumnState().findIndex((state) => state.colId === keyword);
        this.grid.moveColumns([keyword], Math.max(0, place + by));
    }

    /** Show the columns as they are at first. */
    reset(): void {
        this.grid.applyColumnState({ state: COLUMNS.map(firstState), applyOrder: true });
    }

    private keep(): void {
        const state = this.grid.getColumnState().map(({ colId, width, hide }) => ({ colId, width, hide }));
        localStorage.setItem(KEPT, JSON.stringify(state));
    }

    private restore(): void {
        try {
            const kept = localStorage.getItem(KEPT);
            if (kept !== null) {
                this.grid.applyColumnState({ state: JSON.parse(kept) as ColumnState[], applyOrder: true });
            }
        } catch {
            localStorage.removeItem(KEPT);
        }
    }
}

/** Return the grid's own definitions of columns, sorted as they are. */
export function definitions(columns: readonly Column[], sort: readonly SortKey[]): ColDef<Study>[] {
    return columns.map((column) => ({
        colId: column.keyword,
        field: column.keyword,
        headerName: words.columns[column.keyword],
        width: column.width,
        hide: column.hidden ?? false,
        ...sortState(column.keyword, sort),
        minWidth: 50,
        cellClass: `of-${column.kind}`,
        valueFormatter: (cell) => shown(column.kind, (cell.value as string | undefined) ?? ''),
        ...(column.kind === 'values' ? { cellRenderer: chips } : {}),
    }));
}

function firstState(column: Column): ColumnState {
    return { colId: column.keyword, width: column.width, hide: column.hidden ?? false };
}

/** Return an element that shows each of several values by itself. */
function chips(cell: { readonly value?: string | null }): HTMLElement {
    const values = several(cell.value ?? '').map((value) =>
        element('span', { className: 'chip', textContent: shown('code', value) }),
    );
    return element('span', { className: 'chips' }, ...values);
}
