import { Bot, Files, Library, TextQuote, type LucideIcon } from 'lucide-react';
import type { User } from '../../../shared/api/auth.ts';
import type { Strings } from '../lib/strings/index.ts';

/** A part of Carrel that one goes to. `key` names the app that has to be granted; without one it is everybody's. */
export type App = {
  to: '/files' | '/collections' | '/assistants' | '/prompts';
  key?: string;
  icon: LucideIcon;
  name(strings: Strings): string;
};

const all: readonly App[] = [
  { to: '/files', key: 'documents', icon: Files, name: (strings) => strings.shell.files },
  { to: '/collections', key: 'documents', icon: Library, name: (strings) => strings.knowledge.title },
  { to: '/assistants', icon: Bot, name: (strings) => strings.assistants.title },
  { to: '/prompts', icon: TextQuote, name: (strings) => strings.prompts.title },
];

/** What this person may open. */
export const appsOf = (user: Pick<User, 'apps'> | null): readonly App[] =>
  all.filter(({ key }) => key === undefined || user?.apps.includes(key));
