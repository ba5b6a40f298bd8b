import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { chooseLanguage } from './strings/index.ts';
import { createToasts, type Toasts } from './toasts.ts';
import { undoable } from './undoable.ts';

let toasts: Toasts;
const done: string[] = [];

beforeEach(async () => {
  vi.stubGlobal('document', { documentElement: {} });
  await chooseLanguage('en');
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  toasts = createToasts();
  done.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function remove(name: string): number {
  undoable(toasts, {
    text: name,
    undo: () => done.push(`${name} taken back`),
    commit: () => Promise.resolve(void done.push(`${name} done`)),
    failed: () => Promise.resolve(),
  });
  return toasts.list.get().at(-1)?.id ?? 0;
}
const shown = () => toasts.list.get().map(({ text }) => text);

it('does it when the time for Undo has passed', () => {
  remove('A');
  vi.advanceTimersByTime(7_999);
  expect([shown(), done]).toEqual([['A'], []]);
  vi.advanceTimersByTime(1);
  expect([shown(), done]).toEqual([[], ['A done']]);
});

it('waits while the pointer or the focus is in the message, and gives the whole time again after it', () => {
  const id = remove('A');
  vi.advanceTimersByTime(7_000);
  toasts.hold(id, 'pointer', true);
  toasts.hold(id, 'focus', true);
  vi.advanceTimersByTime(60_000);
  toasts.hold(id, 'pointer', false);
  vi.advanceTimersByTime(60_000);
  expect([shown(), done]).toEqual([['A'], []]);
  toasts.hold(id, 'focus', false);
  vi.advanceTimersByTime(7_999);
  expect(done).toEqual([]);
  vi.advanceTimersByTime(1);
  expect([shown(), done]).toEqual([[], ['A done']]);
});

it('takes it back once and for all', () => {
  const id = remove('A');
  toasts.list.get()[0]?.action?.run();
  toasts.dismiss(id);
  vi.advanceTimersByTime(60_000);
  expect(done).toEqual(['A taken back']);
});

it('does it at once when its message is sent away, or pushed out by newer ones', () => {
  toasts.dismiss(remove('A'));
  expect(done).toEqual(['A done']);
  for (const name of ['B', 'C', 'D', 'E', 'F']) remove(name);
  expect([shown(), done]).toEqual([
    ['C', 'D', 'E', 'F'],
    ['A done', 'B done'],
  ]);
});
