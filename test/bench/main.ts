import { writeFileSync } from 'node:fs';
import { thisMachine, type Machine } from './machine.ts';
import { readOptions, usage, type Options, type Part } from './options.ts';
import { finding } from './finding.ts';
import { ingestion } from './p10-ingest.ts';
import { signInFlood } from './p12-sign-in.ts';
import { coldStart } from './p13-start.ts';
import { firstLoad } from './p14-page.ts';
import { scores } from './p14-lighthouse.ts';
import { growingMarkdown } from './p15-markdown.ts';
import { pageAtWork } from './p15-page.ts';
import { installation } from './p16-install.ts';
import { completions } from './p1-completions.ts';
import { firstToken } from './p2-first-token.ts';
import { conversationLists, lastMessages } from './p6-lists.ts';
import { messageSearch } from './p8-search.ts';
import { hybridSearch } from './p9-search.ts';
import { idleConnections } from './p18-idle.ts';
import { twoInstances } from './p20-instances.ts';
import { memoryOfStreams } from './p5-memory.ts';
import { streams } from './p3-streams.ts';
import { jsonOf, tableOf, verdictOf, type Row } from './report.ts';

/** Each measures one goal of the project and answers with its rows. */
const measures: Record<Part, (machine: Machine, options: Options) => Promise<Row[]>> = {
  P1: completions,
  P2: firstToken,
  P3: streams,
  P5: memoryOfStreams,
  P6: conversationLists,
  P7: lastMessages,
  P8: messageSearch,
  P9: hybridSearch,
  P10: ingestion,
  P12: signInFlood,
  P13: coldStart,
  P14: async (machine, options) => [...(await firstLoad(machine, options)), ...(await scores(machine))],
  P15: async (machine, options) => [
    ...(await growingMarkdown(machine, options)),
    ...(await pageAtWork(machine, options)),
  ],
  P16: installation,
  P18: idleConnections,
  P20: twoInstances,
  FINDING: finding,
};

async function bench(options: Options): Promise<Row[]> {
  const machine = thisMachine();
  const { cpu, cores, node, system, load, pinned } = machine.describe();
  console.log(`${cpu}, ${cores} cores, ${system}, Node ${node}. Pinned: ${pinned}. Load before: ${load}.`);
  const rows: Row[] = [];
  for (const part of options.parts) {
    const startedAt = performance.now();
    process.stdout.write(`${part} … `);
    try {
      rows.push(...(await measures[part](machine, options)));
    } catch (error) {
      rows.push({ id: part, what: 'could not be measured', reason: firstLines(error), failed: true });
    }
    console.log(`${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
  }
  console.log(`\n${tableOf(rows)}\n`);
  console.log(
    `Each figure is the middle of ${options.rounds} interleaved rounds unless it shows no range; the range is that of the rounds. Machines are noisy and differ: ` +
      'believe what stands beside a peer or a limit of the same run, and run it again before believing a small difference. ' +
      `Load after: ${machine.describe().load}.`,
  );
  if (options.json) writeFileSync(options.json, jsonOf(rows, { ...machine.describe(), loadBefore: load }));
  return rows;
}

const firstLines = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll('|', '/').replace(/\s+/g, ' ').slice(0, 300);

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${firstLines(error)}\n\n${usage}`);
  process.exit(2);
}
const rows = await bench(options);
const bad = rows.filter((row) => ['OVER', 'UNDER', 'FAILED'].includes(verdictOf(row)));
process.exit(options.strict && bad.length > 0 ? 1 : 0);
