/** Where the page was built to find the server: empty for the origin that it came from itself (`VITE_API_URL`). */
const address = ((import.meta.env['VITE_API_URL'] as string | undefined) ?? '').replace(/\/+$/, '');

/** Whether the page comes from another place than the server: then it says who one is by a token, not by a cookie. */
export const standsElsewhere = address !== '';

/** A path of the server (`/api/…`) as an address. */
export const serverUrl = (path: string): string => address + path;

/** A path of the page, wherever it stands. */
export const pageUrl = (path: string): string => import.meta.env.BASE_URL.replace(/\/$/, '') + path;
