/** The list of studies: AG Grid, which has only the rows that are seen in the page. */

import { createGrid, type GridApi, type IGetRowsParams } from 'ag-grid-community';
import type { Study } from '../api';
import { COLUMNS, type Keyword } from '../columns';
import { isSame, type Query } from '../query';
import type { StudySource } from '../studies';
import { Blocks } from './blocks';
import { Boxes } from './boxes';
import { BLOCK, fixedOptions } from './grid_options';
import { HeaderOrder, orderOf } from './header_order';
import { definitions, ListColumns } from './list_columns';
import { ListKeys } from './list_keys';
import { Presses } from './presses';
import { Refresh } from './refresh';
import { RowFocus } from './row_focus';
import { RowMarks } from './row_marks';
import { Rows } from './rows';
import { ScrollHint } from './scroll_hint';
import { AHEAD, Scrolling } from './scrolling';
import { SortedValue } from './sorted_value';
import { Viewport } from './viewport';

/** What the list reports. */
export interface ListListener {
    /** A click on a header changed the order. */
    ordered(query: Query): void;
    /** A text under a header changed. */
    typed(keyword: Keyword, text: string): void;
    /** A page came; `total` studies match. */
    arrived(total: number): void;
    /** A page could not be fetched. */
    failed(error: unknown): void;
    /** Somebody opened a study. */
    opened(study: Study): void;
}

export class List {
    /** How many studies match; null until the first page of the query comes. */
    total: number | null = null;

    readonly columns: ListColumns;
    readonly rows: Rows;
    readonly viewport: Viewport;
    readonly focus: RowFocus;
    readonly marks: RowMarks;

    private readonly grid: GridApi<Study>;
    private readonly boxes: Boxes;
    private readonly order: HeaderOrder;
    private readonly blocks: Blocks;
    private readonly hint: ScrollHint;
    private readonly sorted: SortedValue;
    private readonly presses = new Presses();
    private refreshing: Refresh | null = null;

    /** Make the list of a query in an element of the page. Outside the page, the grid would have to measure twice. */
    constructor(
        private readonly host: HTMLElement,
        public query: Query,
        private readonly source: StudySource,
        private readonly listener: ListListener,
    ) {
        this.boxes = new Boxes((keyword, text) => listener.typed(keyword, text));
        this.boxes.show(query);
        const options = fixedOptions();
        this.grid = createGrid(host, {
            ...options,
            defaultColDef: { ...options.defaultColDef, floatingFilterComponent: this.boxes.component() },
            columnDefs: definitions(COLUMNS, query.sort),
        });
        this.rows = new Rows(host, this.grid);
        this.viewport = new Viewport(host, this.grid);
        this.columns = new ListColumns(this.grid);
        this.focus = new RowFocus(host, this.grid, this.rows, this.viewport);
        this.marks = new RowMarks(host, this.rows);
        this.order = new HeaderOrder(this.grid, query.sort);
        this.sorted = new SortedValue(this.rows, source, query);
        this.hint = new ScrollHint(this.sorted);
        host.append(this.hint.host);
        this.blocks = new Blocks(
            () => this.viewport.near(AHEAD),
            (rows, signal) => this.fetch(rows, signal),
        );
        new Scrolling(this.viewport, this.rows, this.blocks, this.hint);
        new ListKeys(host, this.rows, this.focus, (study) => this.open(study));
        this.listenToPointer();
        this.grid.setGridOption('rowClassRules', this.marks.rules());
        this.grid.setGridOption('datasource', { getRows: (rows) => this.getRows(rows) });
    }

    /** Show another query, from the first row on. */
    show(query: Query): void {
        this.begin(query);
        this.order.show(query.sort);
        this.grid.purgeInfiniteCache();
    }

    /** Show in the boxes under the headers what is typed there. */
    showTyped(query: Query): void {
        this.boxes.show(query);
    }

    /** Show whether the rows are those of an earlier query, because the present one is not understood. */
    showStale(isStale: boolean): void {
        this.host.classList.toggle('stale', isStale);
    }

    /** Show whether there are rows. If there are none, the notice has their place. */
    showEmpty(isEmpty: boolean): void {
        this.host.classList.toggle('empty', isEmpty);
    }

    /** Scroll to a row, which becomes the first that is seen. */
    goTo(row: number): void {
        if (row >= this.rows.count()) {
            this.grid.setRowCount(row + BLOCK, false);
        }
        this.grid.ensureIndexVisible(row, 'top');
    }

    /**
     * Fetch again what the grid keeps. Rows stay until their new content comes.
     *
     * If `moved` rows have come above what is seen, the list moves with them when all that is seen has come.
     */
    refresh(moved = 0): void {
        const seen = this.viewport.visible();
        this.refreshing = seen && new Refresh(seen, BLOCK, moved);
        this.grid.refreshInfiniteCache();
    }

    private getRows(rows: IGetRowsParams<Study>): void {
        if (rows.sortModel.length === 0) {
            rows.failCallback();
            this.order.goOn();
            return;
        }
        this.followOrder(rows);
        this.blocks.want(rows);
    }

    /** Follow a click on a header: its order comes with the next request of the grid. */
    private followOrder(rows: IGetRowsParams<Study>): void {
        const query: Query = { ...this.query, sort: orderOf(rows.sortModel) };
        if (!isSame(query, this.query)) {
            this.begin(query);
            this.order.follow(query.sort);
            this.listener.ordered(query);
        }
    }

    /** Begin another query: nothing of the one before is fetched or shown any more. */
    private begin(query: Query): void {
        this.blocks.clear();
        this.hint.hide();
        this.query = query;
        this.sorted.query = query;
        this.refreshing = null;
        this.presses.forget();
        this.total = null;
        this.viewport.moveToTop();
    }

    private async fetch(rows: IGetRowsParams<Study>, signal: AbortSignal): Promise<void> {
        const { startRow, endRow } = rows;
        try {
            const page = await this.source.fetch(this.query, startRow, endRow - startRow, signal);
            if (signal.aborted) {
                return;
            }
            if (this.columns.offered !== this.source.columns) {
                this.columns.offer(this.source.columns, this.query.sort);
            }
            this.change(startRow, () => {
                this.total = page.total;
                rows.successCallback([...page.studies], page.total);
            });
            this.listener.arrived(page.total);
        } catch (error) {
            if (!signal.aborted) {
                this.refreshing = null;
                this.listener.failed(error);
            }
        }
    }

    /** Change a block, at once or together with the others of a refresh. */
    private change(row: number, change: () => void): void {
        const { refreshing } = this;
        if (!refreshing?.expects(row)) {
            this.changeRows([change], 0);
            return;
        }
        refreshing.keep(row, change);
        const changes = refreshing.ready(this.viewport.visible());
        if (changes) {
            this.refreshing = null;
            this.changeRows(changes, refreshing.moved);
        }
    }

    /** Change rows in one go, for the eye, the pointer and the keyboard. */
    private changeRows(changes: readonly (() => void)[], moved: number): void {
        const before = this.rows.onScreen();
        for (const change of changes) {
            change();
        }
        if (moved !== 0) {
            this.viewport.moveBy(moved);
        }
        if (moved !== 0 || before.some((row) => this.rows.idAt(row.number) !== row.study.ID)) {
            this.presses.changed(before);
        }
        this.focus.follow();
        this.marks.draw();
    }

    private listenToPointer(): void {
        const { host, presses, rows } = this;
        host.addEventListener('pointerdown', (event) => presses.press(event, rows.pressed(event)), { capture: true });
        host.addEventListener('click', (event) => this.open(presses.release(event, rows.studyIn(event.target))));
        host.addEventListener('wheel', () => presses.forget(), { passive: true });
    }

    private open(study: Study | null): void {
        if (study) {
            this.focus.study = study;
            this.focus.follow();
            this.listener.opened(study);
        }
    }
}
