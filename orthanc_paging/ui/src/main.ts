/** The wiring: list, finder, details and notices, and what they tell each other. */

import * as place from './address';
import { NotReady, page, progress, Refused, type Study, table } from './api';
import { COLUMNS, type Column } from './columns';
import { Details } from './details/details';
import { ColumnsDialog, keysDialog } from './dialogs';
import { debounced, element, throttled } from './dom';
import { FilterLine } from './filters';
import { Finder } from './finder';
import { count } from './format';
import type { Range } from './list/blocks';
import { BLOCK, List } from './list/list';
import { Live } from './live';
import { Notice } from './notice';
import { hasFilter, isSame, mistyped, parametersOf, type Query, typedOn, withTyped } from './query';
import { understood } from './typing/typed';
import { filled, language, plural, words } from './words';

/** Milliseconds after a letter until the server is asked. */
const TYPING = 150;

/** Milliseconds after the last movement until the address tells the new place. */
const RESTED = 300;

/** Milliseconds from one telling of the position to the next: each makes the browser lay the page out. */
const MOVING = 100;

/** Milliseconds after which the chips are counted again where what is seen has not changed. */
const UNSEEN = 10_000;

/** What was asked for before anybody wanted it. */
interface Ahead {
    readonly parameters: string;
    readonly page: ReturnType<typeof page>;
}

class StudiesPage {
    private columns = COLUMNS;
    /** What is chosen and typed now, which the list shows once typing rests and all of it is understood. */
    private query: Query;
    /** What the address tells. */
    private kept: Query;
    private newAbove = 0;
    private isWaiting = false;
    private ahead: Ahead | null = null;
    /** The part of the query in which something was typed last, since the address has told a new place. */
    private typing: string | null = null;

    private readonly notice = new Notice();
    private readonly finder: Finder;
    private readonly filters: FilterLine;
    private readonly list: List;
    private readonly details = new Details({
        closed: () => this.openStudy(null),
        filters: () => (hasFilter(this.list.query) ? parametersOf(this.list.query, this.columns.slice(0, 1)) : null),
        total: () => this.list.total,
    });
    private readonly keys = keysDialog();
    private readonly columnsDialog: ColumnsDialog;
    private readonly position = element('p', { className: 'position' });
    /** How many studies match, for screen readers: told when that changes, and not while the list is scrolled. */
    private readonly told = element('p', { className: 'unseen', attributes: { role: 'status' } });
    private readonly news = element('button', { type: 'button', className: 'news', hidden: true });
    private readonly tellSoon = throttled(MOVING, () => this.tellPosition());
    private readonly askSoon = debounced(TYPING, () => this.askNow());
    private readonly rested = debounced(RESTED, () => this.keepPlace(false));
    /** Tells that the server takes its time, where it does. */
    private readonly awaited = debounced(RESTED, () => this.tellPosition());

    constructor() {
        const { query, at, open } = place.read();
        this.query = query;
        this.kept = query;
        this.ahead = this.askAhead();
        this.finder = new Finder(
            (changed) => this.ask(changed),
            (typed) => this.type(typed),
        );
        this.filters = new FilterLine(
            (changed) => this.ask(changed),
            () => this.finder.focus(),
        );
        const host = element('div', { className: 'list' });
        const studies = element('div', { className: 'studies' }, host, this.notice.host);
        const main = element('main', {}, studies, this.details.host);
        const line = element('div', { className: 'line' }, this.position, this.filters.host);
        document.body.append(
            element('div', { className: 'page' }, this.bar(), this.finder.host, line, main),
            this.keys,
        );
        this.list = new List(host, query, {
            fetch: (asked, offset, limit, signal) => this.fetch(asked, offset, limit, signal),
            valueAt: (asked, column, row) => this.valueAt(asked, column, row),
            asked: (asked) => this.noteAsked(asked),
            typed: (keyword, text) => this.type(withTyped(this.query, keyword, text)),
            arrived: (total) => this.arrived(total),
            failed: (error) => this.failed(error),
            moved: () => this.moved(),
            opened: (study) => this.openStudy(study.ID, study),
        });
        this.show(query);
        this.list.showStale(mistyped(query).length > 0);
        new ResizeObserver(() => this.tellSoon()).observe(host);
        this.columnsDialog = new ColumnsDialog(this.list);
        this.news.addEventListener('click', () => this.goToTop());
        document.body.append(this.columnsDialog.host);
        document.addEventListener('keydown', (event) => this.onKey(event));
        window.addEventListener('popstate', () => this.goBack());
        window.setTimeout(() => this.finder.count(query)); // the list's own request goes first
        new Live(() => this.look());
        new Live(() => this.details.look());
        if (at !== '') {
            void this.goToStudy(at);
        }
        if (open !== '') {
            this.openStudy(open);
        }
    }

    private bar(): HTMLElement {
        const columns = button(words.chooseColumns, () => this.columnsDialog.open());
        const download = button(words.exportTable, () => void this.exportTable(download));
        const help = button('?', () => this.keys.showModal());
        help.setAttribute('aria-label', words.help);
        help.classList.add('help');
        const title = element('h1', { textContent: words.title });
        return element('header', { className: 'bar' }, title, this.told, this.news, columns, download, help);
    }

    /** Ask for the first rows while the list is still being made. */
    private askAhead(): Ahead {
        const parameters = this.parametersOf(this.query, 0, BLOCK);
        const asked = page(parameters);
        asked.catch(() => undefined); // who asks for it hears of that
        return { parameters: parameters.toString(), page: asked };
    }

    private parametersOf(query: Query, offset: number, limit: number): URLSearchParams {
        const parameters = parametersOf(query, this.columns);
        parameters.set('offset', String(offset));
        parameters.set('limit', String(limit));
        return parameters;
    }

    private async fetch(query: Query, offset: number, limit: number, signal?: AbortSignal): ReturnType<typeof page> {
        const parameters = this.parametersOf(query, offset, limit);
        const ahead = this.ahead;
        this.ahead = null;
        try {
            return await (ahead?.parameters === parameters.toString() ? ahead.page : page(parameters, signal));
        } catch (error) {
            if (
                !(error instanceof Refused && error.parameter === 'fields' && this.columns.some((one) => one.computed))
            ) {
                throw error;
            }
            // The administrator has the computed ones switched off.
            this.columns = COLUMNS.filter((column) => !column.computed);
            this.list.offer(this.columns);
            return this.fetch(query, offset, limit, signal);
        }
    }

    /** One value of the study in a row, as the server gives it. */
    private async valueAt(query: Query, column: Column, row: number): Promise<string> {
        const parameters = parametersOf(query, [column]);
        parameters.set('offset', String(row));
        parameters.set('limit', '1');
        const [study] = (await page(parameters)).studies;
        return study?.[column.keyword] ?? '';
    }

    /** Something is typed: ask for it once typing rests. */
    private type(query: Query): void {
        this.show(query);
        this.askSoon();
    }

    /** Ask for something else at once, what is typed included. */
    private ask(query: Query): void {
        this.show(query);
        this.askNow();
    }

    /** Show what is chosen and typed, wherever that is to be seen. */
    private show(query: Query): void {
        this.query = query;
        this.finder.show(query);
        this.filters.show(query);
        this.list.showTyped(query);
    }

    /** Have the list show what is chosen and typed; or what it did, as long as a part of that is not understood. */
    private askNow(): void {
        const isStale = mistyped(this.query).length > 0;
        this.list.showStale(isStale);
        if (!isStale && !isSame(this.query, this.list.query)) {
            this.remember(this.query);
            this.begin(this.query);
        } else if (this.list.total !== null) {
            this.sayResult(this.list.total);
        }
    }

    /** Have the list show other studies, from the first one on. */
    private begin(query: Query): void {
        this.setNews(0);
        this.list.show(query);
        this.finder.count(query);
        this.awaited();
    }

    /** The list was sorted anew by its headers. */
    private noteAsked(query: Query): void {
        this.remember(query);
        this.show({ ...this.query, sort: query.sort });
        this.setNews(0);
        this.awaited();
    }

    /** Let the address tell what is asked for now: in a new place, but for letters that are typed one after another. */
    private remember(query: Query): void {
        const typing = typedOn(this.kept, query);
        const isNew = typing === null || typing !== this.typing;
        this.typing = typing;
        this.kept = query;
        place.keep({ query, at: '', open: this.details.shown ?? '' }, isNew);
    }

    private arrived(total: number): void {
        this.sayResult(total);
        this.told.textContent = plural(words.studies, total, count(total));
        this.tellSoon();
        if (!this.list.isAtTop()) {
            this.rested();
        }
    }

    /** Say what there is to say of a list that has so many studies. */
    private sayResult(total: number): void {
        const wrong = COLUMNS.filter((column) => mistyped(this.query).includes(column.keyword));
        this.list.showEmpty(total === 0);
        if (wrong.length > 0) {
            const columns = wrong.map((column) => words.columns[column.keyword]).join(', ');
            const examples = [...new Set(wrong.map((column) => understood(column.kind)))];
            this.notice.say(filled(words.mistyped, { columns }), [...examples, words.staleList].join(' '));
        } else if (total > 0) {
            this.notice.clear();
        } else if (hasFilter(this.list.query)) {
            this.notice.say(words.noMatch, words.noMatchHint);
        } else {
            this.notice.say(words.empty, words.emptyHint);
        }
    }

    private failed(error: unknown): void {
        this.notice.explain(error);
        this.list.showEmpty(!this.list.total);
        this.isWaiting = !(error instanceof Refused);
    }

    private moved(): void {
        this.tellSoon();
        this.rested();
        if (this.list.isAtTop()) {
            this.setNews(0);
        }
    }

    private tellPosition(): void {
        const total = this.list.total;
        const seen = this.list.visible();
        if (total === null) {
            this.position.textContent = words.loading;
            return;
        }
        const all = plural(words.studies, total, count(total));
        const range =
            seen && total > 0 ? { first: count(seen.first + 1), last: count(Math.min(seen.last + 1, total)) } : null;
        this.position.textContent = range ? filled(words.position, { ...range, total: all }) : all;
    }

    private keepPlace(isNew: boolean): void {
        if (isNew) {
            this.typing = null;
        }
        const seen = this.list.isAtTop() ? null : this.list.visible();
        const at = seen ? (this.list.idAt(seen.first) ?? '') : '';
        place.keep({ query: this.kept, at, open: this.details.shown ?? '' }, isNew);
    }

    private goBack(): void {
        const { query, at, open } = place.read();
        this.typing = null;
        this.kept = query;
        this.show(query);
        this.list.showStale(mistyped(query).length > 0);
        this.begin(query);
        this.list.showOpen(open);
        this.details.show(open || null, this.list.studyOf(open));
        if (at !== '') {
            void this.goToStudy(at);
        }
    }

    /** Go where a study is, where it still is among those that match. */
    private async goToStudy(id: string): Promise<void> {
        const offset = await this.offsetOf(id);
        if (offset !== null) {
            this.list.goTo(offset);
        }
    }

    private async offsetOf(id: string): Promise<number | null> {
        const parameters = parametersOf(this.list.query, this.columns.slice(0, 1));
        parameters.set('around', id);
        parameters.set('limit', '1');
        return page(parameters).then(
            (found) => found.offset,
            () => null,
        );
    }

    private goToTop(): void {
        this.setNews(0);
        this.list.goTo(0);
        this.list.focus();
    }

    /** Open a study, with what its row has; or close the one that is open, for null, and go back to its row. */
    private openStudy(id: string | null, row: Study | null = null): void {
        const before = this.details.shown ?? '';
        this.list.showOpen(id ?? '');
        this.details.show(id, row);
        this.keepPlace(id !== null);
        if (id === null) {
            this.list.focus(before);
        }
    }

    /** Look whether something changed of what is seen; where nothing did, this costs a 304. */
    private async look(): Promise<void> {
        try {
            if (this.isWaiting) {
                await this.lookForServer();
            } else {
                await this.lookForChanges();
            }
        } catch (error) {
            this.failed(error);
        }
    }

    private async lookForServer(): Promise<void> {
        const listing = await progress();
        if (listing) {
            this.notice.explain(new NotReady(listing));
            return;
        }
        this.isWaiting = false;
        this.notice.clear();
        this.list.refresh();
        this.finder.count(this.list.query);
        this.details.refresh();
    }

    private async lookForChanges(): Promise<void> {
        const seen = this.list.visible() ?? { first: 0, last: 0 };
        const query = this.list.query;
        const now = await this.fetch(query, seen.first, seen.last - seen.first + 1);
        const isSame = now.total === this.list.total && this.list.isShowing(seen.first, now.studies);
        if (query !== this.list.query || this.list.total === null) {
            return;
        }
        if (isSame) {
            void this.finder.countAgain(UNSEEN);
            return;
        }
        const focused = this.list.focusedRow();
        if (this.list.isAtTop() && focused === null) {
            const fresh = now.studies.map((study) => study.ID).filter((id) => this.list.studyOf(id) === null);
            this.list.refresh();
            this.list.mark(fresh);
        } else {
            const isSeen = focused !== null && seen.first <= focused && focused <= seen.last;
            await this.follow(isSeen ? focused : seen.first, seen, now.studies);
        }
        void this.finder.countAgain(0);
    }

    /** Keep the study of a row where it is on the screen; another one that is seen if that study is gone. */
    private async follow(row: number, seen: Range, studies: readonly Study[]): Promise<void> {
        const rows = [row, ...numbers(seen)];
        const stays = rows.find((one) => studies.some((study) => study.ID === this.list.idAt(one))) ?? row;
        const id = this.list.idAt(stays) ?? '';
        const found = studies.findIndex((study) => study.ID === id);
        const now = found >= 0 ? seen.first + found : await this.offsetOf(id);
        const moved = now === null ? 0 : now - stays;
        this.list.refresh(moved);
        this.setNews(Math.max(0, this.newAbove + moved));
    }

    private setNews(number: number): void {
        this.newAbove = number;
        this.news.hidden = number === 0;
        this.news.textContent = `↑ ${plural(words.newStudies, number, count(number))}`;
    }

    private async exportTable(pressed: HTMLButtonElement): Promise<void> {
        pressed.disabled = true;
        pressed.textContent = words.exporting;
        try {
            const file = URL.createObjectURL(await table(parametersOf(this.list.query, this.list.shownColumns())));
            element('a', { href: file, download: 'studies.csv' }).click();
            URL.revokeObjectURL(file);
        } catch (error) {
            this.notice.explain(error);
        } finally {
            pressed.disabled = false;
            pressed.textContent = words.exportTable;
        }
    }

    private onKey(event: KeyboardEvent): void {
        if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) {
            return;
        }
        if (event.key === 'Escape') {
            if (!this.finder.clearSearch() && this.details.shown !== null) {
                void this.openStudy(null);
            }
        } else if (!(event.target instanceof HTMLInputElement)) {
            if (event.key === '/') {
                event.preventDefault();
                this.finder.focus();
            } else if (event.key === '?') {
                this.keys.showModal();
            }
        }
    }
}

function numbers({ first, last }: Range): readonly number[] {
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function button(text: string, act: () => void): HTMLButtonElement {
    const made = element('button', { type: 'button', textContent: text });
    made.addEventListener('click', act);
    return made;
}

document.title = words.title;
document.documentElement.lang = language;
new StudiesPage();
