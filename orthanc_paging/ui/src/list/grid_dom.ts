/**
 * The parts of AG Grid's own elements that the page reads. No other module names their classes.
 *
 * The API of the grid does not serve here. It scrolls to whole rows only, and so cannot keep a row in its place on the
 * screen when others come above it. It reports a click after rows have changed, and not which row was pressed before.
 * Each function raises an error if an element is missing: then a new version of the grid has other elements.
 */

/** Return the element that scrolls. */
export function viewportOf(host: HTMLElement): HTMLElement {
    const viewport = host.querySelector<HTMLElement>('.ag-grid-viewport');
    if (!viewport) {
        throw new Error('AG Grid has no .ag-grid-viewport');
    }
    return viewport;
}

/** Return the elements of the rows that are drawn, in no order. */
export function rowElements(host: HTMLElement): readonly Element[] {
    return [...host.querySelectorAll('.ag-row')];
}

/** Return the number of the row that an element belongs to; null if it belongs to none. */
export function rowNumber(target: EventTarget | null): number | null {
    const row = target instanceof Element ? target.closest('.ag-row') : null;
    if (!row) {
        return null;
    }
    const number = row.getAttribute('row-index');
    if (number === null) {
        throw new Error('a row of AG Grid has no row-index');
    }
    return Number(number);
}

/** Return the number of the row that has the focus from the keyboard; null if none has it. */
export function focusedRowNumber(host: HTMLElement): number | null {
    return rowNumber(host.querySelector('.ag-row :focus-visible'));
}
