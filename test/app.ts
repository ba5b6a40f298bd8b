import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { loadConfig, type Config } from '../server/config.ts';
import { compose, type Overrides, type Carrel } from '../server/compose.ts';
import type { SignedIn } from '../shared/api/auth.ts';
import { Client } from './client.ts';

export type TestApp = {
  url: string;
  config: Config;
  /** The composed application, for looking behind the door. */
  carrel: Carrel;
  /** Somebody who is not signed in. */
  stranger(): Client;
  /** Signed in; the first one made is the admin. */
  person(name?: string): Promise<Client>;
  close(): Promise<void>;
};

export type TestAppOptions = {
  env?: Record<string, string>;
  overrides?: Overrides;
  /** Kept by the caller: for starting the same instance again. */
  dataDir?: string;
  logs?: (line: string) => void;
};

export const goodPassword = 'correct horse battery staple';

/** The whole application on a free port of loopback, with its data in a folder of its own. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'carrel-test-')));
  const config = loadConfig({
    env: {
      NODE_ENV: 'test',
      DATA_DIR: dataDir,
      PORT: '0',
      SIGNUP_MODE: 'open',
      RATE_LIMIT_ENABLED: 'false',
      DETECT_PROVIDERS: 'false',
      HIBP_ENABLED: 'false',
      // The model servers of tests are asked what the test asks, and nothing else.
      CHAT_TITLES: 'words',
      LOG_LEVEL: options.logs ? 'debug' : 'error',
      ...options.env,
    },
    cwd: dataDir,
  });
  const logger = options.logs
    ? pino({ level: 'debug' }, { write: options.logs })
    : pino({ level: process.env['TEST_LOG'] ?? 'silent' });
  const carrel = await compose(config, logger, options.overrides);
  const url = await carrel.listen();
  let people = 0;

  return {
    url,
    config,
    carrel,
    stranger: () => new Client(url),
    async person(name = `person${people + 1}`) {
      const client = new Client(url);
      const path =
        people === 0 && (await client.get<{ setup_required: boolean }>('/api/auth/providers')).body.setup_required
          ? 'setup'
          : 'register';
      people += 1;
      const answer = await client.post<SignedIn>(`/api/auth/${path}`, {
        email: `${name}@example.org`,
        password: goodPassword,
        name,
      });
      if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return client.signedIn(answer.body);
    },
    async close() {
      await carrel.close();
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
