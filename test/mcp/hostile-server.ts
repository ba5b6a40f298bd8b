import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answering = (response: ServerResponse, asked: { id: unknown; method: string }) => void;

export type HostileMcp = {
  url: string;
  /** What it does when a tool is called, or, where it names another method, then. */
  misbehave(doing: Answering, method?: string): void;
  close(): Promise<void>;
};

export const asJson = (response: ServerResponse, body: unknown): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** Answers like an MCP server up to the point that a test is about. */
export async function startHostileMcp(): Promise<HostileMcp> {
  let doing: Answering = (response) => void response.writeHead(500).end();
  let when = 'tools/call';
  const proper: Record<string, unknown> = {
    initialize: {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'Trap', version: '0' },
    },
    'tools/list': {
      tools: [
        { name: 'do', description: 'Does it.', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
      ],
    },
  };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      const asked = JSON.parse(text) as { id?: unknown; method: string };
      if (asked.method === when) return doing(response, { id: asked.id, method: asked.method });
      if (asked.id === undefined) return void response.writeHead(202).end();
      asJson(response, { jsonrpc: '2.0', id: asked.id, result: proper[asked.method] ?? {} });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    misbehave(how, method = 'tools/call') {
      doing = how;
      when = method;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
