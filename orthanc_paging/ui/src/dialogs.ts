/** What opens over the page: the keys, and which columns there are. */

import { element } from './dom';
import type { List } from './list/list';
import { filled, words } from './words';

/** The keys that the page knows. */
export function keysDialog(): HTMLDialogElement {
    const rows = words.keys.map(([keys, what]) =>
        element('tr', {}, element('th', { scope: 'row', textContent: keys }), element('td', { textContent: what })),
    );
    return dialog(words.help, element('table', { className: 'keys' }, element('tbody', {}, ...rows)));
}

/** Which columns are shown, and where each stands. */
export class ColumnsDialog {
    readonly host: HTMLDialogElement;
    private readonly rows = element('ul', { className: 'columns' });

    constructor(private readonly list: List) {
        const reset = element('button', { type: 'button', textContent: words.resetColumns });
        reset.addEventListener('click', () => {
            this.list.resetColumns();
            this.fill();
        });
        this.host = dialog(words.chooseColumns, this.rows, reset);
    }

    open(): void {
        this.fill();
        this.host.showModal();
    }

    private fill(): void {
        const all = this.list.allColumns();
        const rows = all.map(({ column, isShown }) => {
            const title = words.columns[column.keyword];
            const box = element('input', { type: 'checkbox', checked: isShown });
            box.addEventListener('change', () => this.list.setShown(column.keyword, box.checked));
            const moves = ([-1, 1] as const).map((by) => {
                const label = filled(by < 0 ? words.moveLeft : words.moveRight, { column: title });
                const button = element('button', {
                    type: 'button',
                    textContent: by < 0 ? '↑' : '↓',
                    attributes: { 'aria-label': label },
                });
                button.addEventListener('click', () => {
                    this.list.move(column.keyword, by);
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
