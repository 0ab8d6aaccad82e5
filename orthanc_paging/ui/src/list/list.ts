/** The list itself: AG Grid, of whose rows only those that are seen are in the page. */

import {
    CellStyleModule,
    type ColDef,
    ColumnApiModule,
    type ColumnState,
    CustomFilterModule,
    createGrid,
    type GridApi,
    type GridOptions,
    type IDatasource,
    type IGetRowsParams,
    InfiniteRowModelModule,
    LocaleModule,
    ModuleRegistry,
    RowApiModule,
    RowStyleModule,
    ScrollApiModule,
    themeQuartz,
} from 'ag-grid-community';

import type { Page, Study } from '../api';
import { COLUMNS, type Column, type Keyword } from '../columns';
import { element, stated } from '../dom';
import { several, shown } from '../format';
import { isSame, isSameOrder, NEWEST_FIRST, type Query, type SortKey } from '../query';
import { words } from '../words';
import { Blocks, type Range } from './blocks';
import { Boxes, NoFilter } from './boxes';
import { type OnScreen, Presses } from './presses';
import { ScrollHint } from './scroll_hint';
import { AHEAD, ROW_HEIGHT, Scrolling } from './scrolling';

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

/** Milliseconds during which a row is marked that has just come. */
const FRESH = 4000;

const OLDEST_FIRST: readonly SortKey[] = [{ keyword: 'StudyDate', descending: false }];

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

/** What has been fetched again, and is put into the rows together: the blocks that are seen, and how far they move. */
interface Turn {
    readonly waitsFor: Set<number>;
    readonly changes: (() => void)[];
    readonly moved: number;
}

export class List {
    total: number | null = null;

    private readonly grid: GridApi<Study>;
    /** What the list shows. */
    query: Query;

    private readonly boxes = new Boxes((keyword, text) => this.around.typed(keyword, text));
    private readonly blocks = new Blocks(
        () => this.scrolling.near(AHEAD),
        (rows, signal) => this.fetch(rows, signal),
    );
    private readonly hint = new ScrollHint((row) => this.sortedValueAt(row));
    private readonly scrolling: Scrolling;
    private readonly fresh = new Set<string>();
    private idOfOpen = '';
    private turn: Turn | null = null;
    private readonly presses = new Presses();
    /** The study that has the focus: its row may move, or go. */
    private focused: Study | null = null;
    /** Whether the order is the default one, and not the same one by clicks. */
    private isDefaultOrder: boolean;
    private columns: readonly Column[] = COLUMNS;

    /** Make it in an element, which is best in the page already: the grid then needs not measure itself again. */
    constructor(
        private readonly host: HTMLElement,
        query: Query,
        private readonly around: Surroundings,
    ) {
        this.query = query;
        this.boxes.show(query);
        this.isDefaultOrder = isSameOrder(query.sort, NEWEST_FIRST);
        this.host.tabIndex = -1;
        this.grid = createGrid(this.host, this.options());
        this.host.append(this.hint.host);
        this.scrolling = new Scrolling(this.viewport(), this.blocks, this.hint, {
            count: () => this.grid.getDisplayedRowCount(),
            prepare: (row) => void this.grid.getDisplayedRowAtIndex(row),
            valueIn: (row) => this.sortedValueIn(row),
            areDrawn: ({ first, last }) =>
                this.grid.getFirstDisplayedRowIndex() <= first && last <= this.grid.getLastDisplayedRowIndex(),
            moved: () => this.around.moved(),
        });
        this.host.addEventListener('keydown', (event) => this.onKey(event), { capture: true });
        this.host.addEventListener('pointerdown', (event) => this.onPress(event), { capture: true });
        this.host.addEventListener('click', (event) => {
            this.open(this.presses.release(event, this.studyIn(event.target)));
        });
        this.host.addEventListener('wheel', () => this.presses.forget(), { passive: true });
        this.host.addEventListener('focusin', (event) => {
            if (event.target !== this.host) {
                this.focused = this.studyIn(event.target);
            }
        });
        this.restoreColumns();
    }

    /** Ask for something else, from the first row on. */
    show(query: Query): void {
        this.begin(query);
        this.showOrder(query.sort);
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
        return this.scrolling.visible();
    }

    isAtTop(): boolean {
        return this.grid.getVerticalPixelRange().top < ROW_HEIGHT / 2;
    }

    /** The ID of the study in a row, where it is there. */
    idAt(row: number): string | null {
        return this.grid.getDisplayedRowAtIndex(row)?.data?.ID ?? null;
    }

    /** The study with an ID, if it has a row, seen or not. */
    studyOf(id: string): Study | null {
        return this.grid.getRowNode(id)?.data ?? null;
    }

    /** The row that has the focus from the keyboard; null if none has. */
    focusedRow(): number | null {
        return rowOf(this.host.querySelector('.ag-row :focus-visible'));
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

    /**
     * Fetch again what is there; rows stay until their new content comes.
     *
     * If so many rows came above what is seen, it stays where it is: it moves when all that is seen has come.
     */
    refresh(moved = 0): void {
        const seen = this.visible();
        const waitsFor = new Set<number>();
        for (let row = seen ? seen.first - (seen.first % BLOCK) : 0; seen && row <= seen.last; row += BLOCK) {
            waitsFor.add(row);
        }
        this.turn = seen ? { waitsFor, changes: [], moved } : null;
        this.grid.refreshInfiniteCache();
    }

    /** Mark the rows of some studies for a moment. */
    mark(ids: readonly string[]): void {
        for (const id of ids) {
            this.fresh.add(id);
        }
        window.setTimeout(() => {
            for (const id of ids) {
                this.fresh.delete(id);
            }
            this.markRows();
        }, FRESH);
    }

    /** Show in its row which study is open beside the list; '' for none. */
    showOpen(id: string): void {
        this.idOfOpen = id;
        this.markRows();
    }

    /** Focus the row of a study; the first row that is seen if the study has none. */
    focus(id = ''): void {
        const row = this.grid.getRowNode(id)?.rowIndex ?? this.visible()?.first;
        if (row !== undefined) {
            this.grid.ensureIndexVisible(row);
            this.focusRow(row);
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
            onColumnMoved: (event) => event.finished && this.keepColumns(),
            onColumnResized: (event) => event.finished && this.keepColumns(),
            onColumnVisible: () => this.keepColumns(),
        };
    }

    private datasource(): IDatasource {
        return { getRows: (rows) => this.getRows(rows) };
    }

    private getRows(rows: IGetRowsParams<Study>): void {
        if (rows.sortModel.length === 0) {
            rows.failCallback();
            this.endOrder();
            return;
        }
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
            this.change(rows.startRow, () => {
                this.total = page.total;
                rows.successCallback([...page.studies], page.total);
            });
            this.around.arrived(page.total);
        } catch (error) {
            if (!signal.aborted) {
                this.turn = null;
                this.around.failed(error);
            }
        }
    }

    /** Change the rows from a number on; if others are seen that change too, together with those. */
    private change(start: number, change: () => void): void {
        const { turn } = this;
        if (!turn?.waitsFor.delete(start)) {
            this.changeRows([change], 0);
            return;
        }
        turn.changes.push(change);
        const seen = this.visible();
        const isSeen = (block: number): boolean => seen !== null && block <= seen.last && block + BLOCK > seen.first;
        if (![...turn.waitsFor].some(isSeen)) {
            this.turn = null;
            this.changeRows(turn.changes, turn.moved);
        }
    }

    /** Change rows, in one go for the eye, the hand and the keyboard. */
    private changeRows(changes: readonly (() => void)[], moved: number): void {
        const rows = this.onScreen();
        for (const change of changes) {
            change();
        }
        if (moved !== 0) {
            this.viewport().scrollTop += moved * ROW_HEIGHT;
        }
        if (moved !== 0 || rows.some((row) => this.idAt(row.number) !== row.study.ID)) {
            this.presses.changed(rows);
        }
        this.keepFocus();
        this.markRows();
    }

    /** The rows that are on the screen, or just beside it. */
    private onScreen(): readonly (OnScreen & { readonly number: number })[] {
        return [...this.host.querySelectorAll('.ag-row')].flatMap((row) => {
            const study = this.studyIn(row);
            const { top, bottom } = row.getBoundingClientRect();
            return study ? [{ study, number: rowOf(row) ?? 0, top, bottom }] : [];
        });
    }

    /** The study of the row that an element belongs to. */
    private studyIn(target: EventTarget | null): Study | null {
        const row = rowOf(target);
        return row === null ? null : (this.grid.getDisplayedRowAtIndex(row)?.data ?? null);
    }

    /** Move the focus to the row of the study that has it; to the list itself if that row is gone. */
    private keepFocus(): void {
        const active = document.activeElement;
        const row = rowOf(active);
        if (row === null && active !== this.host) {
            return;
        }
        this.focused ??= this.studyIn(active);
        if (this.focused === null || this.studyIn(active)?.ID === this.focused.ID) {
            return;
        }
        const now = this.grid.getRowNode(this.focused.ID)?.rowIndex;
        if (now !== undefined && now !== null) {
            this.focusRow(now);
        } else if (active !== this.host) {
            this.grid.clearFocusedCell();
            this.host.focus({ preventScroll: true });
        }
    }

    private onPress(event: PointerEvent): void {
        const number = event.button === 0 ? rowOf(event.target) : null;
        this.presses.press(event, this.onScreen().find((row) => row.number === number) ?? null);
    }

    /** Go on from a header's last order: from the default one to the oldest first, from another to the default. */
    private endOrder(): void {
        this.isDefaultOrder = !this.isDefaultOrder;
        this.showOrder(this.isDefaultOrder ? NEWEST_FIRST : OLDEST_FIRST);
    }

    /** Show an order in the headers, which is then asked for. */
    private showOrder(sort: readonly SortKey[]): void {
        this.grid.applyColumnState({
            state: sort.map((key) => ({ colId: key.keyword, ...sortOf(key.keyword, sort) })),
            defaultState: { sort: null },
        });
    }

    /** Take note of what is asked for in the headers. */
    private note(rows: IGetRowsParams<Study>): void {
        const sort = rows.sortModel.map(
            (key): SortKey => ({
                keyword: key.colId as Keyword,
                descending: key.sort === 'desc',
            }),
        );
        const query: Query = { ...this.query, sort };
        if (!isSame(query, this.query)) {
            const isDefaultOrder = isSameOrder(sort, this.query.sort) && this.isDefaultOrder;
            this.begin(query);
            this.isDefaultOrder = isDefaultOrder;
            this.around.asked(query);
        }
    }

    /** From now on something else is asked for, and what was asked for before is wanted no more. */
    private begin(query: Query): void {
        this.blocks.clear();
        this.hint.hide();
        this.query = query;
        this.turn = null;
        this.presses.forget();
        this.isDefaultOrder = isSameOrder(query.sort, NEWEST_FIRST);
        this.total = null;
        this.viewport().scrollTop = 0;
    }

    private async sortedValueAt(row: number): Promise<string> {
        const column = this.firstKey();
        return shown(column.kind, await this.around.valueAt(this.query, column, row));
    }

    /** The same of a row that is there; null if it is not. */
    private sortedValueIn(row: number): string | null {
        const study = this.grid.getDisplayedRowAtIndex(row)?.data;
        const { keyword, kind } = this.firstKey();
        return study === undefined ? null : shown(kind, study[keyword] ?? '');
    }

    /** The column by which the list is sorted first. */
    private firstKey(): Column {
        const keyword = this.query.sort[0]?.keyword ?? 'StudyDate';
        return COLUMNS.find((column) => column.keyword === keyword) as Column;
    }

    private open(study: Study | null): void {
        if (study) {
            this.focused = study;
            this.keepFocus();
            this.around.opened(study);
        }
    }

    /** Mark the rows that show the open study, and new ones. */
    private markRows(): void {
        for (const row of this.host.querySelectorAll('.ag-row')) {
            const id = this.studyIn(row)?.ID ?? '';
            row.classList.toggle('open', id !== '' && id === this.idOfOpen);
            row.classList.toggle('fresh', this.fresh.has(id));
        }
    }

    private viewport(): HTMLElement {
        return this.host.querySelector<HTMLElement>('.ag-grid-viewport') ?? this.host;
    }

    /** The keys that act on the study that has the focus, or on all rows; the grid has the others. */
    private onKey(event: KeyboardEvent): void {
        if (event.target === this.host && event.key.startsWith('Arrow')) {
            event.preventDefault();
            this.focus();
        } else if (event.key === 'Enter' && (event.target === this.host || rowOf(event.target) !== null)) {
            this.open(this.focused);
        } else {
            this.goFar(event);
        }
    }

    /** With Ctrl, Home and End are the browser's, whose slow scrolling the grid would break off. */
    private goFar(event: KeyboardEvent): void {
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

/** The number of the row that an element belongs to; null if it belongs to none. */
function rowOf(target: EventTarget | null): number | null {
    const number = target instanceof Element ? target.closest('.ag-row')?.getAttribute('row-index') : null;
    return typeof number === 'string' ? Number(number) : null;
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
