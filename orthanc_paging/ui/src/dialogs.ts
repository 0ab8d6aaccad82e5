/** The dialogs: the keys of the page, and the choice of columns. */

import { aboutLines } from './about';
import { element } from './dom';
import type { ListColumns } from './list/list_columns';
import { filled, words } from './words';

/** Return the dialog that lists the keys. */
export function keysDialog(): HTMLDialogElement {
    const rows = words.keys.map(([keys, what]) =>
        element('tr', {}, element('th', { scope: 'row', textContent: keys }), element('td', { textContent: what })),
    );
    return dialog(words.help, element('table', { className: 'keys' }, element('tbody', {}, ...rows)), aboutLines());
}

/** The dialog to show, hide and move columns. */
export class ColumnsDialog {
    readonly host: HTMLDialogElement;
    private readonly rows = element('ul', { className: 'columns' });

    constructor(private readonly columns: ListColumns) {
        const reset = element('button', { type: 'button', textContent: words.resetColumns });
        reset.addEventListener('click', () => {
            this.columns.reset();
            this.fill();
        });
        this.host = dialog(words.chooseColumns, this.rows, reset);
    }

    open(): void {
        this.fill();
        this.host.showModal();
    }

    private fill(): void {
        const all = this.columns.all();
        const rows = all.map(({ column, isShown }) => {
            const title = words.columns[column.keyword];
            const box = element('input', { type: 'checkbox', checked: isShown });
            box.addEventListener('change', () => {
                if (box.checked) {
                    this.columns.show(column.keyword);
                } else {
                    this.columns.hide(column.keyword);
                }
            });
            const moves = ([-1, 1] as const).map((by) => {
                const label = filled(by < 0 ? words.moveLeft : words.moveRight, { column: title });
                const button = element('button', {
                    type: 'button',
                    textContent: by < 0 ? '↑' : '↓',
                    attributes: { 'aria-label': label },
                });
                button.addEventListener('click', () => {
                    this.columns.move(column.keyword, by);
                    this.fill();
                    this.rows.querySelector<HTMLButtonElement>(`[aria-label="${CSS.escape(label)}"]`)?.focus();
                });
                return button;
            });
            return element('li', {}, element('label', {}, box, title), ...moves);
        });
        this.rows.replaceChildren(...rows);
    }
}

function dialog(title: string, ...content: readonly Node[]): HTMLDialogElement {
    const close = element('button', {
        type: 'button',
        className: 'close',
        textContent: '×',
        attributes: { 'aria-label': words.close },
    });
    const heading = element('h2', { textContent: title });
    const made = element(
        'dialog',
        { attributes: { 'aria-label': title } },
        element('header', {}, heading, close),
        ...content,
    );
    close.addEventListener('click', () => made.close());
    made.addEventListener('click', (event) => {
        if (event.target === made) {
            made.close();
        }
    });
    return made;
}
