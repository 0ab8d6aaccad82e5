/** The keys of the list that act on the study with the focus, or on all rows. The grid has the others. */

import type { Study } from '../api';
import { rowNumber } from './grid_dom';
import type { RowFocus } from './row_focus';
import type { Rows } from './rows';

export class ListKeys {
    /** `open` opens the study that has the focus. */
    constructor(
        private readonly host: HTMLElement,
        private readonly rows: Rows,
        private readonly focus: RowFocus,
        private readonly open: (study: Study | null) => void,
    ) {
        host.addEventListener('keydown', (event) => this.onKey(event), { capture: true });
    }

    private onKey(event: KeyboardEvent): void {
        if (event.target === this.host && event.key.startsWith('Arrow')) {
            event.preventDefault();
            this.focus.moveToStudy('');
        } else if (event.key === 'Enter' && (event.target === this.host || rowNumber(event.target) !== null)) {
            this.open(this.focus.study);
        } else {
            this.goFar(event);
        }
    }

    /** Take Ctrl + Home and Ctrl + End from the browser: the grid would stop its slow scrolling half-way. */
    private goFar(event: KeyboardEvent): void {
        const row = event.key === 'Home' ? 0 : event.key === 'End' ? this.rows.count() - 1 : -1;
        if ((event.ctrlKey || event.metaKey) && row >= 0 && !(event.target instanceof HTMLInputElement)) {
            event.preventDefault();
            event.stopPropagation();
            this.focus.moveTo(row);
        }
    }
}
