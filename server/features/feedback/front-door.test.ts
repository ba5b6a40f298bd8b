import { expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { newId } from '../../lib/ids.ts';

describeEachDatabase('feedback', (database) => {
  it('is one opinion for each person and answer, and nobody else’s', async () => {
    const app = await createTestApp({ env: { DATABASE_URL: database().url } });
    try {
      const [anna, ben] = [await app.person('anna'), await app.person('ben')];
      const id = (await anna.post('/api/conversations', {})).body.id as string;
      const say = async (content: string, role: string) =>
        (await anna.post(`/api/conversations/${id}/messages`, { content, role })).body.id as string;
      const [question, answer] = [await say('?', 'user'), await say('!', 'assistant')];

      const made = await anna.post('/api/feedback', { message_id: answer, rating: 'down', reason: 'wrong' });
      expect([made.status, made.body]).toMatchObject([201, { rating: 'down', reason: 'wrong', comment: null }]);
      const again = await anna.post('/api/feedback', { message_id: answer, rating: 'up', comment: 'after all' });
      expect(again.body).toMatchObject({ id: made.body.id, rating: 'up', reason: null, comment: 'after all' });
      await Promise.all(
        Array.from({ length: 10 }, () => anna.post('/api/feedback', { message_id: answer, rating: 'up' })),
      );
      expect((await anna.get('/api/feedback')).body.items).toHaveLength(1);
      const path = `/api/feedback/${made.body.id}`;
      expect((await anna.patch(path, { rating: 'down' })).body.rating).toBe('down');
      expect((await anna.get(`/api/feedback?message_id=${answer}`)).body.items).toMatchObject([{ rating: 'down' }]);
      const ofConversation = async (of: string) => (await anna.get(`/api/feedback?conversation_id=${of}`)).body.items;
      expect(await ofConversation(id)).toMatchObject([{ message_id: answer }]);
      expect(await ofConversation(newId())).toEqual([]);
      expect((await ben.get(`/api/feedback?conversation_id=${id}`)).body.items).toEqual([]);

      expect((await anna.post('/api/feedback', { message_id: question, rating: 'up' })).status).toBe(400);
      for (const message_id of [answer, newId()])
        expect((await ben.post('/api/feedback', { message_id, rating: 'up' })).body.code).toBe('MESSAGE_NOT_FOUND');
      expect((await ben.get(path)).status).toBe(404);
      expect((await ben.patch(path, { rating: 'up' })).status).toBe(404);
      expect((await ben.delete(path)).status).toBe(204);
      expect((await anna.get(path)).status).toBe(200);
      expect((await app.stranger().get('/api/feedback')).status).toBe(401);

      expect((await anna.delete(path)).status).toBe(204);
      expect((await anna.get(path)).status).toBe(404);
      await anna.post('/api/feedback', { message_id: answer, rating: 'up' });
      await anna.delete(`/api/messages/${answer}`);
      expect((await anna.get('/api/feedback')).body.items).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
