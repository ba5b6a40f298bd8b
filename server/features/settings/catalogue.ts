import type { Section, SettingKey, SettingValues } from '../../../shared/api/settings.ts';
import type { Config } from '../../config.ts';

type Entry<T> = {
  /** The variables that set it; any of them locks it. The first is the one to name. */
  variables: readonly [string, ...string[]];
  /** What the environment says, or the default where it says nothing. */
  configured: (config: Config) => T;
};
export type Catalogue = { [S in Section]: { [K in SettingKey<S>]: Entry<SettingValues<S>[K]> } };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** "Without limit", as the configuration writes it. */
const MOST_DAYS = 36_500;

/** Every setting of the instance, and where it comes from when nothing is stored. */
export const catalogue: Catalogue = {
  auth: {
    signup_mode: {
      variables: ['SIGNUP_MODE', 'ENABLE_SIGNUP', 'DEFAULT_USER_ROLE'],
      configured: ({ auth }) => auth.signup,
    },
    email_verification: { variables: ['EMAIL_VERIFICATION'], configured: ({ mail }) => mail.verification },
    password_policy: { variables: ['PASSWORD_POLICY'], configured: ({ auth }) => auth.passwordPolicy },
    password_min_length: { variables: ['PASSWORD_MIN_LENGTH'], configured: ({ auth }) => auth.passwordMinLength },
    hibp_enabled: { variables: ['HIBP_ENABLED'], configured: ({ auth }) => auth.hibp },
    second_factor_roles: {
      variables: ['SECOND_FACTOR_ROLES'],
      configured: ({ auth }) => [...auth.secondFactorRoles],
    },
    session_timeout_minutes: {
      variables: ['SESSION_TIMEOUT_MINUTES'],
      configured: ({ auth }) => auth.idleMs / MINUTE,
    },
    session_absolute_days: {
      variables: ['SESSION_ABSOLUTE_DAYS'],
      configured: ({ auth }) => (auth.absoluteMs >= MOST_DAYS * DAY ? 0 : auth.absoluteMs / DAY),
    },
    api_key_expiry_days: { variables: ['API_KEY_EXPIRY_DAYS'], configured: ({ auth }) => auth.apiKeyDays },
  },
  finding: {
    rerank: { variables: ['RERANK'], configured: ({ rerank }) => rerank.by },
    rerank_model: { variables: ['RERANK_MODEL'], configured: ({ rerank }) => rerank.model },
    rerank_timeout_seconds: { variables: ['RERANK_TIMEOUT_SECONDS'], configured: ({ rerank }) => rerank.seconds },
    whole_files_tokens: { variables: ['WHOLE_FILES_TOKENS'], configured: ({ wholeFilesTokens }) => wholeFilesTokens },
  },
};
