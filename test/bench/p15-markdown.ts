import remend from 'remend';
import { growingBlocks } from '../../web/src/features/chat/markdown/blocks.ts';
import { normalizeMaths } from '../../web/src/features/chat/markdown/maths.ts';
import { pauseFor } from '../../web/src/features/chat/markdown/pace.ts';
import { growingTreeOf, treeOf } from '../../web/src/features/chat/markdown/tree.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Row } from './report.ts';

const LIMIT_MS = 100;
const BYTES = 20_000;
const PIECES = 5_000;
const PIECES_A_SECOND = 200;
const FRAME_MS = 1_000 / 60;

const paragraph = 'Bread keeps best **cut side down** on a board, for [two days](https://example.org) or `three`. ';
const part = `## How long\n\n${paragraph.repeat(3)}\n\n- first\n- second\n\n\`\`\`sh\nbake --at 220\n\`\`\`\n\n| day | crumb |\n|---|---|\n| 1 | soft |\n| 2 | firm |\n\n`;
const answer = part.repeat(Math.ceil(BYTES / part.length)).slice(0, BYTES);
const program = `\`\`\`ts\n${'const loaf = bake({ at: 220, minutes: 45 });\n'.repeat(BYTES / 45)}`.slice(0, BYTES);

/** What the page parses of an answer while it grows, and the parser alone with the whole of it, in time of the processor. */
export async function growingMarkdown(_machine: Machine, options: Options): Promise<Row[]> {
  const times = { answer: [] as number[], program: [] as number[], whole: [] as number[] };
  let drawings = grow(answer);
  for (let round = 0; round < options.rounds; round += 1) {
    times.answer.push(milliseconds(() => (drawings = grow(answer))));
    times.program.push(milliseconds(() => grow(program)));
    times.whole.push(milliseconds(() => treeOf(answer, null)));
  }
  const size = `${BYTES / 1_000} kB in ${PIECES.toLocaleString('en')} pieces`;
  return [
    {
      id: 'P15',
      what: `Markdown of ${size}, ${PIECES_A_SECOND} a second, parsed for ${drawings} drawings`,
      unit: 'ms',
      rounds: times.answer,
      limit: LIMIT_MS,
    },
    { id: 'P15', what: `one program of ${size}`, unit: 'ms', rounds: times.program, limit: LIMIT_MS },
    { id: 'P15', what: '  the same Markdown parsed once', unit: 'ms', rounds: times.whole },
  ];
}

/** Draws as the page does: with a frame, but no sooner than the pause of a long text is over. Answers how often that was. */
function grow(text: string): number {
  const cut = growingBlocks();
  let [drawn, drawings, lastAt]: [string[], number, number] = [[], 0, -Infinity];
  const endMs = (PIECES / PIECES_A_SECOND) * 1_000;
  for (let now = 0; now <= endMs + FRAME_MS; now += FRAME_MS) {
    const growing = now < endMs;
    const newest = text.slice(0, Math.floor((Math.min(now, endMs) / endMs) * text.length));
    if (growing && now - lastAt < pauseFor(newest.length)) continue;
    const source = normalizeMaths(newest);
    const blocks = cut(source);
    for (const [index, block] of blocks.entries()) {
      const isLast = growing && index === blocks.length - 1;
      if (isLast) growingTreeOf(block, null, remend);
      else if (drawn[index] !== block || index === drawn.length - 1) treeOf(block, null);
    }
    [drawn, lastAt] = [blocks, now];
    drawings += 1;
  }
  return drawings;
}

/** Of this thread alone, so that what else the machine does is not counted. */
function milliseconds(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
