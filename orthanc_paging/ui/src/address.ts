/** The address of the page. After its `#` it keeps the query, the first study that is seen, and the open study. */

import { fromLink, type Query, toLink, typedOn } from './query';

export interface Place {
    readonly query: Query;
    /** The ID of the first study that is seen; '' is the beginning of the list. */
    readonly at: string;
    /** The ID of the open study; '' is none. */
    readonly open: string;
}

export class Address {
    /** The query in the address. */
    private query: Query;
    /** The part of the query that somebody types in, and has typed in since the last new place; null is none. */
    private typing: string | null = null;

    constructor() {
        this.query = this.read().query;
    }

    /** Return the place in the address, which may be another one since a step back. */
    read(): Place {
        const link = new URLSearchParams(location.hash.slice(1));
        const query = fromLink(link);
        this.query = query;
        this.typing = null;
        return { query, at: link.get('at') ?? '', open: link.get('open') ?? '' };
    }

    /** Keep another query. It is a new place to step back from, unless it continues what is being typed. */
    keepQuery(query: Query, open: string): void {
        const typing = typedOn(this.query, query);
        const isNew = typing === null || typing !== this.typing;
        this.typing = typing;
        this.query = query;
        write(linkOf({ query, at: '', open }), isNew ? 'push' : 'replace');
    }

    /** Keep that another study is open, as a new place. */
    keepOpened(at: string, open: string): void {
        this.typing = null;
        write(linkOf({ query: this.query, at, open }), 'push');
    }

    /** Keep where the list stands, and which study is open, in the present place. */
    keepPlace(at: string, open: string): void {
        write(linkOf({ query: this.query, at, open }), 'replace');
    }
}

/** Return what the address contains after `#`. */
export function linkOf({ query, at, open }: Place): string {
    const link = toLink(query);
    if (at !== '') {
        link.set('at', at);
    }
    if (open !== '') {
        link.set('open', open);
    }
    return link.toString();
}

function write(link: string, how: 'push' | 'replace'): void {
    if (`#${link}` === (location.hash || '#')) {
        return;
    }
    const address = `${location.pathname}${location.search}#${link}`;
    if (how === 'push') {
        history.pushState(null, '', address);
    } else {
        history.replaceState(null, '', address);
    }
}
