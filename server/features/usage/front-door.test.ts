import { expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { createFakeLlm } from '../../../test/fake-llm/server.ts';
import { days, toIso } from '../../lib/clock.ts';

describeEachDatabase('usage', (database) => {
  it('is added up by day, model and person; each sees their own, admins see all', async () => {
    const clock = { ahead: 0 };
    const now = () => Date.now() + clock.ahead;
    const fake = await createFakeLlm();
    const app = await createTestApp({
      env: {
        DATABASE_URL: database().url,
        OPENAI_BASE_URL: `${fake.url}/v1`,
        OPENAI_API_KEY: 'sk-test',
        SESSION_TIMEOUT_MINUTES: '525600',
      },
      overrides: { now },
    });
    try {
      const admin = await app.person('admin');
      const ada = await app.person('ada');
      const ask = async (who: typeof ada, prompt: number) => {
        fake.script({ text: 'Yes.', usage: { prompt, completion: 5 } });
        expect((await who.post('/api/chat/message', { content: 'A question' })).status).toBe(200);
      };
      const today = toIso(now()).slice(0, 10);
      await ask(ada, 10);
      await ask(admin, 100);
      clock.ahead = days(1);
      const tomorrow = toIso(now()).slice(0, 10);
      await ask(ada, 20);

      const mine = (await ada.get('/api/usage')).body;
      expect(mine).toMatchObject({ to: tomorrow, next_cursor: null });
      expect(mine.totals).toEqual({ messages: 2, prompt_tokens: 30, completion_tokens: 10, total_tokens: 40, cost: 0 });
      expect(mine.items).toMatchObject([
        { day: today, messages: 1, total_tokens: 15 },
        { day: tomorrow, messages: 1, total_tokens: 25 },
      ]);
      const [{ model }] = (await ada.get('/api/usage?group_by=model')).body.items;
      expect(model).toContain('/');
      expect((await ada.get(`/api/usage?from=${today}&to=${today}`)).body.totals.total_tokens).toBe(15);

      const people = (await admin.get('/api/admin/usage?group_by=user')).body;
      expect(people.totals.messages).toBe(3);
      expect(people.items).toMatchObject([
        { user: { id: admin.id, email: 'admin@example.org' }, total_tokens: 105 },
        { user: { id: ada.id, name: 'ada' }, messages: 2, total_tokens: 40 },
      ]);
      const narrow = `/api/admin/usage?user_id=${ada.id}&model=${encodeURIComponent(model)}&from=${tomorrow}&to=${tomorrow}`;
      expect((await admin.get(narrow)).body.totals.total_tokens).toBe(25);
      expect((await admin.get('/api/admin/usage?model=none')).body).toMatchObject({
        items: [],
        totals: { messages: 0 },
      });

      for (const bad of ['from=yesterday', `from=${tomorrow}&to=${today}`, 'from=2020-01-01', 'group_by=moon'])
        expect((await admin.get(`/api/admin/usage?${bad}`)).body.code).toBe('VALIDATION_FAILED');
      expect((await ada.get('/api/usage?group_by=user')).status).toBe(400);
      expect((await ada.get('/api/admin/usage')).body.code).toBe('ADMIN_REQUIRED');
      expect((await app.stranger().get('/api/usage')).status).toBe(401);
    } finally {
      await app.close();
      await fake.close();
    }
  });
});
