import { z } from 'zod';

const component = z.object({ status: z.enum(['ok', 'down']), detail: z.string().optional() });
export type ComponentHealth = z.infer<typeof component>;

export const health = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  components: z.object({
    database: component,
    object_store: component,
    /** Where there is one. */
    redis: component.optional(),
    providers: component,
    filesystem: component,
  }),
});
export type Health = z.infer<typeof health>;

const megabytes = z.number().nullable();
/** How large files may be; null is no limit. */
export const fileLimits = z.object({ max_upload_mb: megabytes, max_pdf_mb: megabytes });

export const version = z.object({ version: z.string() });

/** What anyone may know of this instance before signing in. */
export const publicConfig = z.object({
  status: z.literal(true),
  name: z.string(),
  version: z.string(),
  auth: z.boolean(),
  default_locale: z.string(),
  default_models: z.array(z.string()),
  default_prompt_suggestions: z.array(z.string()),
  trusted_header_auth: z.boolean(),
  admin_export_enabled: z.boolean(),
  features: z.object({
    signup: z.boolean(),
    max_upload_bytes: z.number().int(),
    max_pdf_bytes: z.number().int(),
    public_sharing: z.boolean(),
    web_search: z.boolean(),
    /** Whether the instance writes down what people say, at `/api/audio/transcriptions`. */
    transcription: z.boolean(),
  }),
});
