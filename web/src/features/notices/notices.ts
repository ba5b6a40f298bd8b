import { remembered } from '../../lib/remembered.ts';
import { createStore, type Store } from '../../lib/store.ts';

/** An answer that ended while nobody looked at it. */
export type Notice = { conversationId: string; title: string; at: number };

export type Notices = {
  /** The newest first, one for each conversation. */
  list: Store<readonly Notice[]>;
  /** An answer has ended in this conversation. Where the reader has it before their eyes there is nothing to tell. */
  answered(conversationId: string): void;
  /** It was opened, or is gone. */
  seen(conversationId: string): void;
  clear(): void;
  /** Whether the browser tells of it, too, when nobody looks at the page. Asks it for leave. */
  inBrowser: Store<boolean>;
  allowInBrowser(on: boolean): Promise<boolean>;
};

type Deps = {
  titleOf(conversationId: string): Promise<string>;
  /** Whether this conversation is on the screen now. */
  isShown(conversationId: string): boolean;
  open(conversationId: string): void;
  words(): { answered: string };
};

const KEY = 'notices';
const IN_BROWSER = 'notify';
const most = 50;

const stored = (): Notice[] => {
  try {
    return JSON.parse(remembered.read(KEY) ?? '[]') as Notice[];
  } catch {
    return [];
  }
};
const mayNotify = (): boolean => 'Notification' in globalThis && Notification.permission === 'granted';

/** What happened elsewhere, for when the reader comes back. Of this browser: each device tells what was not seen on it. */
export function createNotices({ titleOf, isShown, open, words }: Deps): Notices {
  const list = createStore<readonly Notice[]>(stored());
  const inBrowser = createStore(remembered.read(IN_BROWSER) === 'on' && mayNotify());
  const keep = (next: readonly Notice[]): void => {
    list.set(next);
    remembered.write(KEY, next.length === 0 ? null : JSON.stringify(next));
  };
  // Another tab has told of one, or opened it.
  addEventListener('storage', ({ key }) => {
    if (key === null || key.endsWith(KEY)) list.set(stored());
  });

  function tell(conversationId: string, title: string): void {
    if (!inBrowser.get() || !document.hidden || !mayNotify()) return;
    // One for all tabs: the same tag takes the place of the one before.
    const shown = new Notification(title, { body: words().answered, tag: conversationId });
    shown.addEventListener('click', () => {
      globalThis.focus();
      open(conversationId);
      shown.close();
    });
  }

  async function answered(conversationId: string): Promise<void> {
    if (isShown(conversationId)) return;
    const title = await titleOf(conversationId).catch(() => '');
    if (isShown(conversationId)) return;
    const others = list.get().filter((one) => one.conversationId !== conversationId);
    keep([{ conversationId, title, at: Date.now() }, ...others].slice(0, most));
    tell(conversationId, title);
  }

  return {
    list,
    answered: (conversationId) => void answered(conversationId),
    seen(conversationId) {
      const now = list.get();
      if (now.some((one) => one.conversationId === conversationId))
        keep(now.filter((one) => one.conversationId !== conversationId));
    },
    clear: () => keep([]),
    inBrowser,
    async allowInBrowser(on) {
      const allowed = on && 'Notification' in globalThis && (await Notification.requestPermission()) === 'granted';
      inBrowser.set(allowed);
      remembered.write(IN_BROWSER, allowed ? 'on' : null);
      return allowed === on;
    },
  };
}
