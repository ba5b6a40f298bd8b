import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { minutes } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { NotTheFile } from '../../platform/extract/driver.ts';
import { grant } from '../../http-kit/actor.ts';
import type { FileRow } from './policy.ts';
import { createThumbnails } from './thumbnails.ts';

const file = grant({ storage_key: 'u/1.blob', content_type: 'image/png' } as FileRow);
const picture = Buffer.from('a picture');

/** Thumbnails whose drawing fails as the test says. */
function thumbnails() {
  const kept = new Map<string, Buffer>();
  const state = { time: 0, drawn: 0, failure: null as Error | null };
  const made = createThumbnails({
    store: {
      get: (key: string) =>
        kept.has(key)
          ? Promise.resolve(Readable.from([kept.get(key)]))
          : Promise.reject(new AppError('FILE_NOT_FOUND')),
      put: async (key: string, bytes: Readable) => void kept.set(key, Buffer.concat(await bytes.toArray())),
    } as never,
    pictures: {
      isPicture: () => true,
      isDrawable: () => true,
      jpeg: () => {
        state.drawn += 1;
        return state.failure ? Promise.reject(state.failure) : Promise.resolve(picture);
      },
    },
    now: () => state.time,
  });
  return { kept, state, of: () => made.of(file) };
}

it('a broken file has no picture, and nobody tries again', async () => {
  for (const code of ['FILE_UNREADABLE', 'FILE_ENCRYPTED'] as const) {
    const { kept, state, of } = thumbnails();
    state.failure = new AppError(code);
    await expect(of()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    state.time += minutes(60);
    await expect(of()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect([kept.size, state.drawn]).toEqual([1, 1]);
  }
});

it('where drawing failed in passing nothing is kept, and it is tried again after a while', async () => {
  const { kept, state, of } = thumbnails();
  state.failure = new AppError('FILE_UNREADABLE', { cause: new NotTheFile('too slow') });
  await expect(of()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(of()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect([kept.size, state.drawn]).toEqual([0, 1]);
  state.failure = null;
  state.time += minutes(60);
  expect(await of()).toEqual(picture);
  expect(kept.size).toBe(1);
});
