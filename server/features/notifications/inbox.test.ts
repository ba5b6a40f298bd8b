import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Notification, Notifications } from '../../../shared/api/notifications.ts';
import { goodPassword, type TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import type { Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';
import { days } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { createInbox } from './inbox.ts';

describeEachDatabase('notifications', (database) => {
  let llm: FakeLlm;
  let app: TestApp;
  let admin: Client;
  let ada: Client;
  let ben: Client;
  beforeAll(async () => {
    ({ app, llm } = await createTestChat({ env: { DATABASE_URL: database().url } }));
    admin = await app.person('admin');
    ada = await app.person('ada');
    ben = await app.person('ben');
  });
  afterAll(() => app.close());

  const list = async (who: Client, query = ''): Promise<Notifications> =>
    (await who.get(`/api/notifications${query}`)).body;
  /** They come soon after their cause, and are not waited for. */
  const told = (who: Client, expected: Partial<Notification>[]) =>
    vi.waitFor(async () => expect((await list(who)).items).toMatchObject(expected), 20_000);
  const forgetAll = async (who: Client): Promise<void> => {
    for (const { id } of (await list(who, '?limit=200')).items) await who.delete(`/api/notifications/${id}`);
  };

  /** Asks, and leaves while the answer is still being written. */
  async function askAndLeave(text: string): Promise<string> {
    let go = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    llm.script({ text: ['One ', text], hold: { after: 1, until } });
    const leave = new AbortController();
    const response = await ada.openStream(
      'POST',
      '/api/chat/stream',
      { content: 'Take your time' },
      { signal: leave.signal },
    );
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    const conversation = /"conversation_id":"([^"]+)"/.exec(first)?.[1] ?? '';
    const generation = /"generation_id":"([^"]+)"/.exec(first)?.[1] ?? '';
    leave.abort();
    await vi.waitFor(() => expect(app.carrel.services.engine.live(generation)?.watched).toBe(false));
    go();
    return conversation;
  }

  it('tells of an answer that nobody read along, once for each conversation, until it is read', async () => {
    const conversation = await askAndLeave('two.');
    await told(ada, [
      {
        kind: 'answer.done',
        read: false,
        target: { kind: 'conversation', id: conversation, title: expect.any(String) },
      },
    ]);
    expect((await ada.post('/api/notifications/read', { conversation_id: newId() })).body).toEqual({ unread: 1 });
    expect((await ada.post('/api/notifications/read', { conversation_id: conversation })).body).toEqual({ unread: 0 });
    expect(await list(ada)).toMatchObject({ unread: 0, items: [{ read: true }] });
    expect((await list(ada, '?unread=true')).items).toEqual([]);

    await ada.delete(`/api/conversations/${conversation}`);
    expect((await list(ada)).items).toEqual([]);
  });

  it('says nothing of an answer that somebody read to its end', async () => {
    llm.script({ text: 'At once.' });
    await ada.chat({ content: 'Quick' });
    // What happens later is told after what would have been told of it.
    const { id } = (await ben.post('/api/collections', { name: 'Later' })).body;
    await ben.put(`/api/collections/${id}/shares`, { user_id: ada.id, access: 'read' });
    await told(ada, [{ kind: 'share.received' }]);
    expect((await list(ada)).unread).toBe(1);
    await forgetAll(ada);
  });

  it('tells those that something is shared with, by name or through a group, and forgets it when it is taken back', async () => {
    const { id: collection } = (await ada.post('/api/collections', { name: 'Bees' })).body;
    const share = { user_id: ben.id, access: 'read' };
    await ada.put(`/api/collections/${collection}/shares`, share);
    const shown = {
      kind: 'share.received',
      target: { kind: 'collection', title: 'Bees' },
      detail: { by: 'ada' },
    } as const;
    await told(ben, [shown as never]);
    await ada.put(`/api/collections/${collection}/shares`, { ...share, access: 'write' });
    await ada.call('DELETE', `/api/collections/${collection}/shares`, { user_id: ben.id });
    expect(await list(ben)).toMatchObject({ items: [], unread: 0 });

    const { id: group } = (await admin.post('/api/admin/groups', { name: 'Readers' })).body;
    for (const { id } of [ada, ben]) await admin.put(`/api/admin/groups/${group}/members/${id}`);
    const { id: assistant } = (await ada.post('/api/assistants', { name: 'Beekeeper' })).body;
    await ada.put(`/api/assistants/${assistant}/shares`, { group_id: group });
    await told(ben, [{ kind: 'share.received', target: { kind: 'assistant', id: assistant, title: 'Beekeeper' } }]);
    expect((await list(ada)).items).toEqual([]);
    await forgetAll(ben);
  });

  it('tells a whole group, also where somebody of it is deleted just then', async () => {
    const at = { created_at: 0, updated_at: 0 };
    const people = Array.from({ length: 230 }, () => newId());
    for (const id of people)
      await database()
        .db.insertInto('users')
        .values({ id, email: `${id}@example.org`, name: 'n', role: 'user', is_active: 1, email_verified: 0, ...at })
        .execute();
    const inbox = createInbox({
      db: database().db,
      engine: database().engine,
      events: { publish: () => undefined },
      now: () => 1,
    });
    const told = { cause: `share ${newId()}`, again: true, kind: 'share.received' as const };
    const all = [...people.slice(0, 50), newId(), ...people.slice(50)];
    await inbox.tell(all, told);
    await inbox.tell(all, told);
    const rows = await database()
      .db.selectFrom('notifications')
      .select('user_id')
      .where('cause', '=', told.cause)
      .execute();
    expect(rows.map((each) => each.user_id).toSorted()).toEqual(people.toSorted());
    await inbox.tell([newId(), people[0] ?? ''], { ...told, cause: `${told.cause} once`, again: false });
    await database().db.deleteFrom('users').where('id', 'in', people).execute();
  });

  it('tells once a day that four fifths of a quota are used, and all of it', async () => {
    const quota = { messages_per_day: 5, tokens_per_day: null, storage_bytes: null };
    await admin.put(`/api/admin/users/${ben.id}/quota`, quota);
    llm.script({ text: 'Yes.' });
    for (let n = 0; n < 4; n += 1) await ben.post('/api/chat/message', { content: 'Hello?' });
    const near = { kind: 'quota.near', detail: { resource: 'messages', limit: 5 } } as const;
    await told(ben, [near]);
    await ben.post('/api/chat/message', { content: 'Hello?' });
    await told(ben, [{ ...near, kind: 'quota.used_up' }, near]);
    expect((await ben.post('/api/chat/message', { content: 'Hello?' })).body.code).toBe('QUOTA_EXCEEDED');
    await told(ben, [{ ...near, kind: 'quota.used_up' }, near]);
    await forgetAll(ben);
  });

  it('tells of a file that could not be read, of an export, and of what changes how one signs in', async () => {
    const { id: file } = await ben.uploadAndWait('broken.pdf', '%PDF-1.7 and nothing more', 'application/pdf');
    await told(ben, [{ kind: 'file.failed', target: { kind: 'file', id: file, title: 'broken.pdf' } }]);
    await ben.delete(`/api/files/${file}`);
    expect((await list(ben)).items).toEqual([]);

    const password = 'quite another long password';
    expect((await ben.post('/api/users/me/export', { password: goodPassword })).status).toBe(202);
    await told(ben, [{ kind: 'export.ready', target: null }]);
    await ben.post('/api/auth/password/change', { current_password: goodPassword, new_password: password });
    await told(ben, [{ kind: 'security.password' }, { kind: 'export.ready' }]);
    await forgetAll(ben);
  });

  it('has pages that stand still while more comes, and forgets what is old', async () => {
    const tell = async (cause: string, at = Date.now()): Promise<void> => {
      const row = {
        id: newId(),
        user_id: ada.id,
        cause,
        kind: 'security.replay',
        detail: '{}',
        created_at: at,
      } as const;
      const rest = { target_kind: null, target_id: null, read_at: null };
      await app.carrel.database.db
        .insertInto('notifications')
        .values({ ...row, ...rest })
        .execute();
    };
    await tell('old', Date.now() - days(91));
    await app.carrel.services.jobs.enqueue('notifications.sweep', {});
    await told(ada, []);
    for (const cause of ['1', '2', '3']) await tell(cause);
    const first = await list(ada, '?limit=2');
    await tell('4');
    const second = await list(ada, `?limit=2&cursor=${first.next_cursor}`);
    expect([first.items.length, second.items.length, second.next_cursor, second.unread]).toEqual([2, 1, null, 4]);
    const id = second.items[0]?.id;
    expect((await ada.patch(`/api/notifications/${id}`, { read: true })).body).toMatchObject({ id, read: true });
    expect((await list(ada, '?unread=false')).items).toMatchObject([{ id }]);
    expect((await ada.patch(`/api/notifications/${id}`, { read: false })).body).toMatchObject({ id, read: false });
    expect((await ada.post('/api/notifications/read', {})).body).toEqual({ unread: 0 });
    await forgetAll(ada);
  });

  it('refuses what is not known, and API keys', async () => {
    const refused = await ada.post('/api/notifications/read', { everything: true });
    expect([refused.status, refused.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect((await ada.get('/api/notifications?unread=perhaps')).status).toBe(400);
    expect((await ada.patch(`/api/notifications/${newId()}`, { read: true })).status).toBe(404);
    expect((await app.stranger().get('/api/notifications')).status).toBe(401);
    const { key } = (await ada.post('/api/auth/api-keys', { name: 'key' })).body;
    const byKey = await app.stranger().get('/api/notifications', { headers: { 'x-api-key': key } });
    expect([byKey.status, byKey.body.code]).toEqual([403, 'SCOPE_REQUIRED']);
  });
});
