import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { McpProgram } from '../../../config/mcp.ts';
import { seconds } from '../../../lib/clock.ts';
import type { Logger } from '../../../lib/logger.ts';
import { McpSessionLost, type McpTransport, type OpenTransport, type RpcAnswer, type RpcId } from '../driver.ts';
import { nonsense, shown, unreachable } from '../errors.ts';

const MAX_LINE = 8 * 1024 * 1024;
/** How long a program may take to end by itself, and then after it was asked to. */
const PATIENCE_MS = seconds(1);

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** A server that is a child of this process and speaks in lines. Whole process groups are ended: launchers leave children. */
export const stdioTransport =
  (name: string, program: McpProgram, logger: Pick<Logger, 'debug'>): OpenTransport =>
  (heard): McpTransport => {
    const own = process.platform !== 'win32';
    const child: Child = spawn(program.command, program.args, {
      env: { ...(process.env['PATH'] !== undefined && { PATH: process.env['PATH'] }), ...program.env },
      ...(program.cwd !== undefined && { cwd: program.cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
      shell: false,
      detached: own,
    });
    const waiting = new Map<RpcId, { resolve: (answer: RpcAnswer) => void; reject: (error: unknown) => void }>();
    let ended: Error | undefined;

    const end = (error: Error): void => {
      ended ??= error;
      for (const { reject } of waiting.values()) reject(ended);
      waiting.clear();
    };
    const kill = (signal: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(own ? -child.pid : child.pid, signal);
      } catch {
        // It is gone already.
      }
    };
    const gone = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        end(unreachable(name, error));
        resolve();
      });
      child.once('exit', (code, signal) => {
        end(unreachable(name, new Error(`It ended (${code ?? signal}).`)));
        resolve();
      });
    });
    child.stdin.on('error', (error) => end(unreachable(name, error)));
    child.stderr.on('data', (text: Buffer) => logger.debug({ mcp: name }, shown(text.toString('utf8'))));
    lines(child.stdout, (line) => {
      if (line === null) {
        end(nonsense(name, 'A line of it has no end.'));
        return kill('SIGKILL');
      }
      const message = messageOf(line);
      if (!message) return;
      const id = message['id'] as RpcId;
      const asked = 'result' in message || 'error' in message ? waiting.get(id) : undefined;
      if (!asked) return heard(message);
      waiting.delete(id);
      asked.resolve(message as unknown as RpcAnswer);
    });

    const write = (message: object): void => {
      if (ended) throw ended;
      child.stdin.write(`${JSON.stringify(message)}\n`);
    };

    return {
      request: (message, signal) =>
        new Promise((resolve, reject) => {
          signal.throwIfAborted();
          // It was not asked yet: another process of it may be.
          if (ended) throw new McpSessionLost();
          const forget = (): void => {
            waiting.delete(message.id);
            reject(signal.reason as Error);
          };
          signal.addEventListener('abort', forget, { once: true });
          waiting.set(message.id, { resolve, reject });
          write(message);
        }),
      notify: async (message) => write(message),
      agreed: () => undefined,
      async close() {
        end(unreachable(name));
        child.stdin.end();
        for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
          const left = new AbortController();
          const late = sleep(PATIENCE_MS, true, { signal: left.signal }).catch(() => false);
          const isLate = await Promise.race([gone.then(() => false), late]);
          left.abort();
          // Also where it has ended by itself: what it has started may live on.
          kill(isLate ? signal : 'SIGKILL');
          if (!isLate) return;
        }
      },
    };
  };

function messageOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // What a program prints beside its messages.
    return undefined;
  }
}

/** Whole lines of a stream; null once where one is too long. */
function lines(stream: Readable, take: (line: string | null) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let over = false;
  stream.on('data', (chunk: Buffer) => {
    if (over) return;
    rest += decoder.write(chunk);
    const whole = rest.split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) take(line);
    if (rest.length <= MAX_LINE) return;
    over = true;
    rest = '';
    take(null);
  });
}
