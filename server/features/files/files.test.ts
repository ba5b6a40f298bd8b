import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { manualPages, manualQuestions } from '../../../test/fixtures/manual.ts';
import { brokenPdf, encryptedPdf, makePdf } from '../../../test/fixtures/pdf.ts';

let app: TestApp;
let anna: Client;
let ben: Client;

beforeAll(async () => {
  app = await createTestApp({ env: { MAX_UPLOAD_MB: '1', MAX_PDF_MB: '1' } });
  anna = await app.person('anna');
  ben = await app.person('ben');
});
afterAll(() => app.close());

const nobodys = '0198c0de-0000-7000-8000-000000000000';
const megabyte = 2 ** 20;

/** Everything in the store, what is half-written included. */
async function onDisk(): Promise<string[]> {
  const entries = await readdir(join(app.config.dataDir, 'files'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

const ids = async (who: Client): Promise<string[]> =>
  (await who.get<{ items: { id: string }[] }>('/api/files?limit=200')).body.items.map(({ id }) => id);

describe('POST /api/files', () => {
  it('takes a text and has it read', async () => {
    const { status, body } = await anna.upload('notes.md', '# Notes\n\nThe key lies under the blue pot.', 'text/html');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      filename: 'notes.md',
      content_type: 'text/markdown',
      size: 41,
      status: 'queued',
      page_count: null,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await vi.waitFor(
      async () =>
        expect((await anna.get(`/api/files/${body.id}`)).body).toMatchObject({ status: 'ready', status_detail: null }),
      10_000,
    );
    expect((await anna.get(`/api/files/${body.id}/passages`)).body.items[0]).toMatchObject({
      ordinal: 0,
      page: null,
      text: expect.stringContaining('blue pot'),
    });
  });

  it('reads a manual of thirty pages, and each passage knows its page', async () => {
    const file = await anna.uploadAndWait(
      'manual.pdf',
      await makePdf({ pages: manualPages, hyphenate: true }),
      'application/pdf',
    );
    expect(file).toMatchObject({ status: 'ready', page_count: 30, content_type: 'application/pdf' });
    for (const { page, answer } of manualQuestions) {
      const { items } = (
        await anna.get<{ items: { page: number; text: string }[] }>(`/api/files/${file.id}/passages?page=${page}`)
      ).body;
      expect(items.every((item) => item.page === page)).toBe(true);
      expect(items.map(({ text }) => text).join(' ')).toContain(answer);
    }
  });

  it('is told a part at a time, each behind the one before, and whole in the end', async () => {
    const { id } = await anna.uploadAndWait('manual.pdf', await makePdf({ pages: manualPages }), 'application/pdf');
    type Told = { items: { ordinal: number; text: string }[] };
    const told = async (query: string) => (await anna.get<Told>(`/api/files/${id}/passages${query}`)).body.items;
    const whole = await told('');
    const parts = [await told('?limit=10')];
    for (let last = parts[0]; last?.length; last = parts.at(-1))
      parts.push(await told(`?limit=10&after=${last.at(-1)?.ordinal}`));
    expect(whole.length).toBeGreaterThan(20);
    expect(parts.every(({ length }) => length <= 10)).toBe(true);
    expect(parts.flat()).toEqual(whole);
  });

  it.each<[string, () => Buffer, string]>([
    ['broken.pdf', brokenPdf, 'damaged'],
    ['locked.pdf', encryptedPdf, 'password'],
  ])('takes %s and then says why it failed', async (name, bytes, word) => {
    expect(await anna.uploadAndWait(name, bytes())).toMatchObject({
      status: 'failed',
      status_detail: expect.stringContaining(word),
    });
  });

  describe('refuses and keeps nothing of', () => {
    const upload = async (form: FormData) => {
      const [before, known] = [await onDisk(), await ids(ben)];
      const answer = await ben.call('POST', '/api/files', form);
      expect(await onDisk()).toEqual(before);
      expect(await ids(ben)).toEqual(known);
      return answer;
    };
    const form = (...parts: [field: string, value: string | Buffer, name?: string][]): FormData => {
      const data = new FormData();
      for (const [field, value, name] of parts) {
        if (name === undefined) data.append(field, String(value));
        else data.append(field, new Blob([value]), name);
      }
      return data;
    };

    it.each<[string, FormData, number, string]>([
      [
        'a program called a PDF',
        form(['file', Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), Buffer.alloc(300)]), 'manual.pdf']),
        415,
        'UNSUPPORTED_FILE_TYPE',
      ],
      ['an empty file', form(['file', '', 'empty.txt']), 400, 'VALIDATION_FAILED'],
      ['a file that is too large', form(['file', Buffer.alloc(megabyte + 1, 'a'), 'a.txt']), 413, 'PAYLOAD_TOO_LARGE'],
      [
        'a file that is far too large',
        form(['file', Buffer.alloc(20 * megabyte, 'a'), 'a.txt']),
        413,
        'PAYLOAD_TOO_LARGE',
      ],
      ['a form without a file', form(), 400, 'VALIDATION_FAILED'],
      ['a form with a field instead', form(['file', 'text']), 400, 'VALIDATION_FAILED'],
      ['a form with another field', form(['file', 'text', 'a.txt'], ['folder', 'x']), 400, 'VALIDATION_FAILED'],
      ['two files', form(['file', 'text', 'a.txt'], ['file', 'text', 'b.txt']), 400, 'VALIDATION_FAILED'],
      [
        'three files',
        form(['file', 'a', 'a.txt'], ['file', 'b', 'b.txt'], ['file', 'c', 'c.txt']),
        400,
        'VALIDATION_FAILED',
      ],
      ['a file in a field of another name', form(['document', 'text', 'a.txt']), 400, 'VALIDATION_FAILED'],
    ])('%s', async (_, body, status, code) => {
      expect(await upload(body)).toMatchObject({ status, body: { code, message: expect.any(String) } });
    });

    it('what is no form', async () => {
      expect(await ben.post('/api/files', { file: 'text' })).toMatchObject({
        status: 415,
        body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
      });
      expect(await ben.post('/api/files', 'text', { headers: { 'content-type': 'text/plain' } })).toMatchObject({
        status: 415,
      });
      expect(await ben.post('/api/files')).toMatchObject({ status: 415 });
      const broken = await ben.post('/api/files', '--x\r\nnonsense', {
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      });
      expect(broken).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    });

    it('an upload that breaks off', async () => {
      const [before, known] = [await onDisk(), await ids(ben)];
      for (const sent of [10, 300_000]) {
        const socket = await beginUpload(ben, 500_000);
        socket.write(Buffer.alloc(sent, 'a'));
        await vi.waitFor(
          async () => expect((await onDisk()).length).toBe(before.length + (sent > 100_000 ? 1 : 0)),
          10_000,
        );
        socket.destroy();
        await vi.waitFor(async () => expect(await onDisk()).toEqual(before), 10_000);
      }
      expect(await ids(ben)).toEqual(known);
      expect((await ben.upload('next.txt', 'the next one is taken')).status).toBe(201);
    });
  });
});

/** The head of an upload of `size` bytes, on a socket that the caller goes on with or breaks. */
async function beginUpload(client: Client, size: number): Promise<Socket> {
  const { hostname, port, host } = new URL(client.url);
  const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  const cookies = [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  socket.write(
    `POST /api/files HTTP/1.1\r\nhost: ${host}\r\ncookie: ${cookies}\r\nx-csrf-token: ${client.csrfToken ?? ''}\r\n` +
      `content-type: multipart/form-data; boundary=b\r\ncontent-length: ${head.length + size}\r\n\r\n${head}`,
  );
  return socket;
}

describe('GET /api/files', () => {
  const named = async (who: Client, q: string): Promise<string[]> =>
    (await who.get(`/api/files?q=${encodeURIComponent(q)}`)).body.items.map(
      (one: { filename: string }) => one.filename,
    );

  it('finds one’s own files by their names, whatever the case, and takes no sign for a wildcard', async () => {
    const carla = await app.person('carla');
    for (const name of ['Rent 2025.txt', 'rent_2026.txt', '100% wool.txt'])
      await carla.upload(name, name, 'text/plain');
    expect(await named(carla, 'RENT')).toEqual(['rent_2026.txt', 'Rent 2025.txt']);
    expect(await named(carla, 't_2')).toEqual(['rent_2026.txt']);
    expect(await named(carla, '0% w')).toEqual(['100% wool.txt']);
    expect(await named(carla, ' ')).toHaveLength(3);
    expect(await named(ben, 'rent')).toEqual([]);
  });

  it('goes on behind a page with the same words', async () => {
    const dora = await app.person('dora');
    for (const n of [1, 2, 3]) await dora.upload(`bill ${n}.txt`, `bill ${n}`, 'text/plain');
    await dora.upload('letter.txt', 'letter', 'text/plain');
    const first = (await dora.get('/api/files?q=bill&limit=2')).body;
    const next = (await dora.get(`/api/files?q=bill&limit=2&cursor=${encodeURIComponent(first.next_cursor)}`)).body;
    expect([...first.items, ...next.items].map(({ filename }) => filename)).toEqual([
      'bill 3.txt',
      'bill 2.txt',
      'bill 1.txt',
    ]);
    expect(next.next_cursor).toBeNull();
  });
});

describe('a file', () => {
  it('is somebody’s own', async () => {
    const { id } = (await anna.upload('secret.txt', 'secret')).body;
    for (const path of ['', '/content', '/passages']) {
      const [others, none] = [await ben.get(`/api/files/${id}${path}`), await ben.get(`/api/files/${nobodys}${path}`)];
      expect(others).toMatchObject({ status: 404, body: { code: 'FILE_NOT_FOUND' } });
      expect({ ...others.body, request_id: '' }).toEqual({ ...none.body, request_id: '' });
      expect((await app.stranger().get(`/api/files/${id}${path}`)).status).toBe(401);
    }
    expect((await ben.delete(`/api/files/${id}`)).status).toBe(204);
    expect((await anna.get(`/api/files/${id}`)).status).toBe(200);
    expect(await ids(ben)).not.toContain(id);
  });

  it('is deleted with all that belongs to it, again and again', async () => {
    const before = await onDisk();
    const { id } = await anna.uploadAndWait('gone.txt', 'The password of the cellar is wintergreen.');
    const found = async () =>
      (await anna.post('/api/search', { q: 'wintergreen cellar' })).body.items.filter(
        ({ source }: { source: { id: string } }) => source.id === id,
      );
    expect(await found()).toHaveLength(1);
    expect((await anna.delete(`/api/files/${id}`)).status).toBe(204);
    expect((await anna.delete(`/api/files/${id}`)).status).toBe(204);
    expect((await anna.get(`/api/files/${id}`)).status).toBe(404);
    expect(await found()).toEqual([]);
    expect(await onDisk()).toEqual(before);
  });

  it('is downloaded as it was, and never run', async () => {
    const html = '<!doctype html><script>alert(document.domain)</script>';
    const { id, content_type, sha256 } = (await anna.upload('Grüße "1".html', html, 'image/png')).body;
    expect(content_type).toBe('text/html');
    const response = await anna.fetch('GET', `/api/files/${id}/content`, undefined, {
      headers: { 'accept-encoding': 'identity' },
    });
    expect(await response.text()).toBe(html);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain',
      'content-disposition': 'attachment; filename="Gr__e _1_.html"; filename*=UTF-8\'\'Gr%C3%BC%C3%9Fe%20%221%22.html',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, no-cache',
      etag: `"${sha256}"`,
    });
    expect(
      (await anna.fetch('GET', `/api/files/${id}/content`, undefined, { headers: { 'if-none-match': `"${sha256}"` } }))
        .status,
    ).toBe(304);
  });

  it('keeps its bytes, every one', async () => {
    const pdf = await makePdf({ pages: manualPages });
    const { id } = (await anna.upload('manual.pdf', pdf)).body;
    const bytes = Buffer.from(await (await anna.fetch('GET', `/api/files/${id}/content`)).arrayBuffer());
    expect(bytes.equals(pdf)).toBe(true);
  });

  it('is asked for by a well-formed id and page', async () => {
    expect((await anna.get('/api/files/nonsense')).status).toBe(400);
    expect((await anna.get('/api/files?cursor=nonsense')).body).toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ path: 'cursor' }] },
    });
    expect((await anna.get('/api/files?limit=1000')).status).toBe(400);
    for (const query of ['page=0', 'limit=0', 'limit=5001', 'after=-1'])
      expect((await anna.get(`/api/files/${nobodys}/passages?${query}`)).status, query).toBe(400);
  });
});
