import { z } from 'zod';

/** Of a person's own preferences, as JSON. */
export const MAX_PREFERENCES_BYTES = 32 * 1024;

const text = (max: number) => z.string().trim().max(max).nullable();
const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^\P{Cc}*$/u, 'One line of text, please.')
    .nullable();

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What a person tells of themselves; null where they do not. Others do not see it. */
export const profile = z.object({
  full_name: line(200),
  phone: line(50),
  bio: text(2_000),
  /** As in the IANA database: `Europe/Vienna`. */
  timezone: z.string().max(64).nullable(),
  /** BCP 47: `de`, `en-GB`. Mails are written in it where it is known here. */
  language: z.string().max(35).nullable(),
});
export type Profile = z.infer<typeof profile>;

/** What is left out stays; null takes it away. */
export const profileBody = z.strictObject({
  full_name: profile.shape.full_name.optional(),
  phone: profile.shape.phone.optional(),
  bio: profile.shape.bio.optional(),
  timezone: profile.shape.timezone
    .refine((name) => name === null || isTimezone(name), 'There is no such time zone.')
    .optional(),
  language: profile.shape.language
    .refine((tag) => tag === null || /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag), 'A language tag, such as de or en-GB.')
    .optional(),
});
export type ProfileChanges = z.infer<typeof profileBody>;

/** What pages keep for a person, in whatever shape they like. */
export const preferences = z
  .record(z.string().max(100), z.json())
  .refine(
    (object) => new TextEncoder().encode(JSON.stringify(object)).length <= MAX_PREFERENCES_BYTES,
    `At most ${MAX_PREFERENCES_BYTES / 1024} kB as JSON.`,
  );
export type Preferences = z.infer<typeof preferences>;
