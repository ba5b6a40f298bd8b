import { spread } from './stats.ts';

export type Unit = 'µs' | 'ms' | 's' | 'MB' | 'kB' | '×' | '/s' | 'of 100';

export type Figure = {
  id: string;
  what: string;
  unit: Unit;
  /** One value a round; one alone for a count that no machine changes. */
  rounds: readonly number[];
  /** At most. Absent: a figure that only explains others. */
  limit?: number;
  /** At least, instead. */
  atLeast?: number;
  /** What it stands beside, in the same run. */
  peer?: string;
};

/** A figure that could not be taken, and why. `failed`: it should have been. */
export type Missing = { id: string; what: string; reason: string; failed: boolean };

export type Row = Figure | Missing;

export type Verdict = 'ok' | 'OVER' | 'UNDER' | 'info' | 'FAILED' | 'skipped';

export const isMissing = (row: Row): row is Missing => 'reason' in row;

export const skipped = (id: string, what: string, reason: string): Missing => ({ id, what, reason, failed: false });

export function verdictOf(row: Row): Verdict {
  if (isMissing(row)) return row.failed ? 'FAILED' : 'skipped';
  const { median } = spread(row.rounds);
  if (row.atLeast !== undefined) return median >= row.atLeast ? 'ok' : 'UNDER';
  if (row.limit === undefined) return 'info';
  return median <= row.limit ? 'ok' : 'OVER';
}

/** Three digits that count. */
const short = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(Math.abs(value) < 1 ? 2 : 3)).toString();

export function figureOf({ rounds, unit }: Figure): string {
  const { median, min, max } = spread(rounds);
  const around = rounds.length > 1 ? ` (${short(min)}–${short(max)})` : '';
  return `${short(median)} ${unit}${around}`;
}

const againstOf = ({ limit, atLeast, unit, peer }: Figure): string =>
  [
    limit === undefined ? '' : `≤ ${short(limit)} ${unit}`,
    atLeast === undefined ? '' : `≥ ${short(atLeast)} ${unit}`,
    peer ?? '',
  ]
    .filter(Boolean)
    .join('; ') || '–';

/** One table, aligned for a terminal and valid as Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    isMissing(row)
      ? [row.id, row.what, '–', row.reason, verdictOf(row)]
      : [row.id, row.what, figureOf(row), againstOf(row), verdictOf(row)],
  );
  const head = ['id', 'what', 'figure (lowest–highest round)', 'against / limit', 'verdict'];
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const print = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [print(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...lines.map(print)].join('\n');
}

export const jsonOf = (rows: readonly Row[], machine: object): string => {
  const figures = rows.map((row) => ({
    ...row,
    ...(!isMissing(row) && { value: spread(row.rounds).median }),
    verdict: verdictOf(row),
  }));
  return `${JSON.stringify({ at: new Date().toISOString(), machine, figures }, null, 2)}\n`;
};
