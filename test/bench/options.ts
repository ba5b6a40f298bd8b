import { parseArgs } from 'node:util';

export const parts = [
  'P1',
  'P2',
  'P3',
  'P5',
  'P6',
  'P7',
  'P8',
  'P9',
  'P10',
  'P12',
  'P13',
  'P14',
  'P15',
  'P16',
  'P18',
  'P20',
  'FINDING',
] as const;
export type Part = (typeof parts)[number];

export type Options = {
  /** In the order of the list above. */
  parts: readonly Part[];
  /** Three rounds, few requests, and nothing that takes minutes. */
  quick: boolean;
  /** The exit code says whether every limit was kept. */
  strict: boolean;
  /** A file for the result as JSON. */
  json: string | null;
  /** A folder for the CPU profile of the server of P1, P2 and P3. */
  profile: string | null;
  rounds: number;
};

export const usage = `npm run bench -- [P1 P2 P3 P5 P6 P7 P8 P9 P10 P12 P13 P14 P15 P16 P18 P20 FINDING] [--quick] [--install] [--rounds n] [--strict] [--json file] [--profile folder]

  P1 …        only these figures; all of them without
  --quick     three short rounds, no 1 GB database, no installation
  --install   P16 also with --quick: it installs everything once more and takes minutes
  --rounds n  rounds of each figure, 3 or more (5 by default)
  --strict    exit code 1 when a limit is not kept or a figure could not be measured
  --json file the result as JSON too
  --profile d P1, P2 and P3 write a CPU profile of the server into folder d; their figures then mean little

  PORTKEY_DIR a folder where "npm install @portkey-ai/gateway" was run: P1, P2, P3 and P5 are then measured against that gateway too
  PASSAGES    P9 also at this many: a million take an hour, 8 GB of disk and 6 GB of memory
  CHROMIUM    the browser of P14 and P15, where it is not in its usual place`;

/** Throws an error whose message is for the person at the keyboard. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      json: { type: 'string' },
      profile: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  const wanted = positionals.map((given) => given.toUpperCase());
  const unknown = wanted.find((given) => !parts.some((part) => part === given));
  if (unknown !== undefined) throw new Error(`There is no figure ${unknown}. There are: ${parts.join(', ')}.`);
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
  if (!Number.isInteger(rounds) || rounds < 3) throw new Error('--rounds takes a whole number of 3 or more.');
  const isOn = (part: Part): boolean =>
    wanted.length > 0 ? wanted.includes(part) : part !== 'P16' || values.install || !values.quick;
  return {
    parts: parts.filter(isOn),
    quick: values.quick,
    strict: values.strict,
    json: values.json ?? null,
    profile: values.profile ?? null,
    rounds,
  };
}
