import { FileText, LibraryBig, NotebookPen } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { focusInput } from '../../app/layout.ts';
import { Lamp } from '../../components/ui/lamp.tsx';
import { useStore } from '../../lib/store.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { AssistantDesk } from '../assistants/assistant-desk.tsx';
import { assistantOf } from '../assistants/chosen.ts';
import { useAssistant } from '../assistants/use-assistants.ts';
import { useUser } from '../auth/session.ts';
import { attachInputId } from './composer/attach-button.tsx';
import { drafts, newDraft } from './drafts.ts';
import { useModels } from './models/use-models.ts';

type Starter = { icon: LucideIcon; title: string; text: string; act(): void };

/** The desk before the first question. */
export function EmptyDesk({ slot }: { slot: string }) {
  const strings = useStrings();
  const { starters, hello } = strings.chat;
  const user = useUser();
  const { onlyLibrarian } = useModels();
  const assistant = useAssistant(useStore(assistantOf(slot)));
  const [hour] = useState(() => new Date().getHours());
  const time = hour < 5 || hour >= 18 ? hello.evening : hour < 12 ? hello.morning : hello.day;
  const begin = (text: string): void => {
    drafts.set(newDraft, text);
    focusInput();
  };
  if (assistant) return <AssistantDesk assistant={assistant} onBegin={begin} />;
  const list: Starter[] = [
    {
      icon: FileText,
      title: starters.attach,
      text: starters.attachText,
      act: () => document.getElementById(attachInputId)?.click(),
    },
    { icon: LibraryBig, title: starters.library, text: starters.libraryText, act: () => begin(starters.libraryPrompt) },
    { icon: NotebookPen, title: starters.write, text: starters.writeText, act: () => begin(starters.writePrompt) },
  ];
  return (
    <div className="flex flex-1 flex-col items-center justify-center py-6 text-center">
      <Lamp size={88} lit />
      <h1 className="mt-3 text-2xl">{strings.chat.greeting(time, user?.name.split(' ')[0] ?? '')}</h1>
      <p className="mt-1 max-w-md text-balance text-muted">{strings.chat.greetingText}</p>
      <ul className="mt-7 grid w-full max-w-2xl gap-2.5 text-start sm:grid-cols-3">
        {list.map(({ icon: Icon, title, text, act }) => (
          <li key={title}>
            <button
              type="button"
              onClick={act}
              className="flex h-full w-full gap-3 rounded-lg border border-line bg-sheet p-3.5 text-start shadow-sheet transition-colors hover:border-accent sm:flex-col sm:gap-2"
            >
              <Icon size={20} strokeWidth={1.6} aria-hidden className="mt-0.5 shrink-0 text-accent" />
              <span>
                <span className="block font-serif text-base leading-snug font-semibold">{title}</span>
                <span className="mt-1 block text-sm text-muted">{text}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {onlyLibrarian && <p className="mt-6 max-w-xl text-sm text-muted">{strings.chat.librarianOnly}</p>}
    </div>
  );
}
