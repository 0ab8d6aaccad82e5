/** Where the page stands, kept in its address after `#`: what is asked for, which study is first, which is open. */

import { fromLink, type Query, toLink } from './query';

export interface Place {
    readonly query: Query;
    /** The ID of the first study that is seen; '' for the beginning. */
    readonly at: string;
    /** The ID of the study that is open; '' for none. */
    readonly open: string;
}

export function read(): Place {
    const link = new URLSearchParams(location.hash.slice(1));
    return { query: fromLink(link), at: link.get('at') ?? '', open: link.get('open') ?? '' };
}

/** Keep a place in the address, as a new one to which `back` leads, or instead of the present one. */
export function keep(place: Place, isNew: boolean): void {
    const link = toLink(place.query);
    if (place.at !== '') {
        link.set('at', place.at);
    }
    if (place.open !== '') {
        link.set('open', place.open);
    }
    const address = `${location.pathname}${location.search}#${link}`;
    if (address === `${location.pathname}${location.search}${location.hash || '#'}`) {
        return;
    }
    if (isNew) {
        history.pushState(null, '', address);
    } else {
        history.replaceState(null, '', address);
    }
}
