/** The keys of the whole page: search, show the keys, close. */

import type { Finder } from './finder';

/** Listen to the keys. `close` closes what is open beside the list. */
export function listenToKeys(finder: Finder, keys: HTMLDialogElement, close: () => void): void {
    document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) {
            return;
        }
        if (event.key === 'Escape') {
            if (!finder.clearSearch()) {
                close();
            }
        } else if (event.target instanceof HTMLInputElement) {
            return;
        } else if (event.key === '/') {
            event.preventDefault();
            finder.focus();
        } else if (event.key === '?') {
            keys.showModal();
        }
    });
}
