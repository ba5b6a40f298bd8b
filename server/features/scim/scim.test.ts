import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import type { Answer, Client } from '../../../test/client.ts';
import { describeEachDatabase } from '../../../test/databases.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

type Directory = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** A directory with a token of its own, as it calls. */
async function directoryOf(app: TestApp, admin: Client): Promise<Directory> {
  const { token } = (await admin.post('/api/admin/scim/tokens', { name: 'Entra' })).body;
  return (method, path, body, headers = {}) =>
    app.stranger().call(method, `/scim/v2${path}`, body, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
    });
}

const person = (name: string, more: object = {}) => ({
  schemas: [USER],
  userName: `${name}@example.org`,
  externalId: `ext-${name}`,
  name: { givenName: name, familyName: 'Test' },
  emails: [{ value: `${name}@example.org`, type: 'work', primary: true }],
  active: true,
  ...more,
});
const operations = (...list: object[]) => ({ schemas: [PATCH], Operations: list });

describeEachDatabase('SCIM', (database) => {
  let app: TestApp;
  let admin: Client;
  let scim: Directory;
  beforeAll(async () => {
    app = await createTestApp({ env: { DATABASE_URL: database().url } });
    admin = await app.person('admin');
    scim = await directoryOf(app, admin);
  });
  afterAll(() => app.close());

  const made = async (name: string, more: object = {}): Promise<string> => {
    const { status, body } = await scim('POST', '/Users', person(name, more));
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.id;
  };

  it('makes a person, who is confirmed, has no password and is no admin', async () => {
    const answer = await scim('POST', '/Users', person('ada', { roles: [{ value: 'admin' }], role: 'admin' }));
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toContain('application/scim+json');
    const { id, meta } = answer.body;
    expect(answer.headers.get('location')).toBe(meta.location);
    expect(answer.headers.get('etag')).toBe(meta.version);
    expect(answer.body).toMatchObject({
      schemas: [USER],
      userName: 'ada@example.org',
      externalId: 'ext-ada',
      active: true,
      displayName: 'ada Test',
      name: { givenName: 'ada', familyName: 'Test', formatted: 'ada Test' },
      emails: [{ value: 'ada@example.org', type: 'work', primary: true }],
      meta: { resourceType: 'User' },
    });
    const seen = (await admin.get(`/api/admin/users/${id}`)).body;
    expect(seen).toMatchObject({ role: 'user', is_active: true, email_verified: true, name: 'ada Test' });
    const login = await app.stranger().post('/api/auth/login', { login: 'ada@example.org', password: goodPassword });
    expect([login.status, login.body.code]).toEqual([401, 'INVALID_CREDENTIALS']);
  });

  it.each([
    ['the same userName', { userName: 'TWICE@example.org', emails: [{ value: 'other@example.org' }] }],
    ['the same address', { userName: 'someone-else', emails: [{ value: 'twice@example.org' }] }],
    ['the address of somebody who was not made by a directory', { userName: 'admin@example.org', emails: [] }],
  ])('refuses a second person of %s', async (_what, more) => {
    await scim('POST', '/Users', person('twice'));
    const { status, body } = await scim('POST', '/Users', person('twice', more));
    expect([status, body.scimType, body.status]).toEqual([409, 'uniqueness', '409']);
    expect(body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error']);
  });

  it('of many that make the same person at once, one does', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => scim('POST', '/Users', person('race'))));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 7 }, () => 409),
    ]);
  });

  it.each([
    ['no userName', { userName: undefined }],
    ['an address that is none', { emails: [{ value: 'no address' }] }],
    ['no address at all', { userName: 'plain', emails: [] }],
    ['a userName of two lines', { userName: 'a\r\nb@example.org' }],
    ['activity that is neither true nor false', { active: 'perhaps' }],
  ])('refuses a person with %s', async (_what, more) => {
    const { status, body } = await scim('POST', '/Users', person('wrong', more));
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  });

  describe('filters', () => {
    beforeAll(async () => {
      await made('filter-one', { displayName: 'Zoë 100% One' });
      await made('filter-two', { active: false, name: { givenName: 'Two', familyName: 'O_Neil' } });
    });
    it.each([
      ['userName eq "FILTER-one@example.org"', 1],
      ['username EQ "filter-one@example.org"', 1],
      [`${USER}:userName eq "filter-one@example.org"`, 1],
      ['userName sw "filter-"', 2],
      ['userName ew "-two@example.org"', 1],
      ['userName co "ilter-"', 2],
      ['externalId eq "ext-filter-two"', 1],
      ['externalId eq "EXT-filter-two"', 0],
      ['emails.value eq "filter-one@example.org"', 1],
      ['emails[type eq "work" and value eq "filter-one@example.org"]', 1],
      ['emails[type eq "home" and value eq "filter-one@example.org"]', 0],
      ['userName sw "filter-" and active eq true', 1],
      ['userName sw "filter-" and active eq "False"', 1],
      ['userName sw "filter-" and not (active eq true)', 1],
      ['displayName co "100%"', 1],
      ['name.familyName co "o_n"', 1],
      ['name.familyName co "oxn"', 0],
      ['userName sw "filter-" and (active eq false or displayName co "one")', 2],
      ['userName eq "filter-one@example.org" or userName eq "filter-two@example.org" and active eq true', 1],
      ['userName sw "filter-" and externalId pr', 2],
      ['id eq "no id"', 0],
      ['userName sw "filter-" and meta.lastModified gt "2020-01-01T00:00:00Z"', 2],
      [`userName eq "x\\" or 1 eq 1 or userName eq \\"x"`, 0],
      [`userName eq "' or '1'='1"`, 0],
    ])('%s finds %i', async (filter, count) => {
      const { status, body } = await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect([status, body.totalResults, body.Resources?.length]).toEqual([200, count, count]);
    });

    it.each([
      'userName',
      'userName eq',
      'userName eq "x',
      'userName is "x"',
      'userName eq x',
      '(userName eq "x"',
      'userName eq "x")',
      'password eq "x"',
      'constructor eq "x"',
      'userName eq "x" and',
      'emails[value eq "x"',
      'userName eq 5',
      'id co "0"',
      '"x" eq userName',
      `${'('.repeat(30)}userName pr${')'.repeat(30)}`,
    ])('%s is refused', async (filter) => {
      const { status, body } = await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect([status, body.scimType]).toEqual([400, 'invalidFilter']);
    });
  });

  it('gives pages that begin at 1, and each person once', async () => {
    for (const at of [1, 2, 3, 4, 5]) await made(`page-${at}`);
    const filter = encodeURIComponent('userName sw "page-"');
    const page = async (query: string) => (await scim('GET', `/Users?filter=${filter}&${query}`)).body;
    const seen: string[] = [];
    for (const startIndex of [1, 3, 5]) {
      const body = await page(`startIndex=${startIndex}&count=2`);
      expect(body).toMatchObject({ totalResults: 5, startIndex, itemsPerPage: startIndex === 5 ? 1 : 2 });
      seen.push(...body.Resources.map(({ userName }: { userName: string }) => userName));
    }
    expect(seen).toEqual([1, 2, 3, 4, 5].map((at) => `page-${at}@example.org`));
    expect(await page('count=0')).toMatchObject({ totalResults: 5, itemsPerPage: 0, Resources: [] });
    expect(await page('startIndex=-3&count=-1')).toMatchObject({ totalResults: 5, startIndex: 1, itemsPerPage: 0 });
    expect(await page('startIndex=99')).toMatchObject({ totalResults: 5, Resources: [] });
  });

  it('shows the attributes that are asked for', async () => {
    const id = await made('attributes');
    const only = (await scim('GET', `/Users/${id}?attributes=userName,name.givenName`)).body;
    expect(Object.keys(only).toSorted()).toEqual(['id', 'meta', 'name', 'schemas', 'userName']);
    const without = (await scim('GET', `/Users/${id}?excludedAttributes=groups,emails`)).body;
    expect(without).not.toHaveProperty('groups');
    expect(without).not.toHaveProperty('emails');
    expect(without).toHaveProperty('userName');
  });

  it('says with a version whether something was changed meanwhile', async () => {
    const id = await made('version');
    const first = (await scim('GET', `/Users/${id}`)).headers.get('etag') ?? '';
    expect((await scim('GET', `/Users/${id}`, undefined, { 'if-none-match': first })).status).toBe(304);
    const rename = operations({ op: 'replace', path: 'displayName', value: 'Another' });
    expect((await scim('PATCH', `/Users/${id}`, rename, { 'if-match': first })).status).toBe(200);
    expect((await scim('PATCH', `/Users/${id}`, rename, { 'if-match': first })).status).toBe(412);
    expect((await scim('PUT', `/Users/${id}`, person('version'), { 'if-match': first })).status).toBe(412);
    expect((await scim('PUT', `/Users/${id}`, person('version'), { 'if-match': '*' })).status).toBe(200);
  });

  it('replaces a person as Okta does', async () => {
    const id = await made('okta');
    const change = person('okta', {
      id,
      name: { givenName: 'Okt', familyName: 'Avia' },
      emails: [{ value: 'NEW-okta@example.org', primary: true }],
      groups: [],
      password: 'ignored here',
    });
    const { status, body } = await scim('PUT', `/Users/${id}`, change);
    expect([status, body.emails[0].value, body.displayName]).toEqual([200, 'new-okta@example.org', 'Okt Avia']);
    expect((await admin.get(`/api/admin/users/${id}`)).body).toMatchObject({
      email: 'new-okta@example.org',
      name: 'Okt Avia',
    });
    await scim('PATCH', `/Users/${id}`, operations({ op: 'replace', value: { active: false } }));
    expect((await scim('GET', `/Users/${id}`)).body.active).toBe(false);
    await scim('PUT', `/Users/${id}`, { ...change, active: true });
    expect((await scim('GET', `/Users/${id}`)).body.active).toBe(true);
  });

  it('changes a person as Entra ID does', async () => {
    const find = (name: string) => scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`);
    expect((await find('entra@example.org')).body.totalResults).toBe(0);
    const id = await made('entra', {
      schemas: [USER, ENTERPRISE],
      emails: undefined,
      [ENTERPRISE]: { department: 'Physics' },
      addresses: [{ type: 'work', locality: 'Ulm' }],
      title: 'Professor',
    });
    const { status, body } = await scim(
      'PATCH',
      `/Users/${id}`,
      operations(
        { op: 'Replace', path: 'active', value: 'False' },
        { op: 'Add', path: 'emails[type eq "work"].value', value: 'entra2@example.org' },
        { op: 'Replace', path: 'name.givenName', value: 'Enrico' },
        { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Maths' },
        { op: 'Add', path: 'constructor', value: 'passed over' },
        { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '1' },
        { op: 'Replace', value: { 'name.familyName': 'Fermi', userName: 'enrico@example.org' } },
      ),
    );
    expect([status, body.active, body.emails[0].value]).toEqual([200, false, 'entra2@example.org']);
    expect(body).toMatchObject({
      userName: 'enrico@example.org',
      name: { givenName: 'Enrico', familyName: 'Fermi' },
      displayName: 'Enrico Fermi',
    });
    expect((await find('ENRICO@example.org')).body.Resources[0].id).toBe(id);
    await scim('PATCH', `/Users/${id}`, operations({ op: 'Remove', path: 'externalId' }));
    expect((await scim('GET', `/Users/${id}`)).body).not.toHaveProperty('externalId');
  });

  it.each([
    [{ op: 'move', path: 'active', value: true }, 'invalidSyntax'],
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'replace', value: 'x' }, 'invalidSyntax'],
    [{ op: 'replace', path: 'emails[type eq', value: 'x' }, 'invalidPath'],
    [{ op: 'remove', path: 'userName' }, 'invalidValue'],
    [{ op: 'replace', path: 'userName', value: 'admin@example.org' }, 'uniqueness'],
    [{ op: 'replace', path: 'emails', value: [{ value: 'admin@example.org' }] }, 'uniqueness'],
  ])('%j is refused', async (operation, scimType) => {
    const found = (await scim('GET', `/Users?filter=${encodeURIComponent('userName eq "refused@example.org"')}`)).body;
    const id = found.Resources[0]?.id ?? (await made('refused'));
    const { status, body } = await scim('PATCH', `/Users/${id}`, operations(operation));
    expect([status >= 400, body.scimType]).toEqual([true, scimType]);
    expect((await scim('GET', `/Users/${id}`)).body.userName).toBe('refused@example.org');
  });

  describe('somebody who is switched off', () => {
    const ends: [string, (id: string) => Promise<Answer>][] = [
      [
        'by active=false',
        (id) => scim('PATCH', `/Users/${id}`, operations({ op: 'replace', path: 'active', value: false })),
      ],
      [
        'by PUT',
        async (id) => scim('PUT', `/Users/${id}`, { ...(await scim('GET', `/Users/${id}`)).body, active: false }),
      ],
      ['by DELETE', (id) => scim('DELETE', `/Users/${id}`)],
    ];
    it.each(ends)('%s loses sessions and keys at once', async (_how, end) => {
      const one = await app.person();
      const { key } = (await one.post('/api/auth/api-keys', { name: 'program' })).body;
      const { status } = await end(one.id);
      expect([200, 204]).toContain(status);
      expect((await one.get('/api/conversations')).status).toBe(401);
      expect(
        (await app.stranger().get('/api/conversations', { headers: { 'x-api-key': key } })).status,
      ).toBeGreaterThanOrEqual(401);
      const login = await app.stranger().post('/api/auth/login', { login: one.user?.email, password: goodPassword });
      expect(['USER_INACTIVE', 'INVALID_CREDENTIALS']).toContain(login.body.code);
    });
  });

  describe('groups', () => {
    const group = async (name: string, members: string[] = []): Promise<string> => {
      const { status, body } = await scim('POST', '/Groups', {
        schemas: [GROUP],
        displayName: name,
        externalId: `ext-${name}`,
        members: members.map((value) => ({ value })),
      });
      if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
      return body.id;
    };
    const membersOf = async (id: string): Promise<string[]> =>
      (await admin.get(`/api/admin/groups/${id}/members`)).body.items.map((one: { id: string }) => one.id).toSorted();

    it('are made with members, who see themselves in them', async () => {
      const one = await made('grouped');
      const id = await group('Physics', [one]);
      expect(await membersOf(id)).toEqual([one]);
      expect((await scim('GET', `/Users/${one}`)).body.groups).toEqual([
        { value: id, display: 'Physics', type: 'direct' },
      ]);
      expect((await scim('POST', '/Groups', { displayName: 'PHYSICS' })).body).toMatchObject({
        status: '409',
        scimType: 'uniqueness',
      });
    });

    it('are changed by adding, removing and replacing members, in Entra’s way too', async () => {
      const [a = '', b = '', c = ''] = await Promise.all(['g-a', 'g-b', 'g-c'].map((name) => made(name)));
      const id = await group('Chemistry');
      const change = (...list: object[]) => scim('PATCH', `/Groups/${id}`, operations(...list));
      await change({ op: 'Add', path: 'members', value: [{ value: a }, { value: b }] });
      expect(await membersOf(id)).toEqual([a, b].toSorted());
      await change({ op: 'add', path: 'members', value: [{ value: b }, { value: c }] });
      await change({ op: 'Remove', path: `members[value eq "${a}"]` });
      expect(await membersOf(id)).toEqual([b, c].toSorted());
      await change(
        { op: 'Remove', path: 'members', value: [{ value: b }] },
        { op: 'Remove', path: `members[value eq "${a}"]` },
      );
      expect(await membersOf(id)).toEqual([c]);
      await change({ op: 'replace', path: 'members', value: [{ value: a }] });
      expect(await membersOf(id)).toEqual([a]);
      await change({ op: 'remove', path: 'members' });
      expect(await membersOf(id)).toEqual([]);
      await change({ op: 'replace', value: { id, displayName: 'Alchemy' } });
      expect((await admin.get(`/api/admin/groups/${id}`)).body.name).toBe('Alchemy');
      expect(
        (await change({ op: 'add', path: 'members', value: [{ value: '018f0000-0000-7000-8000-000000000000' }] }))
          .status,
      ).toBe(400);
      expect((await change({ op: 'add', path: 'members', value: [{ value: 'nobody' }] })).body.scimType).toBe(
        'invalidValue',
      );
    });

    it('keep everybody of those who are added at once', async () => {
      const ids = await Promise.all([1, 2, 3, 4, 5, 6].map((at) => made(`crowd-${at}`)));
      const id = await group('Crowd');
      await Promise.all(
        ids.map((value) =>
          scim('PATCH', `/Groups/${id}`, operations({ op: 'add', path: 'members', value: [{ value }] })),
        ),
      );
      expect(await membersOf(id)).toEqual(ids.toSorted());
    });

    it('are found by name, by the directory’s id and by member, with or without members', async () => {
      const one = await made('found');
      const id = await group('Findable', [one]);
      for (const filter of [
        'displayName eq "findable"',
        'externalId eq "ext-Findable"',
        `members[value eq "${one}"]`,
        `members.value eq "${one}" and displayName sw "find"`,
      ]) {
        const { body } = await scim('GET', `/Groups?excludedAttributes=members&filter=${encodeURIComponent(filter)}`);
        expect([filter, body.totalResults, body.Resources[0]?.id]).toEqual([filter, 1, id]);
        expect(body.Resources[0]).not.toHaveProperty('members');
      }
    });

    it('end without their members', async () => {
      const one = await made('stays');
      const id = await group('Ending', [one]);
      expect((await scim('DELETE', `/Groups/${id}`)).status).toBe(204);
      expect((await scim('GET', `/Groups/${id}`)).status).toBe(404);
      expect((await scim('DELETE', `/Groups/${id}`)).status).toBe(404);
      expect((await scim('GET', `/Users/${one}`)).body.groups).toEqual([]);
    });

    it('make nobody an admin where the operator named none', async () => {
      const one = await made('climber');
      await group('admin', [one]);
      await group('admins', [one]);
      expect((await admin.get(`/api/admin/users/${one}`)).body.role).toBe('user');
    });
  });

  it('does not touch an admin whom it did not make', async () => {
    const attempts = [
      scim(
        'PATCH',
        `/Users/${admin.id}`,
        operations({ op: 'replace', path: 'emails', value: [{ value: 'evil@example.org' }] }),
      ),
      scim('PUT', `/Users/${admin.id}`, person('evil')),
      scim('PATCH', `/Users/${admin.id}`, operations({ op: 'replace', path: 'active', value: false })),
      scim('DELETE', `/Users/${admin.id}`),
    ];
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect((await admin.get('/api/users/me')).body).toMatchObject({ email: 'admin@example.org', is_active: true });
  });

  it('tells what it can', async () => {
    expect((await scim('GET', '/ServiceProviderConfig')).body).toMatchObject({
      patch: { supported: true },
      filter: { supported: true },
      etag: { supported: true },
      bulk: { supported: false },
    });
    expect((await scim('GET', '/ResourceTypes')).body.Resources.map(({ id }: { id: string }) => id)).toEqual([
      'User',
      'Group',
    ]);
    expect((await scim('GET', `/Schemas/${USER}`)).body).toMatchObject({ id: USER, name: 'User' });
    expect((await scim('GET', '/Schemas')).body.totalResults).toBe(2);
    expect((await scim('GET', '/Schemas/nothing')).status).toBe(404);
  });

  it('answers what cannot be read in its own shape', async () => {
    const broken = await scim('POST', '/Users', '{"userName":');
    expect([broken.status, broken.body.status]).toEqual([400, '400']);
    const form = await scim('POST', '/Users', 'userName=x', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([form.status, form.body.status]).toEqual([415, '415']);
  });

  it('stands in the audit log, with the name of the token', async () => {
    const id = await made('audited');
    await scim('DELETE', `/Users/${id}`);
    const { items } = (await admin.get('/api/admin/audit?q=audited@example.org')).body;
    const seen = items.map(({ action, detail }: { action: string; detail: object }) => [action, detail]);
    expect(seen).toContainEqual(['user.created', { role: 'user', by_directory: 'Entra' }]);
    expect(seen).toContainEqual(['user.deleted', { by_directory: 'Entra' }]);
  });
});

describe('with SCIM_ADMIN_GROUPS', () => {
  it('the members of that group become admins and leave off being it, and the last admin stays one', async () => {
    const app = await createTestApp({ env: { SCIM_ADMIN_GROUPS: 'Carrel-Admins' } });
    try {
      const admin = await app.person('admin');
      const scim = await directoryOf(app, admin);
      const { id } = (await scim('POST', '/Users', person('boss'))).body;
      const group = (await scim('POST', '/Groups', { displayName: 'carrel-admins', members: [{ value: id }] })).body.id;
      const role = async (of: string) =>
        (await scim('GET', `/Users/${of}`)).body &&
        (await app.carrel.database.db.selectFrom('users').select('role').where('id', '=', of).executeTakeFirst())?.role;
      expect(await role(id)).toBe('admin');
      await scim('PATCH', `/Groups/${group}`, operations({ op: 'add', path: 'members', value: [{ value: admin.id }] }));
      await scim('PATCH', `/Groups/${group}`, operations({ op: 'remove', path: `members[value eq "${id}"]` }));
      expect(await role(id)).toBe('user');
      expect((await scim('DELETE', `/Groups/${group}`)).status).toBe(204);
      expect(await role(admin.id)).toBe('admin');
      expect((await scim('DELETE', `/Users/${admin.id}`)).status).toBe(409);
    } finally {
      await app.close();
    }
  });
});
