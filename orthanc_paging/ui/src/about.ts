/** The licence of the page and its source code, which the AGPL (section 13) requires a page to offer. */

import { element, stated } from './dom';
import { words } from './words';

/** The licence, by its SPDX identifier. */
const LICENCE = 'AGPL-3.0-or-later';

/** The archive of the source, and the licences of the packages in the page. The build puts them beside the page. */
const SOURCE = 'source.tgz';
const LICENCES = 'licences.txt';

/** Return the name, version and licence of the plugin. */
export function versionText(version: string): string {
    return `orthanc-paging ${version}, ${LICENCE}`;
}

/** Return the link to the source, for the line above the list. */
export function sourceLink(): HTMLAnchorElement {
    const link = element('a', { className: 'source', href: SOURCE, textContent: words.sourceCode });
    const version = versionText(stated('version'));
    link.title = version;
    link.setAttribute('aria-label', `${words.sourceCode} (${version})`);
    return link;
}

/** Return the lines about version, licence and source, for the dialog of the keys. */
export function aboutLines(): HTMLElement {
    return element(
        'p',
        { className: 'about' },
        element('span', { textContent: versionText(stated('version')) }),
        element('a', { href: SOURCE, textContent: words.sourceCode }),
        element('a', { href: LICENCES, textContent: words.licences, target: '_blank', rel: 'noopener' }),
    );
}
