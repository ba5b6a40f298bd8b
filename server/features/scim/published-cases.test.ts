import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Answer } from '../../../test/client.ts';

/**
 * The examples of RFC 7643 and RFC 7644, and the cases that Microsoft’s SCIM validator and Okta’s specification test send, in their own
 * words. Steps of a list follow each other; `{name}` stands for the id that the step `as: name` made.
 */
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

type Step = {
  what: string;
  send: [method: string, path: string, body?: object];
  as?: string;
  status: number;
  /** What the answer holds, and what it does not. */
  holds?: object;
  lacks?: string[];
};
const operations = (...list: object[]): object => ({ schemas: [PATCH], Operations: list });
const filtered = (kind: 'Users' | 'Groups', filter: string, more = ''): [string, string] => [
  'GET',
  `/${kind}?filter=${encodeURIComponent(filter)}${more}`,
];
const refused = (status: number, scimType?: string): object => ({
  schemas: [ERROR],
  status: String(status),
  ...(scimType !== undefined && { scimType }),
});
const found = (count: number): object => ({ schemas: [LIST], totalResults: count });

/** RFC 7643, 8.3. */
const babs = {
  schemas: [USER, ENTERPRISE],
  externalId: '701984',
  userName: 'bjensen@example.com',
  name: {
    formatted: 'Ms. Barbara J Jensen, III',
    familyName: 'Jensen',
    givenName: 'Barbara',
    middleName: 'Jane',
    honorificPrefix: 'Ms.',
    honorificSuffix: 'III',
  },
  displayName: 'Babs Jensen',
  nickName: 'Babs',
  profileUrl: 'https://login.example.com/bjensen',
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  addresses: [{ streetAddress: '100 Universal City Plaza', locality: 'Hollywood', type: 'work', primary: true }],
  phoneNumbers: [{ value: '555-555-5555', type: 'work' }],
  ims: [{ value: 'someaimhandle', type: 'aim' }],
  photos: [{ value: 'https://photos.example.com/profilephoto/72930000000Ccne/F', type: 'photo' }],
  userType: 'Employee',
  title: 'Tour Guide',
  preferredLanguage: 'en-US',
  locale: 'en-US',
  timezone: 'America/Los_Angeles',
  active: true,
  password: 't1meMa$heen',
  groups: [{ value: 'e9e30dba-f08f-4109-8486-d5c6a331660a', display: 'Tour Guides' }],
  x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVMx' }],
  [ENTERPRISE]: { employeeNumber: '701984', department: 'Tour Operations', manager: { value: '26118915' } },
};

const rfc: Step[] = [
  {
    what: '7643, 8.3: a person with everything that the schemas know',
    send: ['POST', '/Users', babs],
    as: 'babs',
    status: 201,
    holds: {
      schemas: [USER],
      userName: 'bjensen@example.com',
      externalId: '701984',
      name: { familyName: 'Jensen', givenName: 'Barbara' },
      displayName: 'Babs Jensen',
      emails: [{ value: 'bjensen@example.com' }],
      active: true,
      meta: { resourceType: 'User' },
    },
    lacks: ['password', 'nickName', 'x509Certificates'],
  },
  {
    what: '7644, 3.3.1: the same once more',
    send: ['POST', '/Users', babs],
    status: 409,
    holds: refused(409, 'uniqueness'),
  },
  { what: '7644, 3.4.1: read one', send: ['GET', '/Users/{babs}'], status: 200, holds: { externalId: '701984' } },
  {
    what: '7644, 3.4.1: nothing of this id',
    send: ['GET', '/Users/2819c223-7f76-453a-919d-413861904646'],
    status: 404,
    holds: refused(404),
  },
  { what: '7644, 3.4.2: all', send: ['GET', '/Users?attributes=userName'], status: 200, holds: { schemas: [LIST] } },
  ...(
    [
      ['userName eq "bjensen@example.com"', 1],
      ['name.familyName co "ens"', 1],
      ['name.familyName co "O\'Malley"', 0],
      ['userName sw "B"', 1],
      [`${USER}:userName sw "B"`, 1],
      ['meta.lastModified gt "2011-05-13T04:42:34Z" and userName sw "b"', 1],
      ['meta.lastModified ge "2011-05-13T04:42:34Z" and userName sw "b"', 1],
      ['meta.lastModified lt "2011-05-13T04:42:34Z"', 0],
      ['meta.lastModified le "2011-05-13T04:42:34Z"', 0],
      ['emails co "example.com" or emails.value co "example.org.invalid"', 1],
      ['userName sw "b" and not (emails co "example.com" or emails.value co "example.org")', 0],
      ['userName sw "b" and (emails.type eq "work")', 1],
      ['emails[type eq "work" and value co "@example.com"]', 1],
      ['EMAILS[TYPE EQ "work" AND VALUE CO "@EXAMPLE.COM"]', 1],
    ] as [string, number][]
  ).map(([filter, count]): Step => ({
    what: `7644, 3.4.2.2: ${filter}`,
    send: filtered('Users', filter),
    status: 200,
    holds: found(count),
  })),
  {
    what: '7644, 3.4.2.2: an attribute that is not kept',
    send: filtered('Users', 'title pr'),
    status: 400,
    holds: refused(400, 'invalidFilter'),
  },
  {
    what: '7644, 3.4.2.4: a page',
    send: ['GET', '/Users?startIndex=1&count=1'],
    status: 200,
    holds: { startIndex: 1, itemsPerPage: 1 },
  },
  {
    what: '7644, 3.4.2.4: none, to count them',
    send: ['GET', '/Users?count=0'],
    status: 200,
    holds: { itemsPerPage: 0, Resources: [] },
  },
  {
    what: '7644, 3.4.2.5: attributes',
    send: ['GET', '/Users/{babs}?attributes=userName'],
    status: 200,
    holds: { userName: 'bjensen@example.com' },
    lacks: ['emails', 'name', 'displayName'],
  },
  {
    what: '7644, 3.9: attributes by their whole name',
    send: ['GET', `/Users/{babs}?attributes=${USER}:displayName`],
    status: 200,
    holds: { displayName: 'Babs Jensen' },
    lacks: ['emails', 'userName'],
  },
  {
    what: '7644, 3.5.2.1: add without a path',
    send: [
      'PATCH',
      '/Users/{babs}',
      operations({
        op: 'add',
        value: { emails: [{ value: 'babs2@example.com', type: 'work', primary: true }], nickname: 'Babs' },
      }),
    ],
    status: 200,
    holds: { emails: [{ value: 'babs2@example.com' }] },
  },
  {
    what: '7644, 3.5.2.3: replace by a filter of values',
    send: [
      'PATCH',
      '/Users/{babs}',
      operations({ op: 'replace', path: 'emails[type eq "work"].value', value: 'babs3@example.com' }),
    ],
    status: 200,
    holds: { emails: [{ value: 'babs3@example.com' }] },
  },
  {
    what: '7644, 3.5.2.3: replace without a path',
    send: [
      'PATCH',
      '/Users/{babs}',
      operations({
        op: 'replace',
        value: { emails: [{ value: 'bjensen@example.com', type: 'work', primary: true }], displayName: 'Babs' },
      }),
    ],
    status: 200,
    holds: { displayName: 'Babs', emails: [{ value: 'bjensen@example.com' }] },
  },
  {
    what: '7644, 3.5.2: an operation that there is not',
    send: ['PATCH', '/Users/{babs}', operations({ op: 'copy', path: 'displayName', value: 'x' })],
    status: 400,
    holds: refused(400, 'invalidSyntax'),
  },
  {
    what: '7643, 8.4: a group',
    send: [
      'POST',
      '/Groups',
      { schemas: [GROUP], displayName: 'Tour Guides', members: [{ value: '{babs}', display: 'Babs Jensen' }] },
    ],
    as: 'guides',
    status: 201,
    holds: { displayName: 'Tour Guides', members: [{ value: '{babs}' }] },
  },
  {
    what: '7644, 3.5.2.2: remove one member',
    send: ['PATCH', '/Groups/{guides}', operations({ op: 'remove', path: 'members[value eq "{babs}"]' })],
    status: 200,
    lacks: ['members.0'],
  },
  {
    what: '7644, 3.5.2.1: add a member',
    send: [
      'PATCH',
      '/Groups/{guides}',
      operations({
        op: 'add',
        path: 'members',
        value: [{ display: 'Babs Jensen', $ref: 'https://example.com/v2/Users/{babs}', value: '{babs}' }],
      }),
    ],
    status: 200,
    holds: { members: [{ value: '{babs}' }] },
  },
  {
    what: '7644, 3.5.2.2: remove all members',
    send: ['PATCH', '/Groups/{guides}', operations({ op: 'remove', path: 'members' })],
    status: 200,
    lacks: ['members.0'],
  },
  {
    what: '7644, 3.5.2.3: replace all members',
    send: ['PATCH', '/Groups/{guides}', operations({ op: 'replace', path: 'members', value: [{ value: '{babs}' }] })],
    status: 200,
    holds: { members: [{ value: '{babs}' }] },
  },
  { what: '7644, 3.6: delete', send: ['DELETE', '/Users/{babs}'], status: 204 },
  { what: '7644, 3.6: it is gone', send: ['GET', '/Users/{babs}'], status: 404, holds: refused(404) },
  { what: '7644, 3.6: and deleted once', send: ['DELETE', '/Users/{babs}'], status: 404, holds: refused(404) },
  {
    what: '7644, 4: what the service can',
    send: ['GET', '/ServiceProviderConfig'],
    status: 200,
    holds: { patch: { supported: true }, authenticationSchemes: [{ type: 'oauthbearertoken' }] },
  },
  {
    what: '7644, 4: a kind of resource',
    send: ['GET', '/ResourceTypes/User'],
    status: 200,
    holds: { id: 'User', endpoint: '/Users', schema: USER },
  },
  { what: '7644, 4: a schema', send: ['GET', `/Schemas/${GROUP}`], status: 200, holds: { id: GROUP } },
];

const entra: Step[] = [
  {
    what: 'Create a new User',
    send: [
      'POST',
      '/Users',
      {
        userName: 'Ofelia@contoso.example',
        active: true,
        displayName: 'OJPYYWZJRTGD',
        title: 'XNFXAIYCKHRU',
        emails: [{ type: 'work', value: 'ofelia@contoso.example', primary: true }],
        preferredLanguage: 'ar-DZ',
        name: { givenName: 'Darrion', familyName: 'Zita', formatted: 'Kenyon' },
        externalId: '0b7ee1d2',
        schemas: [USER, ENTERPRISE],
        [ENTERPRISE]: { employeeNumber: 'XYZ' },
      },
    ],
    as: 'user',
    status: 201,
    holds: { userName: 'Ofelia@contoso.example', externalId: '0b7ee1d2', active: true },
  },
  {
    what: 'Create a duplicate User',
    send: [
      'POST',
      '/Users',
      {
        schemas: [USER],
        userName: 'Ofelia@contoso.example',
        emails: [{ value: 'ofelia@contoso.example', type: 'work' }],
      },
    ],
    status: 409,
    holds: refused(409, 'uniqueness'),
  },
  {
    what: 'Filter for an existing User, in another case',
    send: filtered('Users', 'userName eq "OFELIA@CONTOSO.EXAMPLE"'),
    status: 200,
    holds: { totalResults: 1, Resources: [{ id: '{user}' }] },
  },
  {
    what: 'Filter for a non-existing User',
    send: filtered('Users', 'userName eq "non-existing@contoso.example"'),
    status: 200,
    holds: { schemas: [LIST], totalResults: 0, Resources: [] },
  },
  {
    what: 'Filter by externalId',
    send: filtered('Users', 'externalId eq "0b7ee1d2"'),
    status: 200,
    holds: { totalResults: 1 },
  },
  {
    what: 'Filter with a part of the emails',
    send: filtered('Users', 'emails[type eq "work"].value eq "ofelia@contoso.example"'),
    status: 200,
    holds: { totalResults: 1 },
  },
  {
    what: 'Patch User – Replace Attributes',
    send: [
      'PATCH',
      '/Users/{user}',
      operations(
        { op: 'replace', path: 'emails[type eq "work"].value', value: 'o2@contoso.example' },
        { op: 'replace', path: 'emails[type eq "work"].primary', value: true },
        {
          op: 'replace',
          value: {
            displayName: 'GPJNFYLLJMHG',
            'name.givenName': 'Alexane',
            'name.familyName': 'Freddy',
            title: 'x',
            preferredLanguage: 'my-MM',
            [`${ENTERPRISE}:employeeNumber`]: 'ABC',
          },
        },
      ),
    ],
    status: 200,
    holds: {
      displayName: 'GPJNFYLLJMHG',
      name: { givenName: 'Alexane', familyName: 'Freddy' },
      emails: [{ value: 'o2@contoso.example' }],
    },
  },
  {
    what: 'Patch User – Update userName',
    send: ['PATCH', '/Users/{user}', operations({ op: 'replace', path: 'userName', value: 'kelly@contoso.example' })],
    status: 200,
    holds: { userName: 'kelly@contoso.example' },
  },
  {
    what: 'Patch User – Disable User, as text',
    send: ['PATCH', '/Users/{user}', operations({ op: 'Replace', path: 'active', value: 'False' })],
    status: 200,
    holds: { active: false },
  },
  {
    what: 'Patch User – Enable User',
    send: ['PATCH', '/Users/{user}', operations({ op: 'replace', path: 'active', value: true })],
    status: 200,
    holds: { active: true },
  },
  {
    what: 'Patch User – Add Manager',
    send: ['PATCH', '/Users/{user}', operations({ op: 'add', path: `${ENTERPRISE}:manager`, value: '{user}' })],
    status: 200,
    holds: { id: '{user}' },
  },
  {
    what: 'Patch User – Remove Manager',
    send: ['PATCH', '/Users/{user}', operations({ op: 'remove', path: `${ENTERPRISE}:manager` })],
    status: 200,
  },
  {
    what: 'Create a new Group',
    send: ['POST', '/Groups', { schemas: [GROUP], displayName: 'ZOHKDKAWOYAC', externalId: '8aa1a0c0' }],
    as: 'group',
    status: 201,
    holds: { displayName: 'ZOHKDKAWOYAC', externalId: '8aa1a0c0' },
  },
  {
    what: 'Create a duplicate Group',
    send: ['POST', '/Groups', { schemas: [GROUP], displayName: 'ZOHKDKAWOYAC' }],
    status: 409,
    holds: refused(409, 'uniqueness'),
  },
  {
    what: 'Filter for an existing Group, without members',
    send: filtered('Groups', 'displayName eq "zohkdkawoyac"', '&excludedAttributes=members'),
    status: 200,
    holds: { totalResults: 1, Resources: [{ id: '{group}' }] },
    lacks: ['Resources.0.members'],
  },
  {
    what: 'Patch Group – Replace Attributes',
    send: ['PATCH', '/Groups/{group}', operations({ op: 'replace', value: { displayName: 'QRSTUVWXYZ' } })],
    status: 200,
    holds: { displayName: 'QRSTUVWXYZ' },
  },
  {
    what: 'Patch Group – Add Member',
    send: [
      'PATCH',
      '/Groups/{group}',
      operations({ op: 'Add', path: 'members', value: [{ $ref: null, value: '{user}' }] }),
    ],
    status: 200,
    holds: { members: [{ value: '{user}' }] },
  },
  {
    what: 'Group with one member of its filter',
    send: filtered('Groups', 'id eq "{group}" and members eq "{user}"'),
    status: 200,
    holds: { totalResults: 1 },
  },
  {
    what: 'Patch Group – Remove Member',
    send: [
      'PATCH',
      '/Groups/{group}',
      operations({ op: 'Remove', path: 'members', value: [{ $ref: null, value: '{user}' }] }),
    ],
    status: 200,
    lacks: ['members.0'],
  },
  { what: 'Delete a Group', send: ['DELETE', '/Groups/{group}'], status: 204 },
  { what: 'Delete a non-existing Group', send: ['DELETE', '/Groups/{group}'], status: 404, holds: refused(404) },
  { what: 'Delete a User', send: ['DELETE', '/Users/{user}'], status: 204 },
  { what: 'Get a deleted User', send: ['GET', '/Users/{user}'], status: 404, holds: refused(404) },
];

const okta: Step[] = [
  {
    what: 'Create Okta user',
    send: [
      'POST',
      '/Users',
      {
        schemas: [USER],
        userName: 'runscope300@atko.example',
        name: { givenName: 'Runscope', familyName: 'Twist' },
        emails: [{ primary: true, value: 'runscope300@atko.example', type: 'work' }],
        displayName: 'Runscope Twist',
        locale: 'en-US',
        externalId: '00ujl29u0le5T6Aj10h7',
        groups: [],
        password: '1mz050nq',
        active: true,
      },
    ],
    as: 'user',
    status: 201,
    holds: { active: true, userName: 'runscope300@atko.example', name: { givenName: 'Runscope', familyName: 'Twist' } },
    lacks: ['password'],
  },
  {
    what: 'Required Test: Users endpoint',
    send: ['GET', '/Users?count=1&startIndex=1'],
    status: 200,
    holds: { schemas: [LIST], itemsPerPage: 1, startIndex: 1 },
  },
  {
    what: 'Required Test: Users/{id}',
    send: ['GET', '/Users/{user}'],
    status: 200,
    holds: { id: '{user}', active: true, emails: [{ value: 'runscope300@atko.example' }] },
  },
  {
    what: 'Required Test: invalid user by username',
    send: filtered('Users', 'userName eq "abcdefgh@atko.example"'),
    status: 200,
    holds: found(0),
  },
  {
    what: 'Required Test: invalid user by ID',
    send: ['GET', '/Users/010101001010101011001010101011'],
    status: 404,
    holds: refused(404),
  },
  {
    what: 'Required Test: user with the same name',
    send: [
      'POST',
      '/Users',
      { schemas: [USER], userName: 'runscope300@atko.example', emails: [{ value: 'other@atko.example' }] },
    ],
    status: 409,
    holds: refused(409),
  },
  {
    what: 'Username case sensitivity',
    send: filtered('Users', 'userName eq "RUNSCOPE300@ATKO.EXAMPLE"'),
    status: 200,
    holds: { totalResults: 1, Resources: [{ userName: 'runscope300@atko.example' }] },
  },
  {
    what: 'Optional Test: Groups endpoint',
    send: ['GET', '/Groups?startIndex=1&count=100'],
    status: 200,
    holds: { schemas: [LIST], startIndex: 1 },
  },
  {
    what: 'Update by PUT',
    send: [
      'PUT',
      '/Users/{user}',
      {
        schemas: [USER],
        id: '{user}',
        userName: 'runscope300@atko.example',
        name: { givenName: 'Another', familyName: 'User' },
        emails: [{ primary: true, value: 'runscope300@atko.example', type: 'work' }],
        displayName: 'Another User',
        active: true,
        groups: [],
        meta: { resourceType: 'User' },
      },
    ],
    status: 200,
    holds: { name: { givenName: 'Another', familyName: 'User' }, displayName: 'Another User' },
  },
  {
    what: 'Deactivate',
    send: ['PATCH', '/Users/{user}', operations({ op: 'replace', value: { active: false } })],
    status: 200,
    holds: { active: false },
  },
  {
    what: 'Reactivate',
    send: ['PATCH', '/Users/{user}', operations({ op: 'replace', value: { active: true } })],
    status: 200,
    holds: { active: true },
  },
  {
    what: 'Create Group',
    send: ['POST', '/Groups', { schemas: [GROUP], displayName: 'Test SCIMv2', members: [] }],
    as: 'group',
    status: 201,
    holds: { displayName: 'Test SCIMv2' },
  },
  {
    what: 'Update Group name',
    send: [
      'PATCH',
      '/Groups/{group}',
      operations({ op: 'replace', value: { id: '{group}', displayName: 'Test SCIMv3' } }),
    ],
    status: 200,
    holds: { displayName: 'Test SCIMv3' },
  },
  {
    what: 'Add Group member',
    send: [
      'PATCH',
      '/Groups/{group}',
      operations({ op: 'add', path: 'members', value: [{ value: '{user}', display: 'runscope300@atko.example' }] }),
    ],
    status: 200,
    holds: { members: [{ value: '{user}' }] },
  },
  {
    what: 'Replace Group members',
    send: [
      'PATCH',
      '/Groups/{group}',
      operations(
        { op: 'remove', path: 'members[value eq "{user}"]' },
        { op: 'add', path: 'members', value: [{ value: '{user}' }] },
      ),
    ],
    status: 200,
    holds: { members: [{ value: '{user}' }] },
  },
  {
    what: 'Update Group by PUT',
    send: [
      'PUT',
      '/Groups/{group}',
      { schemas: [GROUP], id: '{group}', displayName: 'Test SCIMv4', members: [{ value: '{user}', display: 'x' }] },
    ],
    status: 200,
    holds: { displayName: 'Test SCIMv4', members: [{ value: '{user}' }] },
  },
  { what: 'Delete Group', send: ['DELETE', '/Groups/{group}'], status: 204 },
];

describe.each([
  ['RFC 7643 and RFC 7644', rfc],
  ['Microsoft Entra’s validator', entra],
  ['Okta’s specification test', okta],
])('%s', (_source, steps) => {
  let app: TestApp;
  let send: (method: string, path: string, body?: unknown) => Promise<Answer>;
  const ids = new Map<string, string>();
  /** Names in braces, by the ids that they stand for. */
  const filledIn = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value).replaceAll(
        /\{(\w+)\}|%7B(\w+)%7D/g,
        (whole, a, b) => ids.get(String(a ?? b)) ?? String(whole),
      ),
    ) as T;
  beforeAll(async () => {
    app = await createTestApp();
    const admin = await app.person('admin');
    const { token } = (await admin.post('/api/admin/scim/tokens', { name: 'Directory' })).body;
    send = (method, path, body) =>
      app.stranger().call(method, `/scim/v2${path}`, body, {
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/scim+json',
          ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        },
      });
  });
  afterAll(() => app.close());

  it.each(steps.map((step) => [step.what, step] as const))('%s', async (_what, step) => {
    const [method, path, body] = filledIn(step.send);
    const answer = await send(method, path, body);
    expect([answer.status, answer.status === step.status ? null : answer.body]).toEqual([step.status, null]);
    if (step.as !== undefined) ids.set(step.as, answer.body.id);
    if (step.holds) expect(answer.body).toMatchObject(filledIn(step.holds));
    for (const path of step.lacks ?? []) expect(answer.body).not.toHaveProperty(path);
    if (answer.status !== 204) expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/);
  });
});
