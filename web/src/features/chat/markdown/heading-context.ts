import { createContext } from 'react';
import type { HeadingLevels } from './headings.ts';

export const HeadingContext = createContext<HeadingLevels>(new Map());
