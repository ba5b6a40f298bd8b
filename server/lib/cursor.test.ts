import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { newId } from './ids.ts';

const token = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('cursor', () => {
  it('comes back as it was and fits a query', () => {
    const cursor = [Date.now(), newId()] as const;
    expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
    expect(encodeCursor(cursor)).toMatch(/^[\w-]{1,200}$/);
  });

  it.each([
    '',
    'nonsense',
    '%%%',
    token(null),
    token({}),
    token([1]),
    token(['1', newId()]),
    token([1.5, newId()]),
    token([1, "' or 1=1"]),
    token([1, newId(), 2]),
    token([1e300, newId()]),
  ])('refuses %j', (foreign) => {
    expect(() => decodeCursor(foreign)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
  });
});
