/** Where to go after signing in: a path of this page and nothing else, whatever was asked for. */
export function safeReturnTo(wanted: unknown): string {
  if (typeof wanted !== 'string' || !/^\/(?![/\\])/.test(wanted)) return '/';
  const base = 'http://page.invalid';
  if (!URL.canParse(wanted, base)) return '/';
  const url = new URL(wanted, base);
  if (url.host !== 'page.invalid' || /^\/(sign-in|sign-up|setup|pending|second-factor)\b/.test(url.pathname))
    return '/';
  // Parsing can bring two slashes to the front, as of `/.//evil`.
  const path = url.pathname + url.search + url.hash;
  return path.startsWith('//') ? '/' : path;
}
