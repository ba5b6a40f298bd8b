import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { brokenPdf, encryptedPdf, makePdf } from '../../../test/fixtures/pdf.ts';
import { thumbnailKey } from './thumbnails.ts';

let app: TestApp;
let anna: Client;
let ben: Client;

beforeAll(async () => {
  app = await createTestApp();
  anna = await app.person('anna');
  ben = await app.person('ben');
});
afterAll(() => app.close());

describe('a range of a file', () => {
  const text = 'The harbour of Ulm lies on the Danube.';
  let path: string;
  let etag: string;

  beforeAll(async () => {
    const { id, sha256 } = (await anna.upload('ulm.txt', text)).body;
    [path, etag] = [`/api/files/${id}/content`, `"${sha256}"`];
  });

  const ask = (headers: Record<string, string>, who = anna) => who.fetch('GET', path, undefined, { headers });

  it('is sent as such, wherever it lies', async () => {
    const start = await ask({ range: 'bytes=4-10' });
    expect([start.status, await start.text()]).toEqual([206, 'harbour']);
    expect(Object.fromEntries(start.headers)).toMatchObject({
      'content-range': `bytes 4-10/${text.length}`,
      'content-length': '7',
      'content-disposition': expect.stringMatching(/^attachment; filename="ulm.txt"/) as string,
      'content-security-policy': "sandbox; default-src 'none'",
      etag,
    });
    expect(await (await ask({ range: 'bytes=-7' })).text()).toBe('Danube.');
    expect(await (await ask({ range: 'bytes=31-9999' })).text()).toBe('Danube.');
  });

  it('is offered with the whole', async () => {
    const whole = await ask({});
    expect([whole.status, whole.headers.get('accept-ranges')]).toEqual([200, 'bytes']);
    expect(await whole.text()).toBe(text);
  });

  it('is refused where there is nothing', async () => {
    const answer = await ask({ range: 'bytes=4000-' });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, `bytes */${text.length}`]);
  });

  it('is the whole where it was meant for another version, or asks for several', async () => {
    const of = async (headers: Record<string, string>) => (await ask(headers)).status;
    expect(await of({ range: 'bytes=0-1', 'if-range': etag })).toBe(206);
    expect(await of({ range: 'bytes=0-1', 'if-range': '"another"' })).toBe(200);
    expect(await of({ range: 'bytes=0-1', 'if-range': 'Sat, 21 Nov 2026 10:00:00 GMT' })).toBe(200);
    expect(await of({ range: 'bytes=0-1,3-4' })).toBe(200);
    expect(await of({ range: 'bytes=0-1', 'if-none-match': etag })).toBe(304);
    expect(await of({ 'if-none-match': `"other", W/${etag}` })).toBe(304);
    expect(await of({ range: 'bytes=0-1', 'if-range': `W/${etag}` })).toBe(200);
  });

  it('is nobody else’s', async () => {
    expect((await ask({ range: 'bytes=0-1' }, ben)).status).toBe(404);
  });
});

describe('a thumbnail', () => {
  const of = (id: string, who = anna, headers: Record<string, string> = {}) =>
    who.fetch('GET', `/api/files/${id}/thumbnail`, undefined, { headers });
  const isKept = async (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  const placeOf = async (id: string): Promise<string> => {
    const { file } = await app.carrel.services.files.content({ userId: anna.id }, id);
    return join(app.config.dataDir, 'files', thumbnailKey(file));
  };

  it('shows the first page of a PDF, small, and is kept', async () => {
    const { id } = await anna.uploadAndWait('letter.pdf', await makePdf({ pages: [['A letter.'], ['Its end.']] }));
    const answer = await of(id);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    const picture = await loadImage(Buffer.from(await answer.arrayBuffer()));
    expect(Math.max(picture.width, picture.height)).toBe(256);
    expect(await isKept(await placeOf(id))).toBe(true);
    expect((await of(id, anna, { 'if-none-match': answer.headers.get('etag') ?? '' })).status).toBe(304);
  });

  it('shows a picture without enlarging it', async () => {
    const canvas = createCanvas(64, 48);
    canvas.getContext('2d').fillRect(0, 0, 30, 30);
    const { id } = (await anna.upload('dot.png', canvas.toBuffer('image/png'))).body;
    const all = await Promise.all([of(id), of(id), of(id)]);
    const sizes = await Promise.all(
      all.map(async (answer) => (await loadImage(Buffer.from(await answer.arrayBuffer()))).width),
    );
    expect(sizes).toEqual([64, 64, 64]);
  });

  it('is not there for what cannot be drawn, and nobody tries again', async () => {
    for (const [name, bytes] of [
      ['words.txt', 'Only words.'],
      ['torn.pdf', brokenPdf()],
      ['locked.pdf', encryptedPdf()],
    ] as const) {
      const { id } = (await anna.upload(name, bytes)).body;
      expect([(await of(id)).status, (await of(id)).status]).toEqual([404, 404]);
    }
  });

  it('is for whoever may read the file, as long as they may', async () => {
    const { id } = await anna.uploadAndWait('plan.pdf', await makePdf({ pages: [['The plan.']] }));
    expect((await of(id, ben)).status).toBe(404);
    const { id: collection } = (await anna.post('/api/collections', { name: 'Plans' })).body;
    await anna.post(`/api/collections/${collection}/sources`, { file_id: id });
    await anna.put(`/api/collections/${collection}/shares`, { user_id: ben.id, access: 'read' });
    const seen = await of(id, ben);
    expect(seen.status).toBe(200);
    await anna.call('DELETE', `/api/collections/${collection}/shares`, { user_id: ben.id });
    expect((await of(id, ben, { 'if-none-match': seen.headers.get('etag') ?? '' })).status).toBe(404);
  });

  it('goes with its file', async () => {
    const { id } = await anna.uploadAndWait('gone.pdf', await makePdf({ pages: [['Gone.']] }));
    await of(id);
    const path = await placeOf(id);
    await anna.delete(`/api/files/${id}`);
    expect(await isKept(path)).toBe(false);
  });
});
