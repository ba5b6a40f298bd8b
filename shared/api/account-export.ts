import { z } from 'zod';
import { timestamp } from './common.ts';

export const exportStates = ['none', 'queued', 'running', 'ready', 'failed'] as const;

/** How far the file with everything in one's account is. */
export const accountExport = z.object({
  status: z.enum(exportStates),
  /** 0 to 1. */
  progress: z.number(),
  /** Bytes, once it is ready. */
  size: z.number().int().nullable(),
  created_at: timestamp.nullable(),
  /** When it is deleted again. */
  expires_at: timestamp.nullable(),
});
export type AccountExport = z.infer<typeof accountExport>;
