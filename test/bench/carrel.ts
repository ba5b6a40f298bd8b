import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildServer } from '../../scripts/build-server.ts';
import { freePort } from '../process.ts';
import type { Machine, Place } from './machine.ts';
import { start, type Running } from './processes.ts';

export const root = join(import.meta.dirname, '..', '..');
const file = (name: string): string => join(import.meta.dirname, name);

export type Server = Running & { url: string };

let built: Promise<string> | undefined;

/** What `./start.sh` runs: the bundle, as deep in the project as its own. */
const entry = (): Promise<string> =>
  (built ??= (async () => {
    const folder = join(root, 'test-results', 'bench-server');
    await buildServer(folder);
    return join(folder, 'main.js');
  })());

export const login = { email: 'bench@example.org', password: 'a password for measuring only' };

export async function startCarrel(
  machine: Machine,
  {
    dataDir,
    env = {},
    place = 'server',
    nodeArgs = [],
  }: { dataDir: string; env?: Record<string, string>; place?: Place; nodeArgs?: string[] },
): Promise<Server> {
  const url = `http://127.0.0.1:${await freePort()}`;
  mkdirSync(dataDir, { recursive: true });
  const running = await start({
    command: machine.place(place, [process.execPath, '--max-semi-space-size=8', ...nodeArgs, await entry(), 'serve']),
    cwd: dataDir,
    env: {
      PORT: new URL(url).port,
      DATA_DIR: dataDir,
      NODE_ENV: 'production',
      DETECT_PROVIDERS: 'false',
      SIGNUP_MODE: 'closed',
      RATE_LIMIT_ENABLED: 'false',
      // A model that names each conversation is a second question to the provider, which no peer asks.
      CHAT_TITLES: 'words',
      ...env,
    },
    ready: `${url}/health`,
  });
  return { ...running, url };
}

/** One of the servers that stand beside Carrel; each takes its port, then what else it needs. */
export async function startPeer(
  machine: Machine,
  name: 'bare' | 'provider' | 'proxy' | 'teller' | 'ticker',
  place: Place,
  ...args: string[]
): Promise<Server> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const command = machine.place(place, [process.execPath, file(`${name}.ts`), new URL(url).port, ...args]);
  return { ...(await start({ command, ready: `${url}/health` })), url };
}

/** The account of the first admin; answers its access token. */
export async function firstAdmin(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(login),
  });
  if (answer.status !== 201)
    throw new Error(`The first account could not be made: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Asks, waits for the whole answer, and names what came of it. */
export async function ask(
  url: string,
  token: string,
  body: { content: string; conversation_id?: string },
): Promise<{ conversationId: string; messageId: string }> {
  const answer = await fetch(`${url}/api/chat/message`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`A question was not answered: ${answer.status} ${await answer.text()}`);
  const { conversation_id, message } = (await answer.json()) as { conversation_id: string; message: { id: string } };
  return { conversationId: conversation_id, messageId: message.id };
}

/** Carrel with the bench's own provider as its only model besides the Librarian. */
export const withProvider = (provider: Server): Record<string, string> => ({
  OPENAI_BASE_URL: `${provider.url}/v1`,
  OPENAI_API_KEY: 'sk-bench',
});
