import { growingBlocks } from '../../web/src/features/chat/markdown/blocks.ts';
import { treeOf } from '../../web/src/features/chat/markdown/tree.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Row } from './report.ts';

const LIMIT_MS = 100;
const BYTES = 20_000;
const PIECES = 5_000;
/** At 200 tokens a second a frame of a sixtieth brings three or four of them; the page draws once a frame. */
const PIECES_A_FRAME = 10 / 3;

const paragraph = 'Bread keeps best **cut side down** on a board, for [two days](https://example.org) or `three`. ';
const part = `## How long\n\n${paragraph.repeat(3)}\n\n- first\n- second\n\n\`\`\`sh\nbake --at 220\n\`\`\`\n\n| day | crumb |\n|---|---|\n| 1 | soft |\n| 2 | firm |\n\n`;
const answer = part.repeat(Math.ceil(BYTES / part.length)).slice(0, BYTES);

/** Parsing an answer while it grows: its last block again at each frame, beside the whole of it once and at each frame. */
export async function growingMarkdown(_machine: Machine, options: Options): Promise<Row[]> {
  const rounds: number[] = [];
  const whole: number[] = [];
  treeOf(answer, null);
  for (let round = 0; round < options.rounds; round += 1) {
    rounds.push(milliseconds(grow));
    whole.push(milliseconds(() => treeOf(answer, null)));
  }
  const what = `Markdown of ${BYTES / 1_000} kB in ${PIECES.toLocaleString('en')} pieces`;
  return [
    { id: 'P15', what: `${what}, parsed as it grows, 200 pieces a second`, unit: 'ms', rounds, limit: LIMIT_MS },
    { id: 'P15', what: '  the same text parsed once', unit: 'ms', rounds: whole },
  ];
}

function grow(): void {
  const cut = growingBlocks();
  let drawn: string[] = [];
  for (let piece = 0; piece < PIECES + PIECES_A_FRAME; piece += PIECES_A_FRAME) {
    const blocks = cut(answer.slice(0, Math.round((Math.min(piece, PIECES) / PIECES) * BYTES)));
    for (const [index, block] of blocks.entries()) if (drawn[index] !== block) treeOf(block, null);
    drawn = blocks;
  }
}

function milliseconds(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
