const mailLanguages = ['en', 'de'] as const;
/** A language that mails are written in. */
export type MailLanguage = (typeof mailLanguages)[number];

/**
 * The best of our languages for a language tag (`de-AT`) or an Accept-Language header (`fr, de;q=0.8`); null where none
 * of them is wanted. Never throws: whatever else is in the header is not looked at.
 */
export function mailLanguageOf(wanted: string | null | undefined): MailLanguage | null {
  const ranges = (wanted ?? '')
    .slice(0, 500)
    .toLowerCase()
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return { language: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  for (const { language } of ranges) {
    const ours = mailLanguages.find((one) => one === language);
    if (ours) return ours;
  }
  return null;
}
