/** Where the reader is: the place in the list and the open study. The address follows, and leads back. */

import type { Address } from './address';
import type { Study } from './api';
import type { Details } from './details/details';
import { debounced } from './dom';
import type { List } from './list/list';
import type { Query } from './query';
import type { StudySource } from './studies';

/** Milliseconds from the last movement until the address contains the new place. */
const RESTED = 300;

export class Navigation {
    /** Keep the place in the address when the list rests. */
    readonly keepPlaceSoon = debounced(RESTED, () => this.keepPlace());

    constructor(
        private readonly address: Address,
        private readonly list: List,
        private readonly source: StudySource,
        private readonly details: Details,
    ) {}

    /** Keep another query in the address. */
    keepQuery(query: Query): void {
        this.address.keepQuery(query, this.details.shown ?? '');
    }

    /** Scroll to a study, if it is in the list; '' is none. */
    async goToStudy(id: string): Promise<void> {
        const row = id === '' ? null : await this.source.rowOf(this.list.query, id);
        if (row !== null) {
            this.list.goTo(row);
        }
    }

    /** Open a study. The details show its row until the study itself comes. */
    open(id: string, row: Study | null = null): void {
        this.showOpen(id, row);
        this.address.keepOpened(this.firstSeen(), id);
    }

    /** Close the open study, and move the focus to its row. */
    close(): void {
        const { shown } = this.details;
        if (shown !== null) {
            this.showOpen(null, null);
            this.keepPlace();
            this.list.focus.moveToStudy(shown);
        }
    }

    /** Show a study as open, or none (null), without a new place in the address. */
    showOpen(id: string | null, row: Study | null): void {
        this.list.marks.markOpen(id ?? '');
        this.details.show(id, row);
    }

    private keepPlace(): void {
        this.address.keepPlace(this.firstSeen(), this.details.shown ?? '');
    }

    /** Return the ID of the first study that is seen; '' at the top of the list. */
    private firstSeen(): string {
        const seen = this.list.viewport.isAtTop() ? null : this.list.viewport.visible();
        return seen ? (this.list.rows.idAt(seen.first) ?? '') : '';
    }
}
