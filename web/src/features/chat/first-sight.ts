import type { Conversation, Message } from '../../../../shared/api/chat.ts';
import { askAhead } from '../../lib/ahead.ts';
import type { Page } from '../../lib/query.ts';
import { turn } from '../../lib/turn.ts';
import { blocksOf } from './markdown/blocks.ts';
import { headingLevels } from './markdown/headings.ts';
import { normalizeMaths } from './markdown/maths.ts';
import { make, still } from './markdown/still.ts';
import { treeAhead } from './markdown/tree.ts';
import { answersBeside, reasoningOf, shownPath, toolsOf } from './messages.ts';
import { conversationPath, messagesPath } from './paths.ts';
import { byAge, newestUnder } from './tree.ts';

/**
 * The end of the conversation that opens, drawn where and as the page will draw it, by little code that comes before the page's own:
 * on a slow line it is read seconds earlier. The page then takes its place, and the answers that were asked for here.
 */

/** Characters, and messages: more than the highest window shows. */
const SEEN = 8_000;
const MESSAGES = 30;
/** An answer that is longer takes a while to look through: the page draws it. */
const LONGEST = 50_000;
/** Milliseconds that the page's own code waits for this one. */
const PATIENCE = 300;

const [, id = ''] = /\/c\/([\w-]+)$/.exec(location.pathname) ?? [];

async function readPath(): Promise<{ path: Message[]; whole: boolean } | null> {
  const answers = await Promise.all([askAhead(messagesPath(id)), askAhead(conversationPath(id))]);
  if (!answers.every(({ ok }) => ok)) return null;
  const [page, { leaf_id: leaf }] = (await Promise.all(answers.map((answer) => answer.json()))) as [
    Page<Message>,
    Conversation,
  ];
  const messages = page.items.sort(byAge);
  const path = shownPath(messages, leaf && newestUnder(messages, leaf), undefined);
  if (answersBeside(messages, path, leaf).length > 0) return null;
  return { path: path.map(({ message }) => message), whole: path[0]?.message.parent_id === null };
}

/** The last ones, as many as can be seen. */
function lastOf(path: readonly Message[]): Message[] {
  let length = 0;
  const from = path.findLastIndex((message, at) => {
    length += message.content.length;
    return length > SEEN || path.length - at >= MESSAGES;
  });
  return path.slice(Math.max(from, 0));
}

/** As `user-message.tsx` does. */
function question({ content, parts }: Message): HTMLElement {
  const beside = parts.some(({ type }) => type === 'file' || type === 'collection' || type === 'web_search');
  return make(
    'div',
    'flex flex-col items-end',
    ...(beside ? [make('div', 'mb-1.5 h-7.5')] : []),
    make(
      'div',
      'max-w-[88%] rounded-lg rounded-ee-sm bg-accent-soft px-4 py-2.5 text-[1rem] whitespace-pre-wrap',
      content,
    ),
    make('div', 'mt-0.5 h-8 pointer-coarse:h-10'),
  );
}

/** As `answer-message.tsx` does. */
async function answer(message: Message): Promise<HTMLElement> {
  const { content, sources, assistant } = message;
  const text = normalizeMaths(content);
  const about = { levels: headingLevels(text), sources: sources.length };
  const blocks = blocksOf(text);
  let length = 0;
  const from = blocks.findLastIndex((block) => (length += block.length) > SEEN);
  const drawn: Node[] = [];
  for (const block of blocks.slice(Math.max(from, 0))) {
    await turn();
    drawn.push(still(treeAhead(block), about));
  }
  return make(
    'div',
    'min-w-0',
    ...(assistant ? [make('p', 'mb-1.5 text-sm font-semibold', `${assistant.emoji} ${assistant.name}`)] : []),
    ...(reasoningOf(message) === '' ? [] : [make('div', 'mb-3 h-8')]),
    make('div', 'prose', ...drawn),
    make('div', 'mt-1.5 h-8 pointer-coarse:h-10'),
    make('div', 'text-xs sm:hidden', '\u00a0'),
  );
}

async function show(): Promise<void> {
  const read = await readPath();
  const place = document.getElementById('first-sight');
  // The page itself may be there by now; and what is sought is elsewhere than at the end.
  if (!read || !place || location.search !== '') return;
  const seen = lastOf(read.path);
  if (seen.some((message) => message.content.length > LONGEST || toolsOf(message).length > 0)) return;
  // What does not fill the window begins at its top; what is higher is seen from its end.
  const fromTop = read.whole && seen.length === read.path.length;
  const drawn: HTMLElement[] = [];
  for (const message of seen) drawn.push(message.role === 'user' ? question(message) : await answer(message));
  const column = 'mx-auto flex w-full max-w-3xl flex-col gap-3 px-4 pt-2 pb-8 sm:px-6';
  const sight = make(
    'div',
    'pointer-events-none flex min-h-0 flex-1 flex-col-reverse overflow-y-auto',
    make('div', fromTop ? `${column} mb-auto` : column, ...drawn),
  );
  sight.id = place.id;
  // A new element in the place of the old one: nothing that is seen has moved.
  place.replaceWith(sight);
  // The rows of the page are as high as whole pixels.
  const heights = drawn.map(({ offsetHeight }) => offsetHeight);
  drawn.forEach((row, at) => (row.style.height = `${heights[at]}px`));
  // Seen before the page's own code has the machine for itself.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  // The first figure makes a browser read the tables of its languages: it does so while it waits for the page's own code.
  setTimeout(() => new Intl.NumberFormat(document.documentElement.lang).format(0));
}

export const shown: Promise<unknown> = Promise.race([
  show().catch(() => undefined),
  new Promise((resolve) => setTimeout(resolve, PATIENCE)),
]);
