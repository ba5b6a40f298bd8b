import type { QueryClient } from '@tanstack/react-query';
import type { Message } from '../../../../shared/api/chat.ts';
import type { Client } from '../../lib/client.ts';
import { oncePerFrame } from '../../lib/frame.ts';
import type { Refusal } from '../../lib/problem.ts';
import { createStore, type Store } from '../../lib/store.ts';
import { changeConversation, findMessage, keys, newestTime, putMessages } from './cache.ts';
import { follow } from './follow.ts';
import { blankMessage } from './messages.ts';
import { applyEvent, newRun, withRun, type Run } from './run.ts';
import { createSlots, type Slots } from './slots.ts';

/** A run with its place on the page. `user` is the message that is not stored yet; null where none is being sent. */
export type LiveRun = { key: string; slot: string; run: Run; parentId: string | null; user: Message | null };

export type Ask = {
  slot: string;
  conversationId: string | undefined;
  content: string;
  /** Parent of the new message: null makes a root. */
  parentId: string | null;
  model: string | undefined;
  files: { id: string; filename: string }[];
  /** The same key for the same attempt, so that a send that is repeated is not doubled. */
  idempotencyKey: string;
};
export type Again = Pick<Ask, 'slot' | 'model'> & { conversationId: string; message: Message };

export type Live = {
  runs: Store<ReadonlyMap<string, LiveRun>>;
  slots: Slots;
  /** Resolves when the server has taken the message (null), or refused it. The answer goes on by itself. */
  ask(ask: Ask): Promise<Refusal | null>;
  regenerate(again: Again): Promise<Refusal | null>;
  /** Follows an answer that another page, or this one before a reload, began. Does nothing if it is followed already. */
  resume(slot: string, message: Message): void;
  stop(slot: string): Promise<void>;
};

type Tools = { client: Client; queries: QueryClient; onStarted(slot: string, conversationId: string): void };

/** Everything that is being written, independent of which conversation is on the screen. */
export function createLive({ client, queries, onStarted }: Tools): Live {
  const runs = createStore<ReadonlyMap<string, LiveRun>>(new Map());
  const slots = createSlots();
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

  /** The messages have their ids now: they join the loaded ones, dated behind the newest whatever this clock says. */
  function started(key: string): void {
    const live = working.get(key);
    const { conversationId, messageId, userMessageId } = live?.run ?? {};
    if (!live || !conversationId || !messageId) return;
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
    drop(key);
    if (!conversationId) return;
    void queries.invalidateQueries({ queryKey: keys.messages(conversationId) });
    void queries.invalidateQueries({ queryKey: keys.conversation(conversationId) });
    void queries.invalidateQueries({ queryKey: keys.lists });
  }

  function begin(live: LiveRun, open: Parameters<typeof follow>[0]['open']): Promise<Refusal | null> {
    working.set(live.key, live);
    publish.now();
    return new Promise((settle) => {
      void follow({
        client,
        open,
        generation: () => working.get(live.key)?.run ?? null,
        onEvent(event) {
          const now = working.get(live.key);
          if (!now) return;
          const run = applyEvent(now.run, event);
          change(live.key, { run });
          if (event.event === 'meta') {
            started(live.key);
            settle(null);
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
        if (refusal) drop(live.key);
        else if (working.get(live.key)?.run.phase !== 'lost') finished(live.key);
        settle(refusal);
      });
    });
  }

  return {
    runs,
    slots,
    ask({ slot, conversationId, content, parentId, model, files, idempotencyKey }) {
      const parts: Message['parts'] = files.map(({ id, filename }) => ({ type: 'file', file_id: id, filename }));
      const user = blankMessage({ id: `user-${idempotencyKey}`, parent_id: parentId, content, parts, role: 'user' });
      const body = {
        content,
        ...(conversationId && { conversation_id: conversationId, parent_id: parentId }),
        ...(model && { model }),
        ...(files.length > 0 && { file_ids: files.map(({ id }) => id) }),
      };
      const headers = { 'idempotency-key': idempotencyKey, accept: 'text/event-stream' };
      return begin({ key: idempotencyKey, slot, run: newRun({ model: model ?? null }), parentId, user }, () =>
        client.open('POST', '/api/chat/stream', { body, headers }),
      );
    },
    regenerate({ slot, message, model }) {
      const key = crypto.randomUUID();
      const parentId = message.role === 'user' ? message.id : message.parent_id;
      const body = { message_id: message.id, ...(model && { model }) };
      const headers = { 'idempotency-key': key, accept: 'text/event-stream' };
      return begin({ key, slot, run: newRun({ model: model ?? null }), parentId, user: null }, () =>
        client.open('POST', '/api/chat/regenerate', { body, headers }),
      );
    },
    resume(slot, message) {
      const { generation_id: generationId, conversation_id: conversationId, id: messageId } = message;
      const known = [...working.values()].find(({ run }) => run.messageId === messageId);
      if (!generationId || silent.has(messageId) || (known && known.run.phase !== 'lost')) return;
      const run = known?.run ?? newRun({ generationId, conversationId, messageId, before: message.content });
      const live = { key: `resume-${messageId}`, slot, parentId: message.parent_id, user: null };
      if (known) working.delete(known.key);
      void begin({ ...live, run: { ...run, phase: 'streaming' } }, null);
    },
    async stop(slot) {
      const live = [...working.values()].find((one) => one.slot === slot && one.run.phase !== 'ended');
      if (live?.run.generationId) await client.delete(`/api/chat/generations/${live.run.generationId}`);
    },
  };
}
