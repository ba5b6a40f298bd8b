import { createContext } from 'react';
import type { Passage } from '../../../../../shared/api/passages.ts';

/** The sources of the answer in which Markdown is drawn, and how one is opened. */
export type Cites = { sources: Passage[]; open(index: number, from: HTMLElement): void };

export const CiteContext = createContext<Cites>({ sources: [], open: () => undefined });
