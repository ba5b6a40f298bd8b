import type { Users } from '../../db/schema-identity.ts';
import type { Client } from '../../http-kit/client.ts';
import { AppError } from '../../lib/errors.ts';
import type { Authenticated, createSessions } from './sessions.ts';

type Sessions = Pick<ReturnType<typeof createSessions>, 'start' | 'byCookie'>;

const client: Client = { ip: '127.0.0.1', userAgent: 'WEBUI_AUTH=false', acceptLanguage: '', isBrowser: false };

/**
 * Who calls where nobody signs in: the oldest admin, in one session of this process that is begun anew when it has ended. So everything
 * behind the door is as it is for people who sign in.
 */
export function createSingleUser(sessions: Sessions, firstAdmin: () => Promise<Users | undefined>) {
  let secret: Promise<string> | null = null;

  async function begin(): Promise<string> {
    const user = await firstAdmin();
    if (!user) throw new AppError('SETUP_REQUIRED');
    const { cookie } = await sessions.start(user, client, { remember: false, replaces: {} });
    return cookie?.value ?? '';
  }

  return async (): Promise<Authenticated> => {
    for (let attempt = 1; ; attempt += 1) {
      secret ??= begin();
      const current = secret;
      try {
        return await sessions.byCookie(await current);
      } catch (error) {
        // Of many requests that find it ended, one begins the next.
        if (secret === current) secret = null;
        if (attempt === 2) throw error;
      }
    }
  };
}
