import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { FindingPreview } from '../../../shared/api/finding-preview.ts';
import type { SavedQuestionDetail } from '../../../shared/api/saved-questions.ts';

const words = (of: string, count: number): string => Array.from({ length: count }, (_, at) => `${of}${at}`).join(' ');
const book = ['lighthouse', 'pierhead', 'breakwater', 'boathouse']
  .map((name) => `# Of the ${name}\n\nThe ${name} is painted. ${words(name, 110)}.`)
  .join('\n\n');
const nobody = '0198c0de-0000-7000-8000-000000000000';
const path = '/api/saved-questions';

describeEachDatabase('saved questions', (database) => {
  let app: TestApp;
  let admin: Client;
  let ada: Client;
  let bob: Client;
  let file: string;
  let answer: string;

  beforeAll(async () => {
    app = await createTestApp({ env: { DATABASE_URL: database().url } });
    admin = await app.person('admin');
    ada = await app.person('ada');
    bob = await app.person('bob');
    file = (await ada.uploadAndWait('harbour.md', book, 'text/markdown')).id;
    const [meta] = await ada.chat({ content: 'Is the pierhead painted?', model: 'librarian/librarian' });
    if (meta?.event !== 'meta') throw new Error('no meta');
    answer = meta.data.message_id;
    await ada.post('/api/feedback', { message_id: answer, rating: 'down' });
  });
  afterAll(() => app.close());

  const detail = async (): Promise<SavedQuestionDetail> => (await ada.get(`${path}/${answer}`)).body;

  it('are listed for who rated their answers down, and for nobody else', async () => {
    const { items } = (await ada.get(path)).body;
    expect(items).toMatchObject([{ message_id: answer, question: 'Is the pierhead painted?', expected: 0 }]);
    expect((await bob.get(path)).body.items).toEqual([]);
    expect((await bob.get(`${path}/${answer}`)).status).toBe(404);
    expect((await bob.put(`${path}/${answer}/expected`, { places: [] })).status).toBe(404);
    expect((await app.stranger().get(path)).status).toBe(401);
  });

  it('say what was found then and what is found now', async () => {
    const { candidates } = await detail();
    expect(candidates[0]).toMatchObject({ file_id: file, title: 'harbour.md', was: 1, is: 1, expected: false });
    expect(candidates[0]?.text).toContain('pierhead');
  });

  it('take what should be found, of what their owner may read', async () => {
    const [best] = (await detail()).candidates;
    const places = [{ file_id: file, ordinal: best?.ordinal }];
    const { status, body } = await ada.put(`${path}/${answer}/expected`, { places });
    expect([status, body.expected, body.candidates[0].expected]).toEqual([200, 1, true]);
    const strange = await bob.uploadAndWait('bob.md', 'The pierhead is bob’s.', 'text/markdown');
    expect(
      (await ada.put(`${path}/${answer}/expected`, { places: [{ file_id: strange.id, ordinal: 0 }] })).body.code,
    ).toBe('FILE_NOT_FOUND');
    expect((await ada.put(`${path}/${answer}/expected`, { places: [{ file_id: file }] })).status).toBe(400);
    expect((await detail()).expected).toBe(1);
  });

  it('take it from two windows at once', async () => {
    const [best] = (await detail()).candidates;
    const places = [{ file_id: file, ordinal: best?.ordinal }];
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => ada.put(`${path}/${answer}/expected`, { places })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it('are asked again, run after run, and compared', async () => {
    const first = (await ada.post(`${path}/runs`)).body;
    expect(first).toMatchObject({
      setup: { embedding: null, rerank: null },
      totals: { questions: 1, unchanged: 1, with_expected: 1, recall: 1, mrr: 1 },
      items: [{ message_id: answer, expected: 1, recalled: 1, first: 1, same_best: true }],
    });
    await ada.delete(`/api/files/${file}`);
    const second = (await ada.post(`${path}/runs`)).body;
    expect(second.totals).toMatchObject({ questions: 1, lost: 1, recall: 0, mrr: 0 });
    const { items } = (await ada.get(`${path}/runs`)).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual([second.id, first.id]);
    expect((await ada.get(`${path}/runs/${first.id}`)).body).toEqual(first);
    expect((await bob.get(`${path}/runs/${first.id}`)).status).toBe(404);
    expect((await bob.get(`${path}/runs`)).body.items).toEqual([]);
  });

  it('are sums alone for admins', async () => {
    const run = await admin.post('/api/admin/saved-questions/runs');
    expect([run.status, run.body.totals]).toMatchObject([201, { questions: 1, lost: 1, with_expected: 1, recall: 0 }]);
    const list = (await admin.get('/api/admin/saved-questions/runs')).body;
    expect(list.items[0].id).toBe(run.body.id);
    expect(JSON.stringify([run.body, list])).not.toContain('pierhead');
    expect((await admin.get(`${path}/runs/${run.body.id}`)).status).toBe(404);
    expect((await ada.post('/api/admin/saved-questions/runs')).status).toBe(403);
    expect((await ada.get('/api/admin/saved-questions/runs')).status).toBe(403);
  });

  it('go with the conversation, and their results with them', async () => {
    const { items } = (await ada.get('/api/conversations')).body;
    for (const { id } of items) await ada.delete(`/api/conversations/${id}`);
    expect((await ada.get(path)).body.items).toEqual([]);
  });
});

describeEachDatabase('what somebody would find', (database) => {
  let app: TestApp;
  let admin: Client;
  let ada: Client;
  let collection: string;
  const preview = (body: object, who = admin) => who.post<FindingPreview>('/api/admin/finding/preview', body);

  beforeAll(async () => {
    app = await createTestApp({ env: { DATABASE_URL: database().url } });
    admin = await app.person('admin');
    ada = await app.person('ada');
    const bob = await app.person('bob');
    await ada.uploadAndWait('diary.md', 'The lighthouse keeper is my secret love.', 'text/markdown');
    await bob.uploadAndWait('hidden.md', 'The lighthouse is only bob’s.', 'text/markdown');
    const shared = await admin.uploadAndWait('plan.md', 'The lighthouse gets a new lamp.', 'text/markdown');
    collection = (await admin.post('/api/collections', { name: 'Plans' })).body.id;
    await admin.post(`/api/collections/${collection}/sources`, { file_id: shared.id });
    await admin.put(`/api/collections/${collection}/shares`, { user_id: ada.id, access: 'read' });
  });
  afterAll(() => app.close());

  it('is what they may read, with its ranks and the reason, and words only of what the admin may read', async () => {
    const { status, body } = await preview({ user_id: ada.id, q: 'lighthouse' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ user: { id: ada.id, name: 'ada' }, matched: true, way: 'search', rerank: null });
    const byTitle = new Map(body.items.map((item) => [item.title, item]));
    expect(new Set(byTitle.keys())).toEqual(new Set(['diary.md', 'plan.md']));
    expect(byTitle.get('diary.md')).toMatchObject({ own: true, collections: [], text: null });
    expect(byTitle.get('plan.md')).toMatchObject({ own: false, collections: [{ id: collection, name: 'Plans' }] });
    expect(byTitle.get('plan.md')?.text).toContain('new lamp');
    expect(byTitle.get('plan.md')?.by_words).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toMatch(/secret love|hidden/);
  });

  it('is written down, without the question', async () => {
    const { items } = (await admin.get('/api/admin/audit?action=finding.previewed')).body;
    expect(items[0]).toMatchObject({ action: 'finding.previewed', target: { kind: 'user', id: ada.id } });
    expect(JSON.stringify(items)).not.toContain('lighthouse');
  });

  it('follows a share that was taken back at once', async () => {
    await admin.call('DELETE', `/api/collections/${collection}/shares`, { user_id: ada.id });
    const { body } = await preview({ user_id: ada.id, q: 'lighthouse' });
    expect(body.items.map(({ title }) => title)).toEqual(['diary.md']);
  });

  it('is for admins, about somebody who is there', async () => {
    expect((await preview({ user_id: ada.id, q: 'x' }, ada)).status).toBe(403);
    expect((await preview({ user_id: nobody, q: 'x' })).status).toBe(404);
    expect((await preview({ user_id: ada.id })).status).toBe(400);
  });
});
