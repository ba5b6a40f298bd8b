import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import { newId } from '../../lib/ids.ts';

describeEachDatabase('folders and tags', (database) => {
  let app: TestApp;
  let anna: Client;
  let ben: Client;
  beforeAll(async () => {
    app = await createTestApp({ env: { DATABASE_URL: database().url } });
    anna = await app.person('anna');
    ben = await app.person('ben');
  });
  afterAll(() => app.close());

  const folder = async (name: string, parent_id: string | null = null): Promise<string> => {
    const made = await anna.post('/api/folders', { name, parent_id });
    expect(made.status).toBe(201);
    return made.body.id as string;
  };
  const conversation = async (body: object = {}): Promise<string> => {
    const made = await anna.post('/api/conversations', body);
    expect(made.status).toBe(201);
    return made.body.id as string;
  };
  const listed = async (query: string): Promise<string[]> =>
    (await anna.get(`/api/conversations?${query}`)).body.items.map(({ id }: { id: string }) => id);

  it('are beside titles that are found as they are written, and in other cases', async () => {
    const id = await conversation({ title: 'Übersicht für ÄMTER' });
    for (const q of ['Übersicht', 'ÜbeRSicht', 'FüR ÄmTER'])
      expect(await listed(`q=${encodeURIComponent(q)}`), q).toEqual([id]);
    expect(await listed(`q=${encodeURIComponent('Ubersicht')}`)).toEqual([]);
  });

  it('keep conversations, which are found by them', async () => {
    const work = await folder('Work');
    const a = await conversation({ title: 'A', folder_id: work, tags: ['Boiler', ' boiler ', 'Größe'] });
    const b = await conversation({ title: 'B', tags: ['boil'] });
    expect((await anna.get(`/api/conversations/${a}`)).body).toMatchObject({
      folder_id: work,
      tags: ['boiler', 'größe'],
    });
    expect(await listed(`folder=${work}`)).toEqual([a]);
    expect(await listed('folder=none')).toContain(b);
    expect(await listed('folder=none')).not.toContain(a);
    expect(await listed('tag=BOILER')).toEqual([a]);
    expect(await listed('tag=boil')).toEqual([b]);
    expect(await listed(`tag=${encodeURIComponent('GRÖSSE')}`)).toEqual([]);
    expect(await listed(`tag=${encodeURIComponent('%')}`)).toEqual([]);
    expect((await anna.put(`/api/conversations/${b}`, { folder_id: work, tags: [] })).body).toMatchObject({
      folder_id: work,
      tags: [],
    });
    expect((await anna.get('/api/conversations/tags')).body.items).toEqual([
      { tag: 'boiler', count: 1 },
      { tag: 'größe', count: 1 },
    ]);
  });

  it('lie in each other without a circle and not too deep', async () => {
    const top = await folder('top');
    const middle = await folder('middle', top);
    const low = await folder('low', middle);
    for (const parent_id of [top, middle, low]) {
      const refused = await anna.patch(`/api/folders/${top}`, { parent_id });
      expect([refused.status, refused.body.details?.fields?.[0]?.path]).toEqual([400, 'parent_id']);
    }
    expect((await anna.patch(`/api/folders/${low}`, { parent_id: top })).body.parent_id).toBe(top);
    let parent = low;
    const statuses: number[] = [];
    for (let depth = 0; depth < 10; depth += 1) {
      const made = await anna.post('/api/folders', { name: 'deep', parent_id: parent });
      statuses.push(made.status);
      parent = made.body.id ?? parent;
    }
    expect(statuses.slice(0, 8)).toEqual(Array(8).fill(201));
    expect(statuses.at(-1)).toBe(400);
  });

  it('make no circle however many are moved at once', async () => {
    const ids = await Promise.all(['x', 'y', 'z'].map((name) => folder(name)));
    await Promise.all(ids.map((id, at) => anna.patch(`/api/folders/${id}`, { parent_id: ids[(at + 1) % 3] })));
    const all = (await anna.get('/api/folders')).body.items as { id: string; parent_id: string | null }[];
    const parents = new Map(all.map(({ id, parent_id }) => [id, parent_id]));
    const ends = ids.filter((id) => {
      let at: string | null = id;
      for (let steps = 0; at !== null && steps < 10; steps += 1) at = parents.get(at) ?? null;
      return at === null;
    });
    expect(ends).toEqual(ids);
  });

  it('leave what is in them where they lay when they are deleted', async () => {
    const outer = await folder('outer');
    const inner = await folder('inner', outer);
    const innermost = await folder('innermost', inner);
    const kept = await conversation({ folder_id: inner });
    expect((await anna.delete(`/api/folders/${inner}`)).status).toBe(204);
    expect((await anna.delete(`/api/folders/${inner}`)).status).toBe(204);
    expect((await anna.get(`/api/conversations/${kept}`)).body.folder_id).toBe(outer);
    expect((await anna.get(`/api/folders/${innermost}`)).body.parent_id).toBe(outer);
    await anna.delete(`/api/folders/${outer}`);
    expect((await anna.get(`/api/conversations/${kept}`)).body.folder_id).toBeNull();
  });

  it('are nobody else’s', async () => {
    const mine = await folder('mine');
    const own = await conversation({ folder_id: mine });
    const theirs = (await ben.post('/api/conversations', {})).body.id as string;
    for (const id of [mine, newId()]) {
      const answers = [
        await ben.get(`/api/folders/${id}`),
        await ben.patch(`/api/folders/${id}`, { name: 'taken' }),
        await ben.post('/api/folders', { name: 'in it', parent_id: id }),
        await ben.post('/api/conversations', { folder_id: id }),
        await ben.patch(`/api/conversations/${theirs}`, { folder_id: id }),
        await ben.post('/api/conversations/bulk', { ids: [theirs], action: 'move', folder_id: id }),
      ];
      expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(404));
      expect((await ben.delete(`/api/folders/${id}`)).status).toBe(204);
      expect((await ben.get(`/api/conversations?folder=${id}`)).body.items).toEqual([]);
    }
    expect((await anna.get(`/api/conversations/${own}`)).body.folder_id).toBe(mine);
    expect((await app.stranger().get('/api/folders')).status).toBe(401);
  });

  it('are taken over by a branch, which has what was said up to a message and nothing after it', async () => {
    const place = await folder('branches');
    const trunk = await conversation({ title: 'Trunk', folder_id: place, tags: ['wood'] });
    const say = async (content: string, parent_id: string | null) =>
      (await anna.post(`/api/conversations/${trunk}/messages`, { content, parent_id })).body.id as string;
    const root = await say('root', null);
    const twig = await say('twig', root);
    await say('leaf', twig);
    await say('another twig', root);
    const made = await anna.post(`/api/conversations/${trunk}/branch`, { message_id: twig });
    expect([made.status, made.body]).toMatchObject([201, { title: 'Trunk', folder_id: place, tags: ['wood'] }]);
    const items = (await anna.get(`/api/conversations/${made.body.id}/messages`)).body.items;
    expect(items.map(({ content }: { content: string }) => content)).toEqual(['root', 'twig']);
    expect(items[1].parent_id).toBe(items[0].id);
    expect([root, twig]).not.toContain(items[1].id);
    expect((await anna.get(`/api/conversations/${trunk}/messages`)).body.items).toHaveLength(4);

    expect((await ben.post(`/api/conversations/${trunk}/branch`, { message_id: twig })).status).toBe(404);
    const theirs = (await ben.post('/api/conversations', {})).body.id as string;
    for (const message_id of [twig, newId()]) {
      const refused = await ben.post(`/api/conversations/${theirs}/branch`, { message_id });
      expect([refused.status, refused.body.code]).toEqual([404, 'MESSAGE_NOT_FOUND']);
    }
  });

  describe('many conversations at once', () => {
    it('are archived, pinned, moved, tagged and deleted', async () => {
      const ids = [await conversation(), await conversation()];
      const to = await folder('all of them');
      const bulk = (body: object) => anna.post('/api/conversations/bulk', { ids, ...body });
      expect((await bulk({ action: 'move', folder_id: to })).body).toEqual({ changed: 2 });
      await bulk({ action: 'tag', tag: 'New' });
      await bulk({ action: 'tag', tag: 'a' });
      await bulk({ action: 'pin' });
      await bulk({ action: 'archive' });
      expect((await anna.get(`/api/conversations?archived=true&folder=${to}&tag=new`)).body.items).toMatchObject([
        { pinned: true, archived: true, tags: ['a', 'new'] },
        { pinned: true, archived: true, tags: ['a', 'new'] },
      ]);
      await bulk({ action: 'untag', tag: 'new' });
      expect((await anna.get(`/api/conversations/${ids[0]}`)).body.tags).toEqual(['a']);
      expect((await bulk({ action: 'delete' })).body).toEqual({ changed: 2 });
      expect((await bulk({ action: 'delete' })).body).toEqual({ changed: 0 });
    });

    it('change together or not at all, and never somebody else’s', async () => {
      const mine = await conversation();
      const theirs = (await ben.post('/api/conversations', {})).body.id as string;
      const refused = await anna.post('/api/conversations/bulk', { ids: [mine, theirs], action: 'archive' });
      expect([refused.status, refused.body.code]).toEqual([404, 'CONVERSATION_NOT_FOUND']);
      expect((await anna.get(`/api/conversations/${mine}`)).body.archived).toBe(false);
      await anna.post('/api/conversations/bulk', { ids: [theirs], action: 'delete' });
      expect((await ben.get(`/api/conversations/${theirs}`)).status).toBe(200);
      for (const wrong of [
        { ids: [], action: 'archive' },
        { ids: [mine], action: 'move' },
        { ids: [mine], action: 'archive', tag: 'x' },
        { ids: [mine], action: 'explode' },
      ])
        expect((await anna.post('/api/conversations/bulk', wrong)).status).toBe(400);
    });
  });
});
