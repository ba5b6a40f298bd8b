import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useNarrow } from '../lib/media.ts';
import { currentStrings } from '../lib/strings/index.ts';
import { focusInput, focusToast, lastAnswer, layout, toggleSidebar } from './layout.ts';
import { useServices } from './services.ts';

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);
const mod = apple ? '⌘' : 'Ctrl+';
const shift = apple ? '⇧' : 'Shift+';
/** In the order in which each system writes them. */
const modShift = apple ? shift + mod : mod + shift;

/** How the keys are written on this reader's keyboard. */
export const keyNames = {
  palette: `${mod}K`,
  newChat: `${modShift}O`,
  sidebar: `${modShift}S`,
  copyLast: `${modShift}C`,
  focus: `${shift}Esc`,
  toast: 'F6',
  sheet: `${mod}/`,
  send: 'Enter',
  newline: `${shift}Enter`,
  stop: 'Esc',
} as const;

/** The shortcuts that work everywhere behind the gate. */
export function useShortcuts(): void {
  const navigate = useNavigate();
  const narrow = useNarrow();
  const { toasts } = useServices();
  useEffect(() => {
    const copyLast = async (): Promise<void> => {
      const answer = lastAnswer.get();
      if (answer === '') return;
      const { app, chat } = currentStrings();
      await navigator.clipboard.writeText(answer).then(
        () => toasts.show({ text: chat.copiedLast }),
        () => toasts.show({ text: app.copyFailed, tone: 'danger' }),
      );
    };
    const onKey = (event: KeyboardEvent): void => {
      const { key, shiftKey, altKey } = event;
      const held = event.metaKey || event.ctrlKey;
      const act = (deed: () => void): void => {
        event.preventDefault();
        deed();
      };
      if (key === 'Escape' && shiftKey) return act(focusInput);
      // With nothing to go to it is the browser's own key.
      if (key === 'F6' && !held && !altKey && !shiftKey && focusToast()) return event.preventDefault();
      if (!held || altKey) return;
      if (!shiftKey && key.toLowerCase() === 'k') act(() => layout.palette.set((open) => !open));
      else if (shiftKey && key.toLowerCase() === 'o') act(() => void navigate({ to: '/' }).then(focusInput));
      else if (shiftKey && key.toLowerCase() === 's') act(() => toggleSidebar(narrow));
      else if (shiftKey && key.toLowerCase() === 'c') act(() => void copyLast());
      else if (key === '/' || (shiftKey && key === '7')) act(() => layout.shortcuts.set((open) => !open));
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate, narrow, toasts]);
}
