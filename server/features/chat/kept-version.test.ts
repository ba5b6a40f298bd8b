import { expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.ts';
import type { Json } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';

describeEachDatabase('a conversation', (database) => {
  it('keeps the version that was chosen, until another message comes', async () => {
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      await app.person('admin');
      const [ada, eve] = [await app.person('ada'), await app.person('eve')];
      const made = (await ada.post('/api/conversations', {})).body;
      const path = `/api/conversations/${made.id}`;
      expect(made.leaf_id).toBeNull();
      const question = (await ada.post(`${path}/messages`, { content: 'Which?' })).body.id as string;
      const say = async (content: string): Promise<string> =>
        (await ada.post(`${path}/messages`, { content, role: 'assistant', parent_id: question })).body.id as string;
      const [first] = [await say('This'), await say('That')];
      expect((await ada.patch(path, { leaf_id: first })).body.leaf_id).toBe(first);
      expect((await ada.get(path)).body.leaf_id).toBe(first);

      const other = (await ada.post('/api/conversations', {})).body.id as string;
      for (const refused of [
        await ada.patch(`/api/conversations/${other}`, { leaf_id: first }),
        await eve.patch(path, { leaf_id: first }),
      ])
        expect(refused.status).toBe(404);
      const exported = (await ada.get(`${path}/export`)).body as Json;
      expect(exported.leaf_id).toBe(first);

      await ada.post(`${path}/messages`, { content: 'Go on', parent_id: first });
      expect((await ada.get(path)).body.leaf_id).toBeNull();
    } finally {
      await app.close();
    }
  });

  it('says of a question that several models answer it side by side, to every device, until one answer is kept', async () => {
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      const ada = await app.person('comparer');
      const [meta] = await ada.chat({ content: 'Which of you?', compare: true });
      if (meta?.event !== 'meta') throw new Error('no meta');
      const { user_message_id: id, message_id: answer, conversation_id } = meta.data;
      const parts = async () => (await ada.get(`/api/messages/${id}`)).body.parts as Json[];
      expect(await parts()).toEqual([{ type: 'compare' }]);
      expect((await ada.post('/api/chat/regenerate', { message_id: id })).status).toBe(200);
      expect(await parts()).toEqual([{ type: 'compare' }]);

      // Once one is kept they are versions of each other, also after another one has come.
      expect((await ada.patch(`/api/conversations/${conversation_id}`, { leaf_id: answer })).status).toBe(200);
      expect(await parts()).toEqual([]);
      expect((await ada.post('/api/chat/regenerate', { message_id: id })).status).toBe(200);
      expect(await parts()).toEqual([]);
      expect((await ada.post('/api/chat/message', { content: 'Hi', compare: 'yes' })).status).toBe(400);
    } finally {
      await app.close();
    }
  });

  it('has twenty tags at most, however they come', async () => {
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      const ada = await app.person('tagger');
      const tags = Array.from({ length: 20 }, (_, n) => `tag ${n}`);
      const full = (await ada.post('/api/conversations', { tags })).body.id as string;
      const empty = (await ada.post('/api/conversations', {})).body.id as string;
      const bulk = (tag: string) => ada.post('/api/conversations/bulk', { ids: [empty, full], action: 'tag', tag });
      expect((await bulk('one more')).body.code).toBe('VALIDATION_FAILED');
      expect((await ada.get(`/api/conversations/${empty}`)).body.tags).toEqual([]);
      expect((await bulk('tag 3')).status).toBe(200);
      expect((await ada.get(`/api/conversations/${empty}`)).body.tags).toEqual(['tag 3']);
    } finally {
      await app.close();
    }
  });
});
