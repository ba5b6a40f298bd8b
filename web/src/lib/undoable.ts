import { refusalOf } from './problem.ts';
import { currentStrings } from './strings/index.ts';
import type { Toasts } from './toasts.ts';
import { describeRefusal } from './words.ts';

type Deed = {
  text: string;
  undo(): void;
  /** `keepalive`: the page is being left; the request has to outlive it. */
  commit(keepalive: boolean): Promise<void>;
  failed(): Promise<void>;
};

/** Does something when Undo is no longer there to be pressed, or when the page is left before that. */
export function undoable(toasts: Toasts, { text, undo, commit, failed }: Deed): void {
  let open = true;
  const settle = (): boolean => {
    if (!open) return false;
    open = false;
    removeEventListener('pagehide', leave);
    return true;
  };
  const finish = async (keepalive: boolean): Promise<void> => {
    if (!settle()) return;
    try {
      await commit(keepalive);
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), currentStrings()), tone: 'danger' });
      await failed();
    }
  };
  const leave = (): void => void finish(true);
  addEventListener('pagehide', leave);
  const run = (): void => {
    if (settle()) undo();
  };
  const gone = (): void => void finish(false);
  toasts.show({ text, action: { label: currentStrings().app.undo, run }, gone });
}
