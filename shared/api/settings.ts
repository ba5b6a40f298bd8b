import { z } from 'zod';

const days = z.int().min(0).max(36_500);

/** How people come in. Days: 0 is no limit. */
const auth = z.object({
  signup_mode: z.enum(['open', 'invite', 'approval', 'closed']),
  email_verification: z.boolean(),
  password_policy: z.enum(['length', 'composition']),
  password_min_length: z.int().min(8).max(128),
  /** New passwords are looked for among those known from breaches. */
  hibp_enabled: z.boolean(),
  /** Whoever has one of these roles needs a second factor. */
  second_factor_roles: z
    .array(z.enum(['admin', 'user']))
    .max(2)
    .refine((roles) => new Set(roles).size === roles.length, 'Name each role once.'),
  session_timeout_minutes: z.int().min(1).max(525_600),
  session_absolute_days: days,
  api_key_expiry_days: days,
});

/** How passages are found. */
const finding = z.object({
  /** Who puts what was found in its order: nobody more, a model made for it, or a chat model. */
  rerank: z.enum(['off', 'reranker', 'chat']),
  /** `provider/model`; empty for none. */
  rerank_model: z.string().trim().max(190),
  /** After this long what was found stands as it is. */
  rerank_timeout_seconds: z.int().min(1).max(30),
  /** Files of a question that take no more go before the model as a whole; 0 for none. */
  whole_files_tokens: z.int().min(0).max(200_000),
});

/** What can be set while the server runs, by section. */
export const settingSections = { auth, finding };
export type Section = keyof typeof settingSections;
export type SettingValues<S extends Section> = z.output<(typeof settingSections)[S]>;
export type SettingKey<S extends Section> = keyof SettingValues<S> & string;

export const settingSources = ['environment', 'stored', 'default'] as const;
export type SettingSource = (typeof settingSources)[number];

export type Setting<T> = {
  value: T;
  source: SettingSource;
  /** False: the environment decides. */
  editable: boolean;
  /** The variable that sets it; where several can, the one that does. */
  env: string;
  /** What holds when nothing is stored. */
  fallback: T;
};
export type SettingsAnswer<S extends Section> = {
  section: S;
  settings: { [K in SettingKey<S>]: Setting<SettingValues<S>[K]> };
};
/** Null: back to what holds when nothing is stored. */
export type SettingsPatch<S extends Section> = { [K in SettingKey<S>]?: SettingValues<S>[K] | null | undefined };

const mapShape = (section: Section, each: (value: z.ZodType) => z.ZodType): Record<string, z.ZodType> =>
  Object.fromEntries(Object.entries(settingSections[section].shape).map(([key, value]) => [key, each(value)]));

export const settingsPatch = <S extends Section>(section: S): z.ZodType<SettingsPatch<S>> =>
  z.strictObject(mapShape(section, (value) => value.nullable().optional())) as unknown as z.ZodType<SettingsPatch<S>>;

export const settingsAnswer = <S extends Section>(section: S): z.ZodType<SettingsAnswer<S>, SettingsAnswer<S>> =>
  z.object({
    section: z.literal(section),
    settings: z.object(
      mapShape(section, (value) =>
        z.object({
          value,
          source: z.enum(settingSources),
          editable: z.boolean(),
          env: z.string(),
          fallback: value,
        }),
      ),
    ),
  }) as unknown as z.ZodType<SettingsAnswer<S>, SettingsAnswer<S>>;
