import { remembered } from './remembered.ts';
import { createStore } from './store.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const saved = remembered.read('theme');
/** The inline script of index.html applies the same choice before the first paint. */
export const theme = createStore<Theme>(saved === 'light' || saved === 'dark' ? saved : 'system');

export function chooseTheme(next: Theme): void {
  theme.set(next);
  remembered.write('theme', next === 'system' ? null : next);
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
}
