/** Keeps the list in step with the server: new studies, changed and deleted ones, and a server that comes back. */

import { NotReady, progress, Refused, type Study } from './api';
import type { Details } from './details/details';
import { element } from './dom';
import type { Finder } from './finder';
import { count } from './format';
import type { Range } from './list/blocks';
import type { List } from './list/list';
import type { Notice } from './notice';
import type { StudySource } from './studies';
import { plural, words } from './words';

/** Milliseconds after which the chips are counted again although no row that is seen has changed. */
const UNSEEN = 10_000;

export class Updates {
    /** The button that leads to the new studies above; it is hidden if there are none. */
    readonly host = element('button', { type: 'button', className: 'news', hidden: true });
    private newAbove = 0;
    private isServerAway = false;

    constructor(
        private readonly list: List,
        private readonly source: StudySource,
        private readonly finder: Finder,
        private readonly details: Details,
        private readonly notice: Notice,
    ) {
        this.host.addEventListener('click', () => this.goToTop());
    }

    /** Look for a change of what is seen. If nothing has changed, this costs one response 304. Raises nothing. */
    async look(): Promise<void> {
        try {
            await (this.isServerAway ? this.lookForServer() : this.lookForChanges());
        } catch (error) {
            this.failed(error);
        }
    }

    /** Say why there is no list, and wait for the server unless it refused the request. */
    failed(error: unknown): void {
        this.notice.explain(error);
        this.list.showEmpty(!this.list.total);
        this.isServerAway = !(error instanceof Refused);
    }

    /** Forget the new studies above: the list begins anew, or its first row is seen. */
    forget(): void {
        this.setNewAbove(0);
    }

    private async lookForServer(): Promise<void> {
        const listing = await progress();
        if (listing) {
            this.notice.explain(new NotReady(listing));
            return;
        }
        this.isServerAway = false;
        this.notice.clear();
        this.list.refresh();
        this.finder.count(this.list.query);
        this.details.refresh();
    }

    private async lookForChanges(): Promise<void> {
        const { list } = this;
        const seen = list.viewport.visible() ?? { first: 0, last: 0 };
        const { query } = list;
        const now = await this.source.fetch(query, seen.first, seen.last - seen.first + 1);
        if (query !== list.query || list.total === null) {
            return;
        }
        if (now.total === list.total && list.rows.areShowing(seen.first, now.studies)) {
            void this.finder.countAgain(UNSEEN);
            return;
        }
        const focused = list.focus.visibleRow();
        if (list.viewport.isAtTop() && focused === null) {
            this.showAtTop(now.studies);
        } else {
            const isSeen = focused !== null && seen.first <= focused && focused <= seen.last;
            await this.keepInPlace(isSeen ? focused : seen.first, seen, now.studies);
        }
        void this.finder.countAgain(0);
    }

    /** Show new studies at the top of the list, and mark them. */
    private showAtTop(studies: readonly Study[]): void {
        const fresh = studies.map((study) => study.ID).filter((id) => this.list.rows.studyOf(id) === null);
        this.list.refresh();
        this.list.marks.markFresh(fresh);
    }

    /** Keep the study of a row in its place on the screen; if it is gone, another study that is seen. */
    private async keepInPlace(row: number, seen: Range, studies: readonly Study[]): Promise<void> {
        const { rows, query } = this.list;
        const kept = [row, ...numbers(seen)].find((one) => studies.some((study) => study.ID === rows.idAt(one))) ?? row;
        const id = rows.idAt(kept) ?? '';
        const found = studies.findIndex((study) => study.ID === id);
        const now = found >= 0 ? seen.first + found : await this.source.rowOf(query, id);
        const moved = now === null ? 0 : now - kept;
        this.list.refresh(moved);
        this.setNewAbove(Math.max(0, this.newAbove + moved));
    }

    private setNewAbove(number: number): void {
        this.newAbove = number;
        this.host.hidden = number === 0;
        this.host.textContent = `↑ ${plural(words.newStudies, number, count(number))}`;
    }

    private goToTop(): void {
        this.forget();
        this.list.goTo(0);
        this.list.focus.moveToStudy('');
    }
}

function numbers({ first, last }: Range): readonly number[] {
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
