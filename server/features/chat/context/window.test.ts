import { describe, expect, it } from 'vitest';
import { wholeFilesRoom } from './window.ts';

const nothingSaid = { said: [], maxTokens: undefined };

describe('room for whole files', () => {
  it('is what an admin gives, where half of the window has it', () => {
    expect(wholeFilesRoom({ contextLength: 128_000 }, { ...nothingSaid, most: 12_000 })).toBe(12_000);
    expect(wholeFilesRoom({ contextLength: 8_192 }, { ...nothingSaid, most: 12_000 })).toBe(3_072);
  });

  it('is none where nobody knows the window', () => {
    expect(wholeFilesRoom({}, { ...nothingSaid, most: 12_000 })).toBe(0);
  });

  it('is what was said leaves of the window', () => {
    const said = ['so '.repeat(30_000)];
    const room = wholeFilesRoom({ contextLength: 32_768 }, { said, maxTokens: undefined, most: 20_000 });
    expect(room).toBeGreaterThan(0);
    expect(room).toBeLessThan(14_000);
    expect(wholeFilesRoom({ contextLength: 8_192 }, { said, maxTokens: undefined, most: 20_000 })).toBe(0);
  });
});
