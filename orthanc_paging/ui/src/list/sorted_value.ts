/** The value by which the list is sorted first: it says where in the list a row is. */

import { COLUMNS, type Column } from '../columns';
import { shown } from '../format';
import type { Query } from '../query';
import type { StudySource } from '../studies';
import type { Rows } from './rows';

export class SortedValue {
    constructor(
        private readonly rows: Rows,
        private readonly source: StudySource,
        public query: Query,
    ) {}

    /** Return the value of a row, as people read it; null if its study has not come yet. */
    known(row: number): string | null {
        const { keyword, kind } = this.column();
        const study = this.rows.studyAt(row);
        return study && shown(kind, study[keyword] ?? '');
    }

    /** Fetch the value of a row alone. */
    async fetch(row: number): Promise<string> {
        const column = this.column();
        return shown(column.kind, await this.source.valueAt(this.query, column, row));
    }

    private column(): Column {
        const keyword = this.query.sort[0]?.keyword ?? 'StudyDate';
        return COLUMNS.find((column) => column.keyword === keyword) as Column;
    }
}
