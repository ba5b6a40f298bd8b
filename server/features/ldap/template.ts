/** Every sign of ASCII but the plainest as `\xx` (RFC 4515, 3): nothing that somebody types can mean anything in a filter. */
export const escaped = (text: string): string =>
  text.replaceAll(
    // eslint-disable-next-line no-control-regex -- these above all
    /[\u0000-\u007f]/g,
    (sign) => (/[A-Za-z0-9@._-]/.test(sign) ? sign : `\\${sign.charCodeAt(0).toString(16).padStart(2, '0')}`),
  );

/** A filter with `{{name}}` replaced by these texts, escaped. Each place is filled once: what is put in is not looked at again. */
export const filled = (template: string, texts: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) =>
    texts[name] === undefined ? whole : escaped(texts[name]),
  );
