import { randomBytes } from 'node:crypto';
import { ConfigError, type Config } from '../../config.ts';
import { AppError } from '../../lib/errors.ts';
import type { NewAccount } from './accounts.ts';
import type { AuthService } from './service.ts';

/**
 * Makes the first admin that the configuration asks for, before anyone can reach the setup page. Does nothing where there is one already, or
 * where another process of the instance was quicker. Throws ConfigError for a password that cannot be used.
 */
export async function ensureFirstAdmin(
  auth: Pick<AuthService, 'isSetupPending' | 'createFirstAdmin'>,
  { enabled, firstAdmin }: Pick<Config['auth'], 'enabled' | 'firstAdmin'>,
): Promise<void> {
  const account = firstAdmin ?? (enabled ? null : nobodySignsIn());
  if (account === null || !(await auth.isSetupPending())) return;
  try {
    await auth.createFirstAdmin(account);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'PASSWORD_REJECTED') {
      const reason = error.details?.fields?.[0]?.message ?? error.message;
      throw ConfigError.because('ADMIN_PASSWORD', `the first admin cannot have this password. ${reason}`);
    }
    if (error.code !== 'SETUP_DONE') throw error;
  }
}

/** The one person of an instance without sign-in, with a password that nobody knows. */
const nobodySignsIn = (): NewAccount => ({
  email: 'owner@localhost',
  name: 'Owner',
  password: randomBytes(32).toString('base64url'),
});
