import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startMariadb, startPostgres, type TestServer } from './servers.ts';

/** URLs of the servers that tests may make databases on; null where the engine is not installed. */
export type TestServers = { postgres: string | null; mysql: string | null };

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with TestServers, after starting them for the first who asks: most single test files need none. */
    testServersUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started: TestServer[] = [];
  let servers: Promise<TestServers> | undefined;

  const offer = async (
    name: string,
    url: string | undefined,
    start: () => Promise<TestServer | undefined>,
  ): Promise<string | null> => {
    if (url) return url;
    const server = await start();
    if (server) started.push(server);
    else if (process.env['CI'] === 'true') throw new Error(`${name} not found: in CI its tests must run. Install it.`);
    else console.warn(`${name} not found: its tests are skipped`);
    return server?.url ?? null;
  };
  const startAll = async (): Promise<TestServers> => {
    const [postgres, mysql] = await Promise.all([
      offer('PostgreSQL', process.env['TEST_POSTGRES_URL'], startPostgres),
      offer('MariaDB', process.env['TEST_MYSQL_URL'], startMariadb),
    ]);
    return { postgres, mysql };
  };

  const desk = createServer((_request, response) => {
    servers ??= startAll();
    servers.then(
      (urls) => response.end(JSON.stringify(urls)),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve));
  project.provide('testServersUrl', `http://127.0.0.1:${(desk.address() as AddressInfo).port}`);

  return async () => {
    desk.close();
    await servers?.catch(() => undefined);
    await Promise.all(started.map((server) => server.stop()));
  };
}
