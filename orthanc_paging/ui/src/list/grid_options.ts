/** How AG Grid is set up: its modules, its colours, and the options that never change. */

import {
    CellStyleModule,
    ColumnApiModule,
    CustomFilterModule,
    EventApiModule,
    type GridOptions,
    InfiniteRowModelModule,
    LocaleModule,
    ModuleRegistry,
    RowApiModule,
    RowStyleModule,
    ScrollApiModule,
    themeQuartz,
} from 'ag-grid-community';
import type { Study } from '../api';
import { element, stated } from '../dom';
import { words } from '../words';
import { NoFilter } from './boxes';

ModuleRegistry.registerModules([
    InfiniteRowModelModule,
    LocaleModule,
    CellStyleModule,
    ColumnApiModule,
    EventApiModule,
    RowApiModule,
    RowStyleModule,
    ScrollApiModule,
    CustomFilterModule,
]);

/** Studies in one request. */
export const BLOCK = 100;

/** Blocks that the grid keeps. It requests all of them again after a change, in each open page: so they are few. */
const BLOCKS_KEPT = 10;

/** Pixels. */
export const ROW_HEIGHT = 30;

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

/** Return the options that do not depend on the list. */
export function fixedOptions(): GridOptions<Study> {
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
        // A row whose study has not come yet is one cell instead of one for each column: that is faster to drag past.
        isFullWidthRow: (row) => row.rowNode.data === undefined,
        fullWidthCellRenderer: () => element('span'),
        ensureDomOrder: true,
        suppressDragLeaveHidesColumns: true,
        suppressNoRowsOverlay: true,
        getRowId: (row) => row.data.ID,
        // The arrow keys move through the cells, and Tab leaves the list: it may have a million rows.
        tabToNextCell: () => false,
        defaultColDef: {
            sortable: true,
            resizable: true,
            floatingFilter: true,
            suppressFloatingFilterButton: true,
            suppressHeaderFilterButton: true,
            suppressHeaderMenuButton: true,
            filter: NoFilter,
        },
    };
}
