import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A tenth of a second of sound, 8 kHz, 8 bits. */
function beep(): Buffer {
  const samples = Buffer.from(Array.from({ length: 800 }, (_, at) => 128 + Math.round(60 * Math.sin(at / 3))));
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(8_000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

export type RealMcp = {
  url: string;
  /** Calls of `write_note`, in order. */
  notes: string[];
  /** Headers of the requests, the last one last. */
  headers: IncomingMessage['headers'][];
  /** Adds a tool in all sessions, which tells the clients. */
  addTool(name: string): void;
  /** Forgets all sessions, as a restart would. */
  restart(): void;
  /** What decides whether a request may come in; by default all may. Answers the `WWW-Authenticate` of a refusal. */
  guard: (request: IncomingMessage) => Promise<string | null>;
  /** What it says about signing in (RFC 9728); null: nothing. */
  metadata: object | null;
  close(): Promise<void>;
};

const BREAK = 'the stream ends here';

/** A stream ends before its answer, as a proxy in between may end it. */
function breakingOff(response: ServerResponse): void {
  const write = response.write.bind(response) as (chunk: Uint8Array | string, ...more: unknown[]) => boolean;
  response.write = (chunk: Uint8Array | string, ...more: unknown[]): boolean => {
    if (Buffer.from(chunk as string).includes(BREAK)) setImmediate(() => response.end());
    return write(chunk, ...more);
  };
}

/** A server made by the SDK, with sessions and resumable streams. */
export async function startRealMcp(): Promise<RealMcp> {
  const sessions = new Map<string, { transport: StreamableHTTPServerTransport; mcp: McpServer }>();
  const notes: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const extra: string[] = [];
  const gate: Pick<RealMcp, 'guard' | 'metadata'> = { guard: () => Promise.resolve(null), metadata: null };

  function build(): McpServer {
    const mcp = new McpServer({ name: 'Wiki of tests', version: '1.2.3' }, { capabilities: { logging: {} } });
    mcp.registerTool(
      'search',
      {
        title: 'Search the wiki',
        description: 'Finds pages.',
        inputSchema: { q: z.string() },
        annotations: { readOnlyHint: true },
      },
      ({ q }) => ({ content: [{ type: 'text', text: `Found for ${q}: the tower is 40 m high.` }] }),
    );
    mcp.registerTool(
      'write_note',
      { title: 'Write a note', description: 'Keeps a note.', inputSchema: { text: z.string() } },
      ({ text }) => {
        notes.push(text);
        return { content: [{ type: 'text', text: 'Kept.' }] };
      },
    );
    mcp.registerTool('all_kinds', { description: 'Answers with everything.' }, () => ({
      content: [
        { type: 'text', text: 'Some words.' },
        { type: 'image', data: pixel, mimeType: 'image/png' },
        { type: 'audio', data: beep().toString('base64'), mimeType: 'audio/wav' },
        // It says that it is a picture.
        { type: 'image', data: Buffer.from('<script>alert(1)</script>').toString('base64'), mimeType: 'image/png' },
        { type: 'resource', resource: { uri: 'wiki://page/1', text: 'The text of a page.' } },
        { type: 'resource_link', uri: 'wiki://page/2', name: 'Another page' },
        // It begins as a picture does, and was cut off.
        {
          type: 'image',
          data: Buffer.from(pixel, 'base64').subarray(0, 40).toString('base64'),
          mimeType: 'image/png',
        },
      ],
    }));
    mcp.registerTool('fails', { description: 'Never works.' }, () => ({
      isError: true,
      content: [{ type: 'text', text: 'The wiki is closed today.' }],
    }));
    mcp.registerTool('slow', { description: 'Answers after its stream was cut.' }, async (call) => {
      await call.sendNotification({ method: 'notifications/message', params: { level: 'info', data: BREAK } });
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { content: [{ type: 'text', text: 'Here after all.' }] };
    });
    for (const name of extra) addTo(mcp, name);
    return mcp;
  }
  const addTo = (mcp: McpServer, name: string) =>
    mcp.registerTool(name, { description: 'Came later.' }, () => ({ content: [{ type: 'text', text: 'Later.' }] }));

  async function open(): Promise<StreamableHTTPServerTransport> {
    const mcp = build();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: memoryOfEvents(),
      retryInterval: 10,
      onsessioninitialized: (id) => void sessions.set(id, { transport, mcp }),
    });
    await mcp.connect(transport as Parameters<typeof mcp.connect>[0]);
    return transport;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    headers.push(request.headers);
    const challenge = await gate.guard(request);
    if (challenge !== null) return void response.writeHead(401, { 'www-authenticate': challenge }).end();
    breakingOff(response);
    const id = request.headers['mcp-session-id'];
    if (typeof id === 'string' && !sessions.has(id)) return void response.writeHead(404).end();
    const transport = typeof id === 'string' ? sessions.get(id)?.transport : await open();
    await transport?.handleRequest(request, response);
  }

  const server = createServer((request, response) => {
    if (request.url === '/.well-known/oauth-protected-resource/mcp' && gate.metadata)
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(gate.metadata));
    if (request.url !== '/mcp') return void response.writeHead(404).end();
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    notes,
    headers,
    addTool(name) {
      extra.push(name);
      for (const { mcp } of sessions.values()) addTo(mcp, name);
    },
    restart: () => sessions.clear(),
    get guard() {
      return gate.guard;
    },
    set guard(guard) {
      gate.guard = guard;
    },
    get metadata() {
      return gate.metadata;
    },
    set metadata(metadata) {
      gate.metadata = metadata;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Events of all streams of a session, so that one that broke off can be taken up again. */
function memoryOfEvents(): EventStore {
  const events: { id: string; stream: string; message: Parameters<EventStore['storeEvent']>[1] }[] = [];
  return {
    storeEvent(stream, message) {
      const id = `${events.length}`;
      events.push({ id, stream, message });
      return Promise.resolve(id);
    },
    async replayEventsAfter(lastId, { send }) {
      const at = events.findIndex(({ id }) => id === lastId);
      const stream = events[at]?.stream ?? '';
      for (const event of events.slice(at + 1)) if (event.stream === stream) await send(event.id, event.message);
      return stream;
    },
  };
}
