/** The viewers that open a study, and the download of its DICOM files. */

import type { words } from '../words';

export type ViewerName = keyof typeof words.viewers;

export interface Viewer {
    readonly name: ViewerName;
    /** The Orthanc plugin that has the viewer; null if Orthanc itself has it. */
    readonly plugin: string | null;
    /** Return the address of a study, relative to Orthanc's own. `id` and `uid` are encoded for an address. */
    address(id: string, uid: string, ohifDataSource: string): string;
}

export const VIEWERS: readonly Viewer[] = [
    { name: 'stone', plugin: 'stone-webviewer', address: (_, uid) => `stone-webviewer/index.html?study=${uid}` },
    {
        name: 'ohif',
        plugin: 'ohif',
        address: (id, uid, dataSource) =>
            dataSource === 'dicom-web'
                ? `ohif/viewer?StudyInstanceUIDs=${uid}`
                : `ohif/viewer?url=../studies/${id}/ohif-dicom-json`,
    },
    {
        name: 'volview',
        plugin: 'volview',
        address: (id) => `volview/index.html?names=[archive.zip]&urls=[../studies/${id}/archive]`,
    },
    {
        name: 'explorer2',
        plugin: 'orthanc-explorer-2',
        address: (_, uid) => `ui/app/#/filtered-studies?StudyInstanceUID=${uid}&expand=study`,
    },
    { name: 'explorer', plugin: null, address: (id) => `app/explorer.html#study?uuid=${id}` },
    { name: 'archive', plugin: null, address: (id) => `studies/${id}/archive` },
];

/** Return the viewers that work with the plugins that are installed. */
export function viewersWith(plugins: readonly string[]): readonly Viewer[] {
    return VIEWERS.filter(({ plugin }) => plugin === null || plugins.includes(plugin));
}
