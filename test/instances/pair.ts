import { createMailbox } from '../../server/features/notifications/outbox.fixture.ts';
import { createTestApp, type TestApp } from '../app.ts';
import { Client } from '../client.ts';
import { createFakeLlm, type FakeLlm } from '../fake-llm/server.ts';

export type Pair = {
  here: TestApp;
  there: TestApp;
  llm: FakeLlm;
  /** The same person's session, with its cookies as they are now, at another instance. */
  at(app: TestApp, person: Client): Client;
  close(): Promise<void>;
};

/** Two instances over one database, and over what else `env` names. */
export async function createPair(env: Record<string, string>): Promise<Pair> {
  const llm = await createFakeLlm();
  const all = {
    OPENAI_BASE_URL: `${llm.url}/v1`,
    OPENAI_API_KEY: 'sk-test',
    DEFAULT_AI_PROVIDER: 'openai',
    SECRET_KEY: Buffer.alloc(32, 7).toString('hex'),
    ...env,
  };
  const overrides = { mail: createMailbox().driver, drainMs: 100 };
  const here = await createTestApp({ env: all, overrides });
  // The signing keys and files are in the folder that they share.
  const there = await createTestApp({ env: all, overrides, dataDir: here.config.dataDir });
  return {
    here,
    there,
    llm,
    at(app, person) {
      const copy = new Client(app.url);
      copy.cookies = new Map(person.cookies);
      copy.csrfToken = person.csrfToken;
      copy.user = person.user;
      return copy;
    },
    async close() {
      await there.close();
      await here.close();
      await llm.close();
    },
  };
}
