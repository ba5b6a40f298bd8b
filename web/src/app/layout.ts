import { remembered } from '../lib/remembered.ts';
import { createStore } from '../lib/store.ts';

/** Whether the sidebar stands beside the page (kept), or lies over it as a drawer on narrow screens (not kept). */
export const layout = {
  sidebar: createStore(remembered.read('sidebar') !== 'closed'),
  drawer: createStore(false),
  shortcuts: createStore(false),
  palette: createStore(false),
};

export function toggleSidebar(narrow: boolean): void {
  if (narrow) return layout.drawer.set((open) => !open);
  layout.sidebar.set((open) => !open);
  remembered.write('sidebar', layout.sidebar.get() ? null : 'closed');
}

/** The newest answer on the page as it was written; empty where there is none. */
export const lastAnswer = createStore('');

/** The message field, where there is one on the page. */
export const inputId = 'message-input';
export const focusInput = (): void => document.getElementById(inputId)?.focus();

/** Where short messages are shown. */
export const toastsId = 'toasts';
/** Goes to the newest of them, which may have an Undo; false where there is none. */
export function focusToast(): boolean {
  const button = document.querySelector<HTMLElement>(`#${toastsId} > :last-child button`);
  button?.focus();
  return button !== null;
}
