import { setImmediate } from 'node:timers/promises';
import type { MessageHit, MessageSearchQuery } from '../../../shared/api/chat-search.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { days, toIso } from '../../lib/clock.ts';
import { readQuestion } from '../../lib/text/question.ts';
import type { MessageIndex } from '../../platform/search/driver.ts';
import { snippetOf } from './snippet.ts';

/** Of messages with the words of a search no more than these are looked at. */
const DEPTH = 20_000;

/** Characters of a message whose snippet is made in one turn of the event loop with the next one's. */
const LONG = 2_000;

type Deps = {
  index: MessageIndex;
  /** Characters of a message that are in the index. */
  searchedLength: number;
};

export type ChatSearch = ReturnType<typeof createChatSearch>;

/** What was said, by its words. */
export function createChatSearch({ index, searchedLength }: Deps) {
  return {
    /** Messages of one's own that have every word, whatever its ending, the newest first. */
    async find(
      { userId }: Pick<Actor, 'userId'>,
      query: MessageSearchQuery,
    ): Promise<{ items: MessageHit[]; next_cursor: string | null }> {
      const groups = readQuestion(query.q).concepts.map(({ variants }) => variants);
      const terms = new Set(groups.flat());
      const found = await index.find({
        userId,
        groups,
        filter: {
          model: query.model,
          role: query.role,
          folderId: query.folder,
          archived: query.archived === undefined ? undefined : query.archived === 'true',
          from: query.from === undefined ? undefined : Date.parse(query.from),
          to: query.to === undefined ? undefined : lastMomentOf(query.to),
        },
        before: query.cursor,
        limit: query.limit + 1,
        depth: DEPTH,
      });
      const rows = found.slice(0, query.limit);
      const items: MessageHit[] = [];
      for (const { content, created_at, ...row } of rows) {
        items.push({ ...row, snippet: snippetOf(content, terms, searchedLength), created_at: toIso(created_at) });
        // Long messages take milliseconds each, and there may be a page of them.
        if (content.length > LONG) await setImmediate();
      }
      return { items, next_cursor: found.length > query.limit ? (rows.at(-1)?.message_id ?? null) : null };
    },
  };
}

/** A day ends a millisecond before the next one begins. */
const lastMomentOf = (when: string): number => Date.parse(when) + (when.includes('T') ? 0 : days(1) - 1);
