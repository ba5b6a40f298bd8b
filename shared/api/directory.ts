import { z } from 'zod';
import { id } from './common.ts';

export const directoryQuery = z.object({ q: z.string().trim().max(200).default('') });

const entry = z.object({ id, name: z.string() });

/** 20 of each at most. */
export const directory = z.object({ users: z.array(entry), groups: z.array(entry) });
export type Directory = z.infer<typeof directory>;
