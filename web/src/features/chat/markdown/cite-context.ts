import { createContext } from 'react';
import type { Passage } from '../../../../../shared/api/passages.ts';
import type { Doubt } from '../citations.ts';

/** The sources of the answer in which Markdown is drawn, which of its marks are in doubt, and how one is opened. */
export type Cites = { sources: Passage[]; doubts: readonly Doubt[]; open(index: number, from: HTMLElement): void };

export const CiteContext = createContext<Cites>({ sources: [], doubts: [], open: () => undefined });
