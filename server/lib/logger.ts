import { pino, stdSerializers, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { readableLine } from './log-lines.ts';
import { hideSecrets, scrubLine } from './log-scrub.ts';

/** What services log to; pino behind it. Objects first, sentence second. `child({ area: 'chat' })` is how an area names itself. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

/** A line waits this long at most, and no longer than until there are this many bytes to write. */
const FLUSH_MS = 100;
const FLUSH_BYTES = 32_768;

export type LogOptions = {
  /** pino's level names. */
  level: string;
  /** Levels of single areas. */
  areas?: Readonly<Record<string, string>>;
  /** One JSON object a line, else lines for people. */
  json: boolean;
};

/**
 * The root logger, to standard output unless told otherwise. Secrets are hidden by the names of their fields and by their
 * look; nothing that is logged can begin a new line or steer a terminal.
 */
export function createLogger({ level, areas = {}, json }: LogOptions, destination?: DestinationStream): PinoLogger {
  const out = destination ?? standardOutput();
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => hideSecrets(fields) as Record<string, unknown>,
      },
      serializers: { err: passOn, error: passOn },
      hooks: { streamWrite: scrubLine },
      // Only where areas have levels of their own: looking at the bindings costs something for every request.
      ...(Object.keys(areas).length > 0 && { onChild: (child: PinoLogger) => setAreaLevel(child, areas) }),
    },
    json
      ? out
      : { write: (line: string) => out.write(readableLine(line, destination === undefined && process.stdout.isTTY)) },
  );
}

/**
 * A write a line would hold up every request: lines go out together, a moment later, and what waits when the process ends, at its end.
 * As bytes: of text that waits, the length would be counted again with each line.
 */
function standardOutput(): DestinationStream & { flushSync(): void } {
  const out = pino.destination({
    fd: 1,
    sync: false,
    contentMode: 'buffer',
    minLength: FLUSH_BYTES,
    maxWrite: 2 * FLUSH_BYTES,
    periodicFlush: FLUSH_MS,
  });
  // Its types know of text alone.
  const write = out.write.bind(out) as unknown as (bytes: Buffer) => void;
  return { write: (line) => write(Buffer.from(line)), flushSync: () => out.flushSync() };
}

/** `hideSecrets` has been there already; a bare error logged as the only argument has not passed it. */
const passOn = (value: unknown): unknown => (value instanceof Error ? hideSecrets(stdSerializers.err(value)) : value);

function setAreaLevel(child: PinoLogger, areas: Readonly<Record<string, string>>): void {
  const { area } = child.bindings();
  const level = typeof area === 'string' ? areas[area] : undefined;
  if (level !== undefined) child.level = level;
}
