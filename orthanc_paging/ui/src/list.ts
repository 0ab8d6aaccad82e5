/** The list itself: AG Grid, of whose rows only those that are seen are in the page. */

import {
    type ColDef,
    type ColumnState,
    type GridApi,
    type GridOptions,
    type IDatasource,
    type IGetRowsParams,
    CellStyleModule,
    ColumnApiModule,
    CustomFilterModule,
    InfiniteRowModelModule,
    LocaleModule,
    ModuleRegistry,
    RowApiModule,
    RowStyleModule,
    ScrollApiModule,
    createGrid,
    themeQuartz,
} from 'ag-grid-community';

import type { Page, Study } from './api';
import { Blocks, type Range } from './blocks';
import { Boxes, NoFilter } from './boxes';
import { COLUMNS, type Column, type Keyword } from './columns';
import { debounced, element, stated } from './dom';
import { several, shown } from './format';
import { ScrollHint } from './hint';
import { type Query, type SortKey, isSame } from './query';
import { words } from './words';

ModuleRegistry.registerModules([
    InfiniteRowModelModule,
    LocaleModule,
    CellStyleModule,
    ColumnApiModule,
    RowApiModule,
    RowStyleModule,
    ScrollApiModule,
    CustomFilterModule,
]);

/** Studies in one request. */
export const BLOCK = 100;
/** All are asked for again where something changed: a few, as each open page asks. */
const BLOCKS_KEPT = 10;
const ROW_HEIGHT = 30;

/** Milliseconds without a movement after which the list rests, and the rows of that place are asked for. */
const SETTLED = 30;

/** Milliseconds within which two movements belong to one, such as the drag of the bar. */
const ONE_MOVEMENT = 150;

/** Milliseconds without a movement after which the hint goes. */
const RESTED = 300;

/** Screens from where the list rested, after which the hint shows. */
const FAR = 2;

/** Milliseconds during which a row is marked that has just come. */
const FRESH = 4000;

const SHOWN_COLUMNS = 'orthanc-paging.columns';

/** What the list needs from others, and tells them. */
export interface Surroundings {
    /** Fetches studies of a query, from a number on. */
    fetch(query: Query, offset: number, limit: number, signal: AbortSignal): Promise<Page>;
    /** Fetches one value of the study in a row. */
    valueAt(query: Query, column: Column, row: number): Promise<string>;
    /** Something else was asked for than before, in the list itself. */
    asked(query: Query): void;
    /** A text under a header changed. */
    typed(keyword: Keyword, text: string): void;
    arrived(total: number): void;
    failed(error: unknown): void;
    moved(): void;
    opened(study: Study): void;
}

/** Where the list stands. */
interface Place {
    /** The row at the upper edge, with the part of it that is hidden; and how many rows there is room for. */
    readonly top: number;
    readonly rows: number;
    /** How far it is from the first to the last place, from 0 to 1. */
    readonly share: number;
}

export class List {
    total: number | null = null;

    private readonly grid: GridApi<Study>;
    /** What the list shows. */
    query: Query;

    private readonly boxes = new Boxes((keyword, text) => this.around.typed(keyword, text));
    private readonly blocks = new Blocks(
        () => this.near(),
        (rows, signal) => this.fetch(rows, signal),
    );
    private readonly hint = new ScrollHint((row) => this.sortedValueAt(row));
    /** Where the list was at its last movement, and where before it began to move. */
    private movement = { at: -Infinity, top: 0, from: 0 };
    private readonly settle = debounced(SETTLED, () => this.blocks.resume());
    private readonly rest = debounced(RESTED, () => this.hint.hide());
    private readonly fresh = new Set<string>();
    private idOfOpen = '';
    private columns: readonly Column[] = COLUMNS;

    /** Make it in an element, which is best in the page already: the grid then needs not measure itself again. */
    constructor(
        private readonly host: HTMLElement,
        query: Query,
        private readonly around: Surroundings,
    ) {
        this.query = query;
        this.boxes.show(query);
        this.grid = createGrid(this.host, this.options());
        this.host.append(this.hint.host);
        this.viewport().addEventListener('scroll', () => this.onScroll(), { passive: true });
        this.host.addEventListener('keydown', (event) => this.onKey(event), { capture: true });
        this.restoreColumns();
    }

    /** Ask for something else, from the first row on. */
    show(query: Query): void {
        this.begin(query);
        this.grid.applyColumnState({
            state: query.sort.map((key) => ({ colId: key.keyword, ...sortOf(key.keyword, query.sort) })),
            defaultState: { sort: null },
        });
        this.grid.purgeInfiniteCache();
    }

    /** Show in the boxes under the headers what is typed there. */
    showTyped(query: Query): void {
        this.boxes.show(query);
    }

    /** Show that what is asked for now is not understood, and the rows are those from before; or that they are right. */
    showStale(isStale: boolean): void {
        this.host.classList.toggle('stale', isStale);
    }

    /** Show that there are no rows: what is said of that has their place. */
    showEmpty(isEmpty: boolean): void {
        this.host.classList.toggle('empty', isEmpty);
    }

    /** The columns that the server can tell. */
    offer(columns: readonly Column[]): void {
        this.columns = columns;
        this.grid.setGridOption(
            'columnDefs',
            columns.map((column) => definition(column, this.query.sort)),
        );
        this.restoreColumns();
    }

    /** The rows of which more than half is seen; null where there are none. */
    visible(): Range | null {
        const count = this.grid.getDisplayedRowCount();
        const { top, rows } = this.place();
        const first = Math.floor(top - 0.5) + 1;
        const last = Math.min(count, Math.ceil(top + rows - 0.5)) - 1;
        return last >= first ? { first, last } : null;
    }

    isAtTop(): boolean {
        return this.grid.getVerticalPixelRange().top < ROW_HEIGHT / 2;
    }

    /** The ID of the study in a row, where it is there. */
    idAt(row: number): string | null {
        return this.grid.getDisplayedRowAtIndex(row)?.data?.ID ?? null;
    }

    /** Whether a study has a row already, seen or not. */
    has(id: string): boolean {
        return this.grid.getRowNode(id) !== undefined;
    }

    /** Whether the rows from a number on show these studies, as far as they are there. */
    isShowing(first: number, studies: readonly Study[]): boolean {
        return studies.every((study, at) => {
            const row = this.grid.getDisplayedRowAtIndex(first + at)?.data;
            return row === undefined || JSON.stringify(row) === JSON.stringify(study);
        });
    }

    /** Go to a row; it becomes the first that is seen. */
    goTo(row: number): void {
        if (row >= this.grid.getDisplayedRowCount()) {
            this.grid.setRowCount(row + BLOCK, false);
        }
        this.grid.ensureIndexVisible(row, 'top');
    }

    /** Fetch again what is there; rows stay until their new content comes. */
    refresh(): void {
        this.grid.refreshInfiniteCache();
    }

    /** The same where rows came or went above: what is seen stays where it is. */
    shift(rows: number, total: number): void {
        const viewport = this.viewport();
        this.grid.setRowCount(total, true);
        viewport.scrollTop += rows * ROW_HEIGHT;
        this.grid.refreshInfiniteCache();
    }

    /** Mark the rows of some studies for a moment. */
    mark(ids: readonly string[]): void {
        ids.forEach((id) => this.fresh.add(id));
        this.grid.redrawRows();
        window.setTimeout(() => {
            ids.forEach((id) => this.fresh.delete(id));
            this.grid.redrawRows();
        }, FRESH);
    }

    /** Show in its row which study is open beside the list; '' for none. */
    showOpen(id: string): void {
        this.idOfOpen = id;
        for (const row of this.host.querySelectorAll('.ag-row[row-id]')) {
            row.classList.toggle('open', row.getAttribute('row-id') === id);
        }
    }

    focus(): void {
        const seen = this.visible();
        if (seen) {
            this.focusRow(seen.first);
        }
    }

    /** The columns that are shown, from left to right. */
    shownColumns(): readonly Column[] {
        const shownOnes = this.grid.getColumnState().filter((state) => !state.hide);
        return shownOnes.flatMap((state) => this.columns.filter((column) => column.keyword === state.colId));
    }

    /** All columns, from left to right, and whether each is shown. */
    allColumns(): readonly { readonly column: Column; readonly isShown: boolean }[] {
        return this.grid
            .getColumnState()
            .flatMap((state) =>
                this.columns
                    .filter((column) => column.keyword === state.colId)
                    .map((column) => ({ column, isShown: !state.hide })),
            );
    }

    setShown(keyword: Keyword, isShown: boolean): void {
        this.grid.setColumnsVisible([keyword], isShown);
    }

    move(keyword: Keyword, by: -1 | 1): void {
        const place = this.grid.getColumnState().findIndex((state) => state.colId === keyword);
        this.grid.moveColumns([keyword], Math.max(0, place + by));
    }

    resetColumns(): void {
        this.grid.applyColumnState({ state: COLUMNS.map(firstState), applyOrder: true });
    }

    private options(): GridOptions<Study> {
        return {
            theme: THEME,
            styleNonce: stated('nonce'),
            localeText: words.grid,
            rowModelType: 'infinite',
            cacheBlockSize: BLOCK,
            maxBlocksInCache: BLOCKS_KEPT,
            maxConcurrentDatasourceRequests: 4,
            infiniteInitialRowCount: BLOCK,
            rowHeight: ROW_HEIGHT,
            rowBuffer: 2,
            // A row whose study is still to come is one cell, not one for each column: cheap to drag past.
            isFullWidthRow: (row) => row.rowNode.data === undefined,
            fullWidthCellRenderer: () => element('span'),
            ensureDomOrder: true,
            suppressDragLeaveHidesColumns: true,
            suppressNoRowsOverlay: true,
            columnDefs: COLUMNS.map((column) => definition(column, this.query.sort)),
            defaultColDef: {
                sortable: true,
                resizable: true,
                floatingFilter: true,
                suppressFloatingFilterButton: true,
                suppressHeaderFilterButton: true,
                suppressHeaderMenuButton: true,
                filter: NoFilter,
                floatingFilterComponent: this.boxes.component(),
            },
            datasource: this.datasource(),
            getRowId: (row) => row.data.ID,
            rowClassRules: {
                fresh: (row) => row.data !== undefined && this.fresh.has(row.data.ID),
                open: (row) => row.data?.ID === this.idOfOpen,
            },
            // Arrows lead through the cells, and Tab out of them: there may be a million rows.
            tabToNextCell: () => false,
            onCellClicked: (event) => this.open(event.data),
            onCellKeyDown: (event) => {
                if (event.event instanceof KeyboardEvent && event.event.key === 'Enter') {
                    this.open(event.data);
                }
            },
            onColumnMoved: (event) => event.finished && this.keepColumns(),
            onColumnResized: (event) => event.finished && this.keepColumns(),
            onColumnVisible: () => this.keepColumns(),
        };
    }

    private datasource(): IDatasource {
        return { getRows: (rows) => this.getRows(rows) };
    }

    private getRows(rows: IGetRowsParams<Study>): void {
        this.note(rows);
        this.blocks.want(rows);
    }

    private async fetch(rows: IGetRowsParams<Study>, signal: AbortSignal): Promise<void> {
        const limit = rows.endRow - rows.startRow;
        try {
            const page = await this.around.fetch(this.query, rows.startRow, limit, signal);
            if (signal.aborted) {
                return;
            }
            this.total = page.total;
            rows.successCallback([...page.studies], page.total);
            this.around.arrived(page.total);
        } catch (error) {
            if (!signal.aborted) {
                this.around.failed(error);
            }
        }
    }

    /** Take note of what is asked for in the headers. */
    private note(rows: IGetRowsParams<Study>): void {
        const sort = rows.sortModel.map((key): SortKey => ({
            keyword: key.colId as Keyword,
            descending: key.sort === 'desc',
        }));
        const query: Query = { ...this.query, sort };
        if (!isSame(query, this.query)) {
            this.begin(query);
            this.around.asked(query);
        }
    }

    /** From now on something else is asked for, and what was asked for before is wanted no more. */
    private begin(query: Query): void {
        this.blocks.clear();
        this.hint.hide();
        this.query = query;
        this.total = null;
        this.viewport().scrollTop = 0;
    }

    /** Where the list stands. A browser cannot make an element of any height: beyond that, a pixel is more than one. */
    private place(): Place {
        const viewport = this.viewport();
        const header = this.host.querySelector<HTMLElement>('.ag-grid-pinned-top-rows')?.offsetHeight ?? 0;
        const rows = (viewport.clientHeight - header) / ROW_HEIGHT;
        const far = viewport.scrollHeight - viewport.clientHeight;
        const share = far > 0 ? Math.min(1, viewport.scrollTop / far) : 0;
        return { top: share * Math.max(0, this.grid.getDisplayedRowCount() - rows), rows, share };
    }

    /** The rows that are seen, and half a block before and after them. */
    private near(): Range {
        const { top, rows } = this.place();
        return { first: Math.floor(top - BLOCK / 2), last: Math.ceil(top + rows + BLOCK / 2) };
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
            this.prepare(place);
            this.blocks.look();
        }
        if (isGoingOn) {
            this.showHint(place);
        }
        this.settle();
        this.rest();
        this.around.moved();
    }

    /** Have the grid want the blocks that are next, above and below. */
    private prepare({ top, rows }: Place): void {
        for (const row of [top - BLOCK / 2, top + rows + BLOCK / 2].map(Math.round)) {
            if (row >= 0 && row < this.grid.getDisplayedRowCount()) {
                this.grid.getDisplayedRowAtIndex(row);
            }
        }
    }

    private showHint({ top, rows, share }: Place): void {
        const row = Math.round(top);
        const study = this.grid.getDisplayedRowAtIndex(row)?.data;
        if (study === undefined || Math.abs(top - this.movement.from) > FAR * rows) {
            const { keyword, kind } = this.firstKey();
            this.hint.show(row, share, study === undefined ? null : shown(kind, String(study[keyword] ?? '')));
        }
    }

    private async sortedValueAt(row: number): Promise<string> {
        const column = this.firstKey();
        return shown(column.kind, await this.around.valueAt(this.query, column, row));
    }

    /** The column by which the list is sorted first. */
    private firstKey(): Column {
        const keyword = this.query.sort[0]?.keyword ?? 'StudyDate';
        return COLUMNS.find((column) => column.keyword === keyword) as Column;
    }

    private open(study: Study | undefined): void {
        if (study) {
            this.around.opened(study);
        }
    }

    private viewport(): HTMLElement {
        return this.host.querySelector<HTMLElement>('.ag-grid-viewport') ?? this.host;
    }

    /** With Ctrl, Home and End are the browser's, whose slow scrolling the grid would break off. */
    private onKey(event: KeyboardEvent): void {
        const row = event.key === 'Home' ? 0 : event.key === 'End' ? this.grid.getDisplayedRowCount() - 1 : -1;
        if ((event.ctrlKey || event.metaKey) && row >= 0 && !(event.target instanceof HTMLInputElement)) {
            event.preventDefault();
            event.stopPropagation();
            this.grid.ensureIndexVisible(row);
            this.focusRow(row);
        }
    }

    private focusRow(row: number): void {
        const column = this.grid.getFocusedCell()?.column ?? this.shownColumns()[0]?.keyword;
        if (column !== undefined) {
            this.grid.setFocusedCell(row, column);
        }
    }

    private keepColumns(): void {
        const state = this.grid.getColumnState().map(({ colId, width, hide }) => ({ colId, width, hide }));
        localStorage.setItem(SHOWN_COLUMNS, JSON.stringify(state));
    }

    private restoreColumns(): void {
        try {
            const kept = localStorage.getItem(SHOWN_COLUMNS);
            if (kept !== null) {
                this.grid.applyColumnState({ state: JSON.parse(kept) as ColumnState[], applyOrder: true });
            }
        } catch {
            localStorage.removeItem(SHOWN_COLUMNS);
        }
    }
}

function firstState(column: Column): ColumnState {
    return { colId: column.keyword, width: column.width, hide: column.hidden ?? false };
}

/** How a column is sorted, as the grid has it. */
function sortOf(keyword: Keyword, sort: readonly SortKey[]): Pick<ColumnState, 'sort' | 'sortIndex'> {
    const sortIndex = sort.findIndex((key) => key.keyword === keyword);
    const key = sort[sortIndex];
    return key ? { sort: key.descending ? 'desc' : 'asc', sortIndex } : {};
}

function definition(column: Column, sort: readonly SortKey[]): ColDef<Study> {
    const title = words.columns[column.keyword];
    return {
        colId: column.keyword,
        field: column.keyword,
        headerName: title,
        width: column.width,
        hide: column.hidden ?? false,
        ...sortOf(column.keyword, sort),
        minWidth: 50,
        cellClass: `of-${column.kind}`,
        valueFormatter: (cell) => shown(column.kind, (cell.value as string | undefined) ?? ''),
        ...(column.kind === 'values' ? { cellRenderer: chips } : {}),
    };
}

/** Several values, each by itself. */
function chips(cell: { readonly value?: string | null }): HTMLElement {
    const values = several(cell.value ?? '').map((value) =>
        element('span', { className: 'chip', textContent: shown('code', value) }),
    );
    return element('span', { className: 'chips' }, ...values);
}

const THEME = themeQuartz.withParams({
    fontFamily: 'inherit',
    fontSize: 14,
    headerFontWeight: 600,
    rowHeight: ROW_HEIGHT,
    headerHeight: 34,
    cellHorizontalPadding: 10,
    browserColorScheme: 'inherit',
    backgroundColor: 'var(--ground)',
    foregroundColor: 'var(--ink)',
    accentColor: 'var(--accent)',
    borderColor: 'var(--line)',
    headerBackgroundColor: 'var(--raised)',
    rowHoverColor: 'var(--hover)',
    wrapperBorder: false,
    wrapperBorderRadius: 0,
});
