/**
 * The language of the page as this reader's browser writes it: `en` becomes `en-GB` where the browser says so, since the
 * day comes before the month there.
 */
export const localeOf = (language: string, spoken: readonly string[] = navigator.languages): string =>
  spoken.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;

/** Each is made once: a browser reads the tables of the language anew for every one. */
const numberFormats = new Map<string, Intl.NumberFormat>();
function numbers(language: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const locale = localeOf(language);
  const key = locale + JSON.stringify(options);
  const format = numberFormats.get(key) ?? new Intl.NumberFormat(locale, options);
  numberFormats.set(key, format);
  return format;
}

/** Figures and times in the language of the page, the region and the zone of the reader. */
export function formatBytes(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return numbers(language, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(bytes / 1000 ** step);
}

export function formatSeconds(milliseconds: number, language: string): string {
  const seconds = milliseconds / 1000;
  return numbers(language, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'narrow',
    maximumFractionDigits: seconds < 10 ? 1 : 0,
  }).format(seconds);
}

export const formatNumber = (value: number, language: string): string => numbers(language).format(value);

/** Millionths of whatever money the prices are said in; small amounts keep two digits that say something. */
export const formatCost = (millionths: number, language: string): string =>
  numbers(
    language,
    millionths < 1e6 ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 },
  ).format(millionths / 1e6);

export const formatDate = (iso: string, language: string): string =>
  new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
