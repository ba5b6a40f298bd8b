import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { summarize } from './summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'carrel-test-summary-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
const report = (content: unknown): string => {
  const path = join(folder, `${(count += 1)}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

const vitest = (statuses: string[], more: object = {}) => ({
  success: true,
  testResults: [
    {
      name: 'a.test.ts',
      status: 'passed',
      message: '',
      assertionResults: statuses.map((status) => ({
        fullName: `is ${status}`,
        status,
        failureMessages: ['\u001b[31mbecause\u001b[39m'],
      })),
      ...more,
    },
  ],
});
const playwright = (statuses: string[], errors: object[] = []) => ({
  errors,
  suites: [
    {
      title: 'file',
      suites: [
        {
          title: 'inner',
          specs: [
            {
              title: 'works',
              file: 'b.spec.ts',
              line: 7,
              tests: statuses.map((status) => ({
                status,
                projectName: 'chromium',
                results: [{ error: { message: 'timed out' } }],
              })),
            },
          ],
        },
      ],
    },
  ],
});

describe('summary', () => {
  it('adds the reports up in one closing line', () => {
    const paths = [
      report(vitest(['passed', 'passed', 'pending'])),
      report(playwright(['expected', 'expected', 'skipped'])),
    ];
    expect(summarize(paths)).toEqual({ lines: ['4 passed, 0 failed, 2 skipped'], ok: true });
  });

  it('names what passed only when it was run again', () => {
    expect(summarize([report(playwright(['expected', 'flaky']))])).toEqual({
      lines: ['~ b.spec.ts:7 › works [chromium]: passed when it was run again\n    timed out', '2 passed, 0 failed'],
      ok: true,
    });
  });

  it('names what failed', () => {
    const { lines, ok } = summarize([report(vitest(['passed', 'failed'])), report(playwright(['unexpected']))]);
    expect(ok).toBe(false);
    expect(lines).toEqual([
      '✗ a.test.ts › is failed\n    because',
      '✗ b.spec.ts:7 › works [chromium]\n    timed out',
      '1 passed, 2 failed',
    ]);
  });

  it.each([
    ['a file that could not be loaded', vitest([], { status: 'failed', message: 'no such module' })],
    ['an error outside of tests', { ...vitest(['passed']), success: false }],
    ['an error of Playwright itself', playwright(['expected'], [{ message: 'no browser' }])],
    ['a report of something else', { hello: 1 }],
    ['a report cut short', '{"testResults": ['],
  ])('counts %s as a failure', (_name, content) => {
    const { lines, ok } = summarize([report(vitest(['passed'])), report(content)]);
    expect(ok).toBe(false);
    expect(lines.at(-1)).toMatch(/^[12] passed, 1 failed$/);
  });

  it('does not take an absent report, or no test at all, for success', () => {
    expect(summarize([join(folder, 'none.json')])).toMatchObject({ ok: false });
    expect(summarize([report(vitest([]))])).toEqual({ lines: ['0 passed, 0 failed'], ok: false });
    expect(summarize([])).toEqual({ lines: ['0 passed, 0 failed'], ok: false });
  });

  it('ends as a program with the line and the exit code', () => {
    const run = (path: string) =>
      spawnSync(process.execPath, [new URL('summary.ts', import.meta.url).pathname, path], { encoding: 'utf8' });
    expect(run(report(vitest(['passed'])))).toMatchObject({ stdout: '1 passed, 0 failed\n', status: 0 });
    expect(run(report(vitest(['failed'])))).toMatchObject({ status: 1 });
  });
});
