import { escapeControls } from './log-scrub.ts';

type Line = {
  level: string;
  time: string;
  msg?: string;
  area?: string;
  err?: { message?: string; stack?: string };
} & Record<string, unknown>;

const colours: Record<string, number> = { trace: 90, debug: 90, info: 32, warn: 33, error: 31, fatal: 35 };

/** A JSON log line as a person reads it: `14:03:07 warn  chat: provider is slow  provider=ollama ms=2100`, a stack below. */
export function readableLine(json: string, colour: boolean): string {
  const { level, time, msg = '', area, err, pid: _pid, hostname: _hostname, ...fields } = JSON.parse(json) as Line;
  const at = new Date(time).toTimeString().slice(0, 8);
  const name = level.padEnd(5);
  const painted = colour ? `\u001b[${colours[level] ?? 0}m${name}\u001b[0m` : name;
  const rest = Object.entries(fields).map(([key, value]) => `${escapeControls(key)}=${shown(value)}`);
  const first = [at, painted, `${area ? `${escapeControls(area)}: ` : ''}${escapeControls(msg)}`, ...rest].join(' ');
  const stack = (err?.stack ?? err?.message ?? '').split('\n').filter((line) => line.trim() !== '');
  return [first, ...stack.map((line) => `    ${escapeControls(line.trim())}`)].join('\n') + '\n';
}

const shown = (value: unknown): string =>
  escapeControls(
    typeof value === 'string' && /^[\w./:@+-]+$/.test(value) ? value : (JSON.stringify(value) ?? 'undefined'),
  );
