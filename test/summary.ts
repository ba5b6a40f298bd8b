import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/**
 * `node test/summary.ts report.json…` reads the JSON reports of Vitest and Playwright, tells each failure shortly, and each test
 * that passed only when it was run again, and ends with one line, `N passed, N failed` (and `, N skipped`). Exits with 1 when anything failed or nothing was run.
 */
export type Tally = { passed: number; failed: number; skipped: number; failures: string[]; unsteady: string[] };

type VitestReport = {
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] | null }[];
  }[];
};
type PlaywrightSuite = { title: string; suites?: PlaywrightSuite[]; specs?: PlaywrightSpec[] };
type PlaywrightSpec = {
  title: string;
  file: string;
  line: number;
  tests: { status: string; projectName?: string; results: { error?: { message?: string } }[] }[];
};
type PlaywrightReport = { suites: PlaywrightSuite[]; errors?: { message?: string }[] };

/** @throws when the file is not there or not a report of either. */
export function readReport(path: string): Tally {
  const report: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof report === 'object' && report !== null && 'testResults' in report)
    return tallyVitest(report as VitestReport);
  if (typeof report === 'object' && report !== null && 'suites' in report)
    return tallyPlaywright(report as PlaywrightReport);
  throw new Error('not a report of Vitest or Playwright');
}

export function summarize(paths: readonly string[]): { lines: string[]; ok: boolean } {
  const total: Tally = { passed: 0, failed: 0, skipped: 0, failures: [], unsteady: [] };
  for (const path of paths) {
    const { passed, failed, skipped, failures, unsteady } = readOrFail(path);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.failures.push(...failures);
    total.unsteady.push(...unsteady);
  }
  const closing = `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`;
  return {
    lines: [...total.unsteady.map((test) => `~ ${test}`), ...total.failures.map((failure) => `✗ ${failure}`), closing],
    ok: total.failed === 0 && total.passed > 0,
  };
}

function readOrFail(path: string): Tally {
  try {
    return readReport(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: [`${path}: no report, so the run did not come to its end (${reason})`],
      unsteady: [],
    };
  }
}

function tallyVitest({ success, testResults }: VitestReport): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0, failures: [], unsteady: [] };
  for (const { name, status, message, assertionResults } of testResults) {
    for (const test of assertionResults) {
      if (test.status === 'passed') tally.passed += 1;
      else if (test.status === 'failed') fail(tally, `${name} › ${test.fullName}`, test.failureMessages?.[0]);
      else tally.skipped += 1;
    }
    // The file itself failed: it could not be loaded, or a hook threw.
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) fail(tally, name, message);
  }
  if (!success && tally.failed === 0) fail(tally, 'Vitest', 'an error outside of any test; see the output above');
  return tally;
}

function tallyPlaywright({ suites, errors }: PlaywrightReport): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0, failures: [], unsteady: [] };
  for (const spec of suites.flatMap(specsOf)) {
    for (const { status, projectName, results } of spec.tests) {
      const name = `${spec.file}:${spec.line} › ${spec.title}${projectName ? ` [${projectName}]` : ''}`;
      if (status === 'skipped') tally.skipped += 1;
      else if (status !== 'expected' && status !== 'flaky') fail(tally, name, results.at(-1)?.error?.message);
      else tally.passed += 1;
      if (status === 'flaky')
        tally.unsteady.push(described(`${name}: passed when it was run again`, results[0]?.error?.message));
    }
  }
  for (const { message } of errors ?? []) fail(tally, 'Playwright', message);
  return tally;
}

const specsOf = ({ suites = [], specs = [] }: PlaywrightSuite): PlaywrightSpec[] => [
  ...specs,
  ...suites.flatMap(specsOf),
];

function fail(tally: Tally, name: string, message: string | undefined): void {
  tally.failed += 1;
  tally.failures.push(described(name, message));
}

const described = (name: string, message = ''): string => [name, ...shortened(message)].join('\n    ');

/** The first lines, without colours. */
const shortened = (message: string): string[] =>
  stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 4);

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { lines, ok } = summarize(process.argv.slice(2));
  console.log(lines.join('\n'));
  process.exitCode = ok ? 0 : 1;
}
