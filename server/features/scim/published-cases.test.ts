import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Answer } from '../../../test/client.ts';
import { rfc } from './rfc-cases.fixture.ts';
import { entra, okta } from './vendor-cases.fixture.ts';

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
