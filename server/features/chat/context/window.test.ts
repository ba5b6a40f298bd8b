import { describe, expect, it } from 'vitest';
import { wholeFilesRoom } from './window.ts';

const SO = 'so '.repeat(30_000);
const spoken = (contextLength: number | undefined, said: object = {}) => ({
  model: { ...(contextLength !== undefined && { contextLength }) },
  system: undefined,
  tail: { summary: null },
  history: [],
  ...said,
});

describe('room for whole files', () => {
  it('is what an admin gives, where half of the window has it', () => {
    expect(wholeFilesRoom(spoken(128_000), 12_000)).toBe(12_000);
    expect(wholeFilesRoom(spoken(8_192), 12_000)).toBe(3_072);
  });

  it('is none where nobody knows the window', () => {
    expect(wholeFilesRoom(spoken(undefined), 12_000)).toBe(0);
  });

  it.each([
    ['messages', { history: [{ role: 'user', content: SO } as const] }],
    ['instructions', { system: SO }],
    ['a summary', { tail: { summary: { text: SO } } }],
  ])('is what %s leave of the window', (_, said) => {
    const room = wholeFilesRoom(spoken(32_768, said), 20_000);
    expect(room).toBeGreaterThan(0);
    expect(room).toBeLessThan(14_000);
    expect(wholeFilesRoom(spoken(8_192, said), 20_000)).toBe(0);
  });
});
