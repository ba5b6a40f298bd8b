import type { Page } from '@playwright/test';
import { words } from './desk.ts';

/** A page worth a picture: where it is, and how to tell that it stands. */
export type View = { name: string; path: string; stands(page: Page): Promise<unknown> };

const heading = (name: string) => (page: Page) => page.getByRole('heading', { name }).first().waitFor();
const text = (some: string | RegExp) => (page: Page) => page.getByText(some).first().waitFor();

export const views = (roast: string): View[] => [
  { name: 'new-chat', path: '/', stands: heading('Ada') },
  { name: 'answer', path: `/c/${roast}`, stands: (page) => page.locator('figure img').first().waitFor() },
  { name: 'files', path: '/files', stands: text('cupping-notes.md') },
  { name: 'collections', path: '/collections', stands: text('The roaster') },
  { name: 'prompts', path: '/prompts', stands: text('Explain simply') },
  { name: 'settings', path: '/settings', stands: text(words.settings.profile) },
  ...[
    'users',
    'invites',
    'groups',
    'permissions',
    'models',
    'tools',
    'finding',
    'retention',
    'usage',
    'sign-in',
    'directories',
    'audit',
  ].map((name): View => ({
    name: `admin-${name}`,
    path: `/admin/${name}`,
    stands: (page) => page.locator('main').first().waitFor(),
  })),
];
