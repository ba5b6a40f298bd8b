/** Where a link in a message may lead; anything else (`javascript:`, `data:`, `file:`) is shown as text. */
export function safeHref(href: string | undefined): string | null {
  if (!href) return null;
  if (href.startsWith('#')) return href;
  try {
    const url = new URL(href);
    return ['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol) ? href : null;
  } catch {
    return null;
  }
}
