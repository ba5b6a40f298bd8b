import type { Client } from './client.ts';

/**
 * Links to things of the server are followed with the session's cookie. Where the server takes none, the click on one
 * (`<a download href="/api/…">`) is answered here: fetched with the access token and handed to the browser as a file.
 */
export function followDownloads(client: Pick<Client, 'byToken' | 'open'>, onFailure: (error: unknown) => void): void {
  async function save(href: string, name: string): Promise<void> {
    const response = await client.open('GET', href);
    const named = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = url;
    link.download = name || named || 'download';
    link.click();
    // The browser has taken hold of it by then.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[download]') : null;
    const href = link?.getAttribute('href');
    if (!link || !href?.startsWith('/api/') || !client.byToken() || event.defaultPrevented) return;
    event.preventDefault();
    save(href, link.download).catch(onFailure);
  });
}
