import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import type { SignedIn } from '../../shared/api/auth.ts';
import { goodPassword } from '../app.ts';
import { Client } from '../client.ts';
import { createFakeLlm, type FakeLlm } from '../fake-llm/server.ts';
import { startProcess, type CarrelProcess } from '../process.ts';
import { bundle } from './bundle.ts';

export type House = {
  url: string;
  /** The scripted model server; made in any case, known to Carrel only where `provider` was asked for. */
  fake: FakeLlm;
  /** A new account, signed in. The first one made in a house is the admin. */
  person(name?: string): Promise<Person>;
  /** As a power cut would, and up again over the same data; at another address. */
  crashAndStart(): Promise<string>;
  close(): Promise<void>;
};
export type Person = Client & { email: string };

type Options = {
  /** How Carrel reaches the scripted model server; absent: no model at all. */
  provider?: 'openai' | 'ollama';
  env?: Record<string, string>;
  /** What the scripted server lists as OpenAI’s, where not the usual ones. */
  models?: string[];
};

/** Addresses of the houses of this worker: what a page may ask. */
export const ownOrigins = new Set<string>();

/** Carrel as a process of its own with data of its own, and a model server beside it. */
export async function openHouse({ provider, env = {}, models }: Options = {}): Promise<House> {
  const dataDir = await mkdtemp(join(tmpdir(), 'carrel-e2e-'));
  const fake = await createFakeLlm(models && { models: { openai: models } });
  const environment = {
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    // The model server is asked what the reader asks, and nothing else.
    CHAT_TITLES: 'words',
    ...(provider === 'openai' && { OPENAI_BASE_URL: `${fake.url}/v1`, OPENAI_API_KEY: 'sk-e2e' }),
    ...(provider === 'ollama' && { OLLAMA_URL: fake.url }),
    ...env,
  };
  let running: CarrelProcess = await startProcess(environment, [join(bundle, 'main.js')]);
  ownOrigins.add(running.url);
  const url = running.url;
  let people = 0;
  return {
    url,
    fake,
    async person(name = 'Ada Reader') {
      people += 1;
      const client = new Client(running.url);
      const options = await client.get<{ setup_required: boolean }>('/api/auth/providers');
      const path = options.body.setup_required ? 'setup' : 'register';
      const email = `reader${people}@example.org`;
      const answer = await client.post<SignedIn>(`/api/auth/${path}`, { email, password: goodPassword, name });
      if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return Object.assign(client.signedIn(answer.body), { email });
    },
    async crashAndStart() {
      await running.kill();
      running = await startProcess(environment, [join(bundle, 'main.js')]);
      ownOrigins.add(running.url);
      return running.url;
    },
    async close() {
      await fake.close();
      await running.kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Gives the browser the session of this person. */
export async function enter(context: BrowserContext, { url, cookies }: Person): Promise<void> {
  await context.addCookies(
    [...cookies].map(([name, value]) => ({
      name,
      value,
      domain: new URL(url).hostname,
      path: name.includes('refresh') ? '/api/auth' : '/',
      httpOnly: true,
      sameSite: 'Lax',
    })),
  );
}
