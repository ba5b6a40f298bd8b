/**
 * A passage that matched, with all its terms in their order, parted by one space, so that the ranking can count and weigh them.
 * Most of them nobody looks at: to make each a string of its own takes longer than to find them.
 */
export type TermMatch = { passage_id: string; file_id: string; terms: string };

/** Whose passages are looked at. Access is part of the query: rows of anyone else are never read. */
export type SearchScope = {
  userId: string;
  /** Files of other people that this person may read too, each by name; absent, none. */
  shared?: readonly string[] | undefined;
  /** Only these of what may be read; absent, all of it. An empty list finds nothing. */
  fileIds?: readonly string[] | undefined;
};

/** Terms that stand for one thing: any of them will do. */
export type TermGroup = readonly string[];

/** A passage satisfies a clause when it has a term of each of its groups; `weight` is a positive integer. */
export type Clause = { all: readonly TermGroup[]; weight: number };

/**
 * The engine's full-text index over analysed terms (lib/text does the analysis for index and query alike, so the three
 * engines find the same passages, in the same order). Terms are ASCII letters and digits; any other is left out.
 */
export interface TermIndex {
  /** Adds rows; called inside the transaction that stores the passages. */
  add(
    rows: readonly { passage_id: string; file_id: string; user_id: string; terms: readonly string[] }[],
  ): Promise<void>;
  removeFile(fileId: string): Promise<void>;
  /** In how many passages of the scope each group occurs, counted no further than `cap`. */
  count(scope: SearchScope, groups: readonly TermGroup[], cap: number): Promise<number[]>;
  /**
   * Passages that satisfy any clause, those with the greatest sum of weights first (then by id), `limit` at most. Of each
   * clause no more than `depth` passages are looked at, so that words which stand everywhere cost no more than others.
   * Of the clauses, the first 50 count.
   */
  match(query: { scope: SearchScope; clauses: readonly Clause[]; limit: number; depth: number }): Promise<TermMatch[]>;
}

/** What a search of messages is narrowed to, beside its words. Times in ms, both inclusive. */
export type MessageFilter = {
  model?: string | undefined;
  role?: 'user' | 'assistant' | undefined;
  folderId?: string | undefined;
  archived?: boolean | undefined;
  from?: number | undefined;
  to?: number | undefined;
};

export type MessageHit = {
  message_id: string;
  conversation_id: string;
  role: 'user' | 'assistant';
  title: string;
  content: string;
  created_at: number;
};

/** Finds messages by their words, over terms that are written with the messages (`messageTerms` of term-query.ts). */
export interface MessageIndex {
  /**
   * Messages of this person that have a term of each group, the newest first, `limit` at most, before the message
   * `before`. No more than `depth` messages with those words are looked at, so that words which stand everywhere are cheap.
   */
  find(query: {
    userId: string;
    groups: readonly TermGroup[];
    filter: MessageFilter;
    before: string | undefined;
    limit: number;
    depth: number;
  }): Promise<MessageHit[]>;
}
