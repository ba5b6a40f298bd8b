/** Where to go after signing in: a path of this page and nothing else, whatever the address bar says. */
export function safeReturnTo(wanted: unknown): string {
  if (typeof wanted !== 'string' || !/^\/(?![/\\])/.test(wanted)) return '/';
  const url = new URL(wanted, 'http://page.invalid');
  if (url.host !== 'page.invalid' || /^\/(sign-in|sign-up|setup|pending|second-factor)\b/.test(url.pathname))
    return '/';
  return url.pathname + url.search + url.hash;
}
