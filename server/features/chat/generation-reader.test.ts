import { expect, it } from 'vitest';
import { pino } from 'pino';
import { createTestApp } from '../../../test/app.ts';
import type { ChatEvent } from '../../../shared/stream.ts';
import { createTransactor } from '../../db/transaction.ts';
import { hours } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { createLocalEvents } from '../../platform/events/drivers/local.ts';
import { frameOf } from './frames.ts';
import { createGenerationReader, type Sink } from './generation-reader.ts';
import type { OwnGeneration } from './policy.ts';
import { newMessage } from './rows.ts';
import { createChatStore } from './store.ts';

it('an answer that another process writes comes as it is saved, without looking again and again', async () => {
  const app = await createTestApp();
  try {
    const anna = await app.person('anna');
    const conversationId = (await anna.post('/api/conversations', {})).body.id as string;
    const { database } = app.carrel;
    const store = createChatStore(database.db, createTransactor(database));
    const reply = newMessage({ conversationId, parentId: null, role: 'assistant', content: '', at: Date.now() });
    await store.messages.insert([{ ...reply, status: 'streaming' }]);
    const generation = {
      id: newId(),
      user_id: anna.id,
      conversation_id: conversationId,
      message_id: reply.id,
      status: 'running',
      owner: newId(),
      heartbeat_at: Date.now() + hours(1),
      cancel_requested: 0,
      idempotency_key: null,
      body_hash: null,
      created_at: Date.now(),
      finished_at: null,
    } as const;
    await store.generations.insert(generation);

    const events = createLocalEvents({ logger: pino({ level: 'silent' }) });
    let saved = 0;
    const save = async (event: ChatEvent): Promise<void> => {
      saved += 1;
      const row = { generation_id: generation.id, first_seq: saved, last_seq: saved, frames: frameOf(saved, event) };
      await store.generations.appendLog([row]);
      events.publish('generation_log.saved', { owner: generation.owner });
    };
    const words = ['While it was read. ', 'While it was waited for.'];
    let reads = 0;
    const reader = createGenerationReader({
      engine: { live: () => undefined } as unknown as Parameters<typeof createGenerationReader>[0]['engine'],
      generations: {
        ...store.generations,
        async readLog(id, after) {
          const log = await store.generations.readLog(id, after);
          reads += 1;
          if (reads === 1) await save({ event: 'delta', data: { text: words[0] ?? '' } });
          return log;
        },
      },
      messages: store.messages,
      events,
      // Nothing is ever found by looking.
      pollMs: hours(1),
    });
    let text = '';
    let ended = false;
    const seen = Promise.withResolvers<void>();
    const sink: Sink = {
      write: (piece) => ((text += piece), seen.resolve(), true),
      drained: () => Promise.resolve(),
      end: () => (ended = true),
      closed: false,
      onClose: () => undefined,
    };
    const read = reader.read(generation as unknown as OwnGeneration, 0, sink);
    await seen.promise;
    expect(text).toContain(words[0]);
    await save({ event: 'delta', data: { text: words[1] ?? '' } });
    await save({ event: 'stopped', data: { usage: null } });
    await store.generations.finish(generation.id, 'stopped', Date.now());
    const { user_id, conversation_id, id: generation_id } = generation;
    events.publish('generation.updated', { user_id, conversation_id, generation_id, status: 'stopped' });
    await read;
    expect(text).toContain(words[1]);
    expect(ended).toBe(true);
    expect(text.match(/^id: \d+$/gm)).toEqual(['id: 1', 'id: 2', 'id: 3']);
  } finally {
    await app.close();
  }
});
