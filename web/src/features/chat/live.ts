import type { QueryClient } from '@tanstack/react-query';
import type { Conversation, Message } from '../../../../shared/api/chat.ts';
import type { Client } from '../../lib/client.ts';
import { oncePerFrame } from '../../lib/frame.ts';
import type { Refusal } from '../../lib/problem.ts';
import { createStore, type Store } from '../../lib/store.ts';
import { changeConversation, findMessage, keys, newestTime, putMessages } from './cache.ts';
import { toolsBody } from './composer/chosen-tools.ts';
import { follow } from './follow.ts';
import { blankMessage, filesOf } from './messages.ts';
import { applyEvent, newRun, withRun, type Run } from './run.ts';
import { createSlots, type Slots } from './slots.ts';
import { createTemporaryChats, type TemporaryChats } from './temporary.ts';

/** A run with its place on the page. `user` is the message that is not stored yet; null where none is being sent. */
export type LiveRun = {
  key: string;
  slot: string;
  run: Run;
  parentId: string | null;
  user: Message | null;
  /** One of several answers to the same question: it comes beside another, and not in its place. */
  beside?: boolean;
};

export type Ask = {
  slot: string;
  conversationId: string | undefined;
  content: string;
  /** Parent of the new message: null makes a root. */
  parentId: string | null;
  model: string | undefined;
  /** Who answers from now on: an assistant, or (null) none any more. It brings its own tools. */
  assistant?: string | null;
  files: { id: string; filename: string }[];
  /** Collections that are asked, and whether the question is looked up on the web. */
  collections?: readonly { id: string; name: string }[];
  webSearch?: boolean;
  /** The same key for the same attempt, so that a send that is repeated is not doubled. */
  idempotencyKey: string;
  /** Further models that answer the same question, side by side with the first. */
  others?: readonly string[];
  /** Why one of them will not. */
  onRefused?(refusal: Refusal): void;
};
export type Again = Pick<Ask, 'slot' | 'model'> & { message: Message };

export type Live = {
  runs: Store<ReadonlyMap<string, LiveRun>>;
  slots: Slots;
  temporary: TemporaryChats;
  /** Resolves when the server has taken the message (null), or refused it. The answer goes on by itself. */
  ask(ask: Ask): Promise<Refusal | null>;
  regenerate(again: Again): Promise<Refusal | null>;
  /** Follows an answer that another page, or this one before a reload, began. Does nothing if it is followed already. */
  resume(slot: string, message: Message): void;
  stop(slot: string): Promise<void>;
  /** Goes on with an answer that was cut off. */
  goOn(slot: string, message: Message): Promise<Refusal | null>;
  /** This slot is on the screen until the way out is taken. What is not, or in a hidden tab, is written on without this page. */
  show(slot: string): () => void;
  /** Whether this page follows an answer in a conversation, or is sending a message there. */
  isWriting(conversationId: string): boolean;
};

type Tools = { client: Client; queries: QueryClient; onStarted(slot: string, conversationId: string): void };

/** Everything that is being written, independent of which conversation is on the screen. */
export function createLive({ client, queries, onStarted }: Tools): Live {
  const runs = createStore<ReadonlyMap<string, LiveRun>>(new Map());
  const slots = createSlots();
  const temporary = createTemporaryChats();
  const working = new Map<string, LiveRun>();
  // Answers whose log the server no longer has: only their stored message speaks.
  const silent = new Set<string>();
  const publish = oncePerFrame(() => runs.set(new Map(working)));
  const change = (key: string, to: Partial<LiveRun>): void => {
    const live = working.get(key);
    if (live) working.set(key, { ...live, ...to });
  };
  const drop = (key: string): void => {
    working.delete(key);
    publish.now();
  };
  const shown = new Set<string>();
  const lines = new Map<string, AbortController>();
  /** Answers to be followed when their tab is no longer hidden. */
  const left: { slot: string; message: Message }[] = [];
  const later = (slot: string, message: Message): void => {
    if (!left.some((one) => one.message.id === message.id)) left.push({ slot, message });
  };
  const isSeen = (slot: string): boolean => shown.has(slot) && !document.hidden;

  /**
   * Nobody sees it: the server writes on, and tells all of the person's devices when it has ended. What it has not taken
   * yet is let go of when it has.
   */
  function letGo(key: string): void {
    const { slot, run } = working.get(key) ?? {};
    if (!slot || !run?.generationId || !run.conversationId || !run.messageId || run.phase === 'ended') return;
    const stored = findMessage(queries, run.conversationId, run.messageId);
    if (!stored) return;
    const message = withRun(stored, run);
    putMessages(queries, run.conversationId, [message]);
    if (shown.has(slot)) later(slot, message);
    drop(key);
    lines.get(key)?.abort();
  }
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) for (const key of working.keys()) letGo(key);
    else
      for (const { slot, message } of left.splice(0)) {
        const now = findMessage(queries, message.conversation_id, message.id) ?? message;
        if (shown.has(slot) && now.status === 'streaming') resume(slot, now);
      }
  });

  /** The messages have their ids now: they join the loaded ones, dated behind the newest whatever this clock says. */
  function started(key: string): void {
    const live = working.get(key);
    const { conversationId, messageId, userMessageId } = live?.run ?? {};
    if (!live || !messageId) return;
    if (!conversationId) {
      const { generationId: generation_id, model, provider, assistant } = live.run;
      const answer = { id: messageId, parent_id: live.parentId, generation_id, model, provider, assistant };
      temporary.started(live.slot, live.user, answer);
      change(key, { user: null });
      return publish.now();
    }
    const parent = live.user ? userMessageId : live.parentId;
    const newest = newestTime(queries, conversationId);
    const now = new Date().toISOString();
    const common = { conversation_id: conversationId, created_at: now > newest ? now : newest };
    const blank = blankMessage({
      ...common,
      id: messageId,
      parent_id: parent ?? null,
      role: 'assistant',
      status: 'streaming',
    });
    const answer = findMessage(queries, conversationId, messageId) ?? blank;
    const messages: Message[] = [{ ...answer, generation_id: live.run.generationId }];
    if (live.user && userMessageId) messages.unshift({ ...live.user, ...common, id: userMessageId });
    putMessages(queries, conversationId, messages);
    // A list that was asked for before these were stored would take them away again.
    const queryKey = keys.messages(conversationId);
    if (queries.isFetching({ queryKey }) > 0) void queries.invalidateQueries({ queryKey });
    change(key, { user: null });
    const news = slots.bind(live.slot, conversationId);
    publish.now();
    if (!news) return;
    onStarted(live.slot, conversationId);
    void queries.invalidateQueries({ queryKey: keys.lists });
  }

  function finished(key: string): void {
    const live = working.get(key);
    const { conversationId, messageId } = live?.run ?? {};
    if (live && conversationId && messageId) {
      const stored = findMessage(queries, conversationId, messageId);
      if (stored && live.run.phase === 'ended') putMessages(queries, conversationId, [withRun(stored, live.run)]);
      if (live.run.phase !== 'ended') silent.add(messageId);
    }
    if (live && messageId && !conversationId) {
      const kept = temporary.find(live.slot, messageId);
      const ended = live.run.phase === 'ended' ? live.run : { ...live.run, status: 'interrupted' as const };
      if (kept) temporary.put(live.slot, withRun(kept, ended));
    }
    drop(key);
    if (!conversationId) return;
    void queries.invalidateQueries({ queryKey: keys.messages(conversationId) });
    void queries.invalidateQueries({ queryKey: keys.conversation(conversationId) });
    void queries.invalidateQueries({ queryKey: keys.lists });
  }

  function begin(
    live: LiveRun,
    open: Parameters<typeof follow>[0]['open'],
    onMeta?: (questionId: string) => void,
  ): Promise<Refusal | null> {
    working.set(live.key, live);
    publish.now();
    const line = new AbortController();
    lines.set(live.key, line);
    return new Promise((settle) => {
      void follow({
        client,
        open,
        signal: line.signal,
        generation: () => working.get(live.key)?.run ?? null,
        onEvent(event) {
          const now = working.get(live.key);
          if (!now) return;
          const run = applyEvent(now.run, event);
          change(live.key, { run });
          if (event.event === 'meta') {
            started(live.key);
            settle(null);
            if (event.data.user_message_id) onMeta?.(event.data.user_message_id);
            if (!isSeen(live.slot)) letGo(live.key);
          }
          if (event.event === 'title' && run.conversationId)
            changeConversation(queries, run.conversationId, event.data);
          publish.ask();
        },
        onPhase(phase) {
          const now = working.get(live.key);
          if (now) change(live.key, { run: { ...now.run, phase } });
          publish.now();
        },
      }).then((refusal) => {
        // Followed anew meanwhile, by another line.
        if (lines.get(live.key) !== line) return;
        lines.delete(live.key);
        if (refusal) drop(live.key);
        else if (working.get(live.key)?.run.phase !== 'lost') finished(live.key);
        settle(refusal);
      });
    });
  }

  function resume(slot: string, message: Message): void {
    const { generation_id: generationId, conversation_id: conversationId, id: messageId } = message;
    if (document.hidden) return later(slot, message);
    const known = [...working.values()].find(({ run }) => run.messageId === messageId);
    if (!generationId || silent.has(messageId) || (known && known.run.phase !== 'lost')) return;
    const run = known?.run ?? newRun({ generationId, conversationId, messageId, before: message.content });
    const live = { key: `resume-${messageId}`, slot, parentId: message.parent_id, user: null };
    if (known) working.delete(known.key);
    void begin({ ...live, run: { ...run, phase: 'streaming' } }, null);
  }

  function answerBeside(slot: string, questionId: string, model: string): Promise<Refusal | null> {
    const key = crypto.randomUUID();
    const body = { message_id: questionId, model, ...toolsBody(queries, model) };
    const headers = { 'idempotency-key': key, accept: 'text/event-stream' };
    const live = { key, slot, run: newRun({ model }), parentId: questionId, user: null, beside: true };
    return begin(live, (signal) => client.open('POST', '/api/chat/regenerate', { body, headers, signal }));
  }

  return {
    runs,
    slots,
    temporary,
    ask({
      slot,
      conversationId,
      content,
      parentId,
      model,
      files,
      idempotencyKey,
      others = [],
      assistant,
      onRefused,
      ...asked
    }) {
      const { collections = [], webSearch = false } = asked;
      const kept = queries.getQueryData<Conversation>(keys.conversation(conversationId ?? ''))?.assistant_id;
      const parts: Message['parts'] = [
        ...files.map(({ id, filename }) => ({ type: 'file' as const, file_id: id, filename })),
        ...collections.map(({ id, name }) => ({ type: 'collection' as const, collection_id: id, name })),
        ...(webSearch ? [{ type: 'web_search' as const }] : []),
        ...(others.length > 0 ? [{ type: 'compare' as const }] : []),
      ];
      const user = blankMessage({ id: `user-${idempotencyKey}`, parent_id: parentId, content, parts, role: 'user' });
      const body = {
        content,
        ...(temporary.has(slot) && { temporary: true, messages: temporary.said(slot, parentId) }),
        ...(conversationId && { conversation_id: conversationId, parent_id: parentId }),
        ...(model && { model }),
        ...(assistant !== undefined && { assistant_id: assistant }),
        ...(!(assistant ?? kept) && toolsBody(queries, model)),
        ...(files.length > 0 && { file_ids: files.map(({ id }) => id) }),
        ...(collections.length > 0 && { collection_ids: collections.map(({ id }) => id) }),
        ...(webSearch && { web_search: true }),
        ...(others.length > 0 && { compare: true }),
      };
      const headers = { 'idempotency-key': idempotencyKey, accept: 'text/event-stream' };
      return begin(
        { key: idempotencyKey, slot, run: newRun({ model: model ?? null }), parentId, user },
        (signal) => client.open('POST', '/api/chat/stream', { body, headers, signal }),
        (questionId) => {
          for (const other of others)
            void answerBeside(slot, questionId, other).then((refusal) => refusal && onRefused?.(refusal));
        },
      );
    },
    regenerate({ slot, message, model }) {
      const key = crypto.randomUUID();
      const parentId = message.role === 'user' ? message.id : message.parent_id;
      const headers = { 'idempotency-key': key, accept: 'text/event-stream' };
      const question = parentId === null ? undefined : temporary.find(slot, parentId);
      const path = question ? '/api/chat/stream' : '/api/chat/regenerate';
      const body = {
        ...(question
          ? {
              content: question.content,
              temporary: true,
              messages: temporary.said(slot, question.parent_id),
              file_ids: filesOf(question).map(({ id }) => id),
            }
          : { message_id: message.id }),
        ...(model && { model }),
        ...(message.assistant && question && { assistant_id: message.assistant.id }),
        ...(!message.assistant && toolsBody(queries, model ?? message.model)),
      };
      return begin({ key, slot, run: newRun({ model: model ?? null }), parentId, user: null }, (signal) =>
        client.open('POST', path, { body, headers, signal }),
      );
    },
    resume,
    async stop(slot) {
      const running = [...working.values()].filter((one) => one.slot === slot && one.run.phase !== 'ended');
      const ids = running.flatMap(({ run }) => run.generationId ?? []);
      await Promise.all(ids.map((id) => client.delete(`/api/chat/generations/${id}`)));
    },
    async goOn(slot, message) {
      const { conversation_id: conversationId, id: messageId, content: before, parent_id: parentId } = message;
      const key = crypto.randomUUID();
      const run = newRun({ conversationId, messageId, before, text: before, model: message.model });
      putMessages(queries, conversationId, [{ ...message, status: 'streaming', error: null, finish_reason: null }]);
      const headers = { 'idempotency-key': key, accept: 'text/event-stream' };
      const refused = await begin({ key, slot, run, parentId, user: null }, (signal) =>
        client.open('POST', '/api/chat/continue', {
          body: { message_id: messageId, ...(!message.assistant && toolsBody(queries, message.model)) },
          headers,
          signal,
        }),
      );
      if (refused) putMessages(queries, conversationId, [message]);
      return refused;
    },
    show(slot) {
      shown.add(slot);
      return () => {
        shown.delete(slot);
        for (const one of working.values()) if (one.slot === slot) letGo(one.key);
      };
    },
    isWriting: (conversationId) =>
      [...working.values()].some(
        ({ slot, run }) =>
          run.phase !== 'lost' && (run.conversationId === conversationId || slot === slots.of(conversationId)),
      ),
  };
}
