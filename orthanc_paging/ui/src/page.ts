/** The page: its parts, and what happens between them. */

import { sourceLink } from './about';
import { Address } from './address';
import type { Study } from './api';
import type { Keyword } from './columns';
import { Details } from './details/details';
import { ColumnsDialog, keysDialog } from './dialogs';
import { button, debounced, element } from './dom';
import { exportButton } from './export';
import { FilterLine } from './filters';
import { Finder } from './finder';
import { BLOCK } from './list/grid_options';
import { List, type ListListener } from './list/list';
import { Live } from './live';
import { Navigation } from './navigation';
import { Notice } from './notice';
import { Position } from './position';
import { hasFilter, isSame, mistyped, parametersOf, type Query, withTyped } from './query';
import { listenToKeys } from './shortcuts';
import { StudySource } from './studies';
import { Updates } from './updates';
import { words } from './words';

/** Milliseconds from the last letter to the request. */
const TYPING = 150;

export class StudiesPage implements ListListener {
    /** What is chosen and typed now. The list shows it when typing rests, if all of it is understood. */
    private query: Query;

    private readonly address = new Address();
    private readonly source = new StudySource();
    private readonly notice = new Notice();
    private readonly position = new Position();
    private readonly finder: Finder;
    private readonly filters: FilterLine;
    private readonly list: List;
    private readonly details: Details;
    private readonly navigation: Navigation;
    private readonly updates: Updates;
    private readonly keys = keysDialog();
    private readonly columnsDialog: ColumnsDialog;
    private readonly requestSoon = debounced(TYPING, () => this.requestNow());

    constructor() {
        const { query, at, open } = this.address.read();
        this.query = query;
        this.source.prefetch(query, BLOCK);
        this.finder = new Finder(
            (changed) => this.request(changed),
            (typed) => this.type(typed),
        );
        this.filters = new FilterLine(
            (changed) => this.request(changed),
            () => this.finder.focus(),
        );
        this.details = new Details({
            closed: () => this.navigation.close(),
            filters: () => this.filtersOfList(),
            total: () => this.list.total,
        });
        const host = element('div', { className: 'list' });
        const bar = element('header', { className: 'bar' });
        const line = element('div', { className: 'line' }, this.position.host, this.filters.host, sourceLink());
        const studies = element('div', { className: 'studies' }, host, this.notice.host);
        const main = element('main', {}, studies, this.details.host);
        document.body.append(element('div', { className: 'page' }, bar, this.finder.host, line, main));
        this.list = new List(host, query, this.source, this);
        this.navigation = new Navigation(this.address, this.list, this.source, this.details);
        this.updates = new Updates(this.list, this.source, this.finder, this.details, this.notice);
        this.columnsDialog = new ColumnsDialog(this.list.columns);
        bar.append(...this.partsOfBar());
        document.body.append(this.keys, this.columnsDialog.host);
        this.position.follow(this.list);
        this.show(query);
        this.list.showStale(mistyped(query).length > 0);
        this.listen(host);
        window.setTimeout(() => this.finder.count(query)); // the list's own request goes first
        new Live(() => this.updates.look());
        new Live(() => this.details.look());
        listenToKeys(this.finder, this.keys, () => this.navigation.close());
        void this.navigation.goToStudy(at);
        if (open !== '') {
            this.navigation.open(open);
        }
    }

    // What the list reports

    ordered(query: Query): void {
        this.navigation.keepQuery(query);
        this.show({ ...this.query, sort: query.sort });
        this.updates.forget();
        this.position.expectPage();
    }

    typed(keyword: Keyword, text: string): void {
        this.type(withTyped(this.query, keyword, text));
    }

    arrived(total: number): void {
        this.sayResult(total);
        this.position.announce(total);
        this.position.update();
        if (!this.list.viewport.isAtTop()) {
            this.navigation.keepPlaceSoon();
        }
    }

    failed(error: unknown): void {
        this.updates.failed(error);
    }

    opened(study: Study): void {
        this.navigation.open(study.ID, study);
    }

    // The query

    /** Show what is typed, and request it when typing rests. */
    private type(query: Query): void {
        this.show(query);
        this.requestSoon();
    }

    /** Show and request a query at once. */
    private request(query: Query): void {
        this.show(query);
        this.requestNow();
    }

    /** Show a query in the search box, the chips, the filters and the boxes under the headers. */
    private show(query: Query): void {
        this.query = query;
        this.finder.show(query);
        this.filters.show(query);
        this.list.showTyped(query);
    }

    /** Have the list show the query. If a part of it is not understood, the list keeps what it shows. */
    private requestNow(): void {
        const isStale = mistyped(this.query).length > 0;
        this.list.showStale(isStale);
        if (!isStale && !isSame(this.query, this.list.query)) {
            this.navigation.keepQuery(this.query);
            this.begin(this.query);
        } else if (this.list.total !== null) {
            this.sayResult(this.list.total);
        }
    }

    /** Have the list show another query, from the first study on. */
    private begin(query: Query): void {
        this.updates.forget();
        this.list.show(query);
        this.finder.count(query);
        this.position.expectPage();
    }

    private sayResult(total: number): void {
        this.list.showEmpty(total === 0);
        this.notice.sayResult(this.query, this.list.query, total);
    }

    /** Return the parameters of the list; null if it has no filter. */
    private filtersOfList(): URLSearchParams | null {
        const { query } = this.list;
        return hasFilter(query) ? parametersOf(query, this.source.columns.slice(0, 1)) : null;
    }

    /** Go to the place in the address, after a step back. */
    private goBack(): void {
        const { query, at, open } = this.address.read();
        this.show(query);
        this.list.showStale(mistyped(query).length > 0);
        this.begin(query);
        this.navigation.showOpen(open || null, this.list.rows.studyOf(open));
        void this.navigation.goToStudy(at);
    }

    // The bar, the keys and the browser

    private partsOfBar(): readonly HTMLElement[] {
        const help = button('?', () => this.keys.showModal());
        help.setAttribute('aria-label', words.help);
        help.classList.add('help');
        return [
            element('h1', { textContent: words.title }),
            this.position.status,
            this.updates.host,
            button(words.chooseColumns, () => this.columnsDialog.open()),
            exportButton(this.list, this.notice),
            help,
        ];
    }

    private listen(host: HTMLElement): void {
        this.list.viewport.element.addEventListener('scroll', () => this.onScroll(), { passive: true });
        new ResizeObserver(() => this.position.update()).observe(host);
        window.addEventListener('popstate', () => this.goBack());
    }

    private onScroll(): void {
        this.position.update();
        this.navigation.keepPlaceSoon();
        if (this.list.viewport.isAtTop()) {
            this.updates.forget();
        }
    }
}
