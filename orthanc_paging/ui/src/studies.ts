/** Where the list gets its studies: pages of a query, the place of a study, and which columns the server offers. */

import { type Page, page, Refused } from './api';
import { COLUMNS, type Column } from './columns';
import { parametersOf, type Query } from './query';

/** A request that is made before anybody needs its page. */
interface Early {
    readonly parameters: string;
    readonly page: Promise<Page>;
}

export class StudySource {
    /** The columns that the server offers. */
    columns: readonly Column[] = COLUMNS;
    private early: Early | null = null;

    /** Request the first `limit` studies of a query at once, while the list is still being made. */
    prefetch(query: Query, limit: number): void {
        const parameters = this.parametersOf(query, 0, limit);
        const early = { parameters: parameters.toString(), page: page(parameters) };
        early.page.catch(() => undefined); // the caller of `fetch` gets the error
        this.early = early;
    }

    /**
     * Fetch `limit` studies of a query from `offset` on.
     *
     * If the administrator has switched the computed columns off, they are left out from now on. Raises the errors of
     * `api.ts`.
     */
    async fetch(query: Query, offset: number, limit: number, signal?: AbortSignal): Promise<Page> {
        const parameters = this.parametersOf(query, offset, limit);
        const { early } = this;
        this.early = null;
        try {
            return await (early?.parameters === parameters.toString() ? early.page : page(parameters, signal));
        } catch (error) {
            const hasComputed = this.columns.some((column) => column.computed);
            if (!(error instanceof Refused && error.parameter === 'fields' && hasComputed)) {
                throw error;
            }
            this.columns = COLUMNS.filter((column) => !column.computed);
            return this.fetch(query, offset, limit, signal);
        }
    }

    /** Fetch one value of the study in a row, as the server sends it; '' if it is missing. */
    async valueAt(query: Query, column: Column, row: number): Promise<string> {
        const parameters = parametersOf(query, [column]);
        parameters.set('offset', String(row));
        parameters.set('limit', '1');
        const [study] = (await page(parameters)).studies;
        return study?.[column.keyword] ?? '';
    }

    /** Fetch the row of a study in the list of a query; null if it is not in the list, or the request fails. */
    async rowOf(query: Query, id: string): Promise<number | null> {
        const parameters = parametersOf(query, this.columns.slice(0, 1));
        parameters.set('around', id);
        parameters.set('limit', '1');
        return page(parameters).then(
            (found) => found.offset,
            () => null,
        );
    }

    private parametersOf(query: Query, offset: number, limit: number): URLSearchParams {
        const parameters = parametersOf(query, this.columns);
        parameters.set('offset', String(offset));
        parameters.set('limit', String(limit));
        return parameters;
    }
}
