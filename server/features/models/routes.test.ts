import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../../shared/api/models.ts';
import type { Problem } from '../../../shared/api/common.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';

describe('models and providers, through the front door', () => {
  let app: TestApp;
  let fake: FakeLlm;
  const key = 'sk-never-shown-0123456789';

  beforeAll(async () => {
    fake = await createFakeLlm();
    const env = { OLLAMA_URL: fake.url, OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_API_KEY: key };
    app = await createTestApp({ env });
  });
  afterAll(async () => {
    await app.close();
    await fake.close();
  });

  it.each(['/api/models', '/api/providers', '/api/providers/ollama/health'])('%s is for members', async (url) => {
    const { status, body } = await app.stranger().get<Problem>(url);
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'AUTH_REQUIRED' });
  });

  it('lists models of providers that answer, the Librarian last', async () => {
    const person = await app.person();
    const { status, body } = await person.get<{ items: Model[]; next_cursor: null }>('/api/models');
    expect(status).toBe(200);
    expect(body.items.map(({ id, kind, healthy }) => `${id} ${kind} ${healthy}`)).toEqual([
      'ollama/llama3.2:latest chat true',
      'ollama/nomic-embed-text:latest embedding true',
      'librarian/librarian chat true',
    ]);
    expect(body.next_cursor).toBeNull();
  });

  it('shows providers without address or key', async () => {
    const person = await app.person();
    const { body } = await person.get<{ items: { id: string; healthy: boolean; error?: string }[] }>('/api/providers');
    expect(body.items.map(({ id, healthy }) => `${id} ${healthy}`)).toEqual([
      'ollama true',
      'openai false',
      'librarian true',
    ]);
    expect(body.items[1]?.error).toContain('could not be reached');
    const shown = JSON.stringify(body);
    for (const secret of [key, '127.0.0.1', 'base_url']) expect(shown).not.toContain(secret);
  });

  it('checks a provider when asked', async () => {
    const person = await app.person();
    expect((await person.get('/api/providers/ollama/health')).body).toEqual({
      healthy: true,
      latency_ms: expect.any(Number),
    });
    expect((await person.get('/api/providers/openai/health')).body).toMatchObject({
      healthy: false,
      error: expect.any(String),
    });
    const unknown = await person.get<Problem>('/api/providers/nobody/health');
    expect({ status: unknown.status, code: unknown.body.code }).toEqual({ status: 404, code: 'NOT_FOUND' });
  });
});
