import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';

type Step = { name: string; commands: string[] };
type Outcome = { name: string; ok: boolean; output: string; ms: number };

/** Longest first: the others run beside it. */
const steps: Step[] = [
  { name: 'lint', commands: ['oxlint --type-aware --deny-warnings --format=unix'] },
  { name: 'types', commands: ['tsc -p .', 'tsc -p web'] },
  { name: 'boundaries', commands: ['depcruise --config .dependency-cruiser.cjs server shared web/src test scripts'] },
  { name: 'dead code', commands: ['knip --no-progress --no-config-hints'] },
  { name: 'format', commands: ['prettier --check --log-level warn .'] },
  { name: 'duplicates', commands: ['jscpd --silent --config .jscpd.json'] },
];

const root = join(import.meta.dirname, '..');
const env = {
  ...process.env,
  PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  NO_COLOR: '1',
};

function execute(command: string): Promise<{ ok: boolean; output: string }> {
  const [program = '', ...args] = command.split(' ');
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

async function runStep({ name, commands }: Step): Promise<Outcome> {
  const started = performance.now();
  const results = [];
  for (const command of commands) results.push(await execute(command));
  return {
    name,
    ok: results.every(({ ok }) => ok),
    output: results
      .map(({ ok, output }) => (ok ? '' : withoutNotice(output)))
      .join('\n')
      .trim(),
    ms: performance.now() - started,
  };
}

/** dependency-cruiser ends with a notice that the compiler has no API for it. It parses with swc instead, so that nothing is missed. */
const withoutNotice = (output: string): string => (output.split('‼ missing-tsc-transpiler')[0] ?? '').trim();

/** As many at once as there are cores; each line is printed when its step ends. */
async function runAll(chosen: Step[]): Promise<Outcome[]> {
  const waiting = [...chosen];
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const outcome = await runStep(step);
      outcomes.push(outcome);
      console.log(`${outcome.ok ? 'ok  ' : 'FAIL'}  ${outcome.name.padEnd(10)} ${(outcome.ms / 1_000).toFixed(1)} s`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, worker));
  return outcomes;
}

const only = process.argv.slice(2);
const chosen = only.length > 0 ? steps.filter(({ name }) => only.includes(name)) : steps;
if (chosen.length === 0) console.error(`There is no such step. There are: ${steps.map(({ name }) => name).join(', ')}`);
const failures = (await runAll(chosen)).filter(({ ok }) => !ok);
for (const { name, output } of failures) console.log(`\n── ${name} ──\n${output}`);
process.exitCode = failures.length > 0 || chosen.length === 0 ? 1 : 0;
