/**
 * Gives the page's address the slash at its end that it may lack, so that relative addresses mean the same everywhere.
 * To be called before anything is fetched: Orthanc tells `/paging/ui` and `/paging/ui/` as one, and so cannot redirect.
 */
export function endAddressWithSlash(): void {
  const { pathname, search, hash } = window.location;
  if (!pathname.endsWith('/')) window.history.replaceState(window.history.state, '', `${pathname}/${search}${hash}`);
}
