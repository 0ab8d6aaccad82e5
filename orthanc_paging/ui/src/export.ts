/** The export of the list as a CSV file. */

import { table } from './api';
import { button, element } from './dom';
import type { List } from './list/list';
import type { Notice } from './notice';
import { parametersOf } from './query';
import { words } from './words';

/** Return a button that saves all studies of the list, with the columns that it shows, as `studies.csv`. */
export function exportButton(list: List, notice: Notice): HTMLButtonElement {
    const made = button(words.exportTable, async () => {
        made.disabled = true;
        made.textContent = words.exporting;
        try {
            save(await table(parametersOf(list.query, list.columns.shown())), 'studies.csv');
        } catch (error) {
            notice.explain(error);
        } finally {
            made.disabled = false;
            made.textContent = words.exportTable;
        }
    });
    return made;
}

function save(content: Blob, name: string): void {
    const file = URL.createObjectURL(content);
    element('a', { href: file, download: name }).click();
    URL.revokeObjectURL(file);
}
