import {
  fileLimits,
  health as healthSchema,
  publicConfig,
  version as versionSchema,
  type Health,
} from '../../shared/api/system.ts';
import type { Config } from '../config.ts';
import { anyone, member } from '../http-kit/access.ts';
import { route, type Route } from '../http-kit/route.ts';
import type { Page } from './page.ts';

type Deps = {
  config: Config;
  signupMode: () => Promise<Config['auth']['signup']>;
  health: () => Promise<Health>;
  /** Whether somebody writes down what people say. */
  hears: () => Promise<boolean>;
  page: Page | null;
};

/** As configured; what has no limit is kept as the largest number. */
const megabytes = (bytes: number): number | null => (bytes === Number.MAX_SAFE_INTEGER ? null : bytes / 1_048_576);

/** What is asked of the instance itself. */
export function systemRoutes({ config, signupMode, health, hears, page }: Deps): Route[] {
  const { version } = config;
  return [
    route({
      method: 'GET',
      url: '/',
      access: anyone(),
      limit: 'none',
      summary: 'The page, or the name and version for a client that asks for JSON',
      reply: 'raw',
      handle: ({ request, reply }) =>
        page?.wanted(request) ? page.send(reply) : reply.send({ status: 'ok', name: 'Carrel', version }),
    }),
    route({
      method: 'GET',
      url: '/health',
      access: anyone(),
      limit: 'none',
      summary: 'Health of each part; always 200',
      reply: healthSchema,
      handle: () => health(),
    }),
    route({
      method: 'GET',
      url: '/api/version',
      access: anyone(),
      summary: 'Version of this server',
      reply: versionSchema,
      handle: () => ({ version }),
    }),
    route({
      method: 'GET',
      url: '/api/settings/documents/limits',
      access: member('files'),
      summary: 'How large files may be; null is no limit',
      reply: fileLimits,
      handle: () => ({
        max_upload_mb: megabytes(config.limits.uploadBytes),
        max_pdf_mb: megabytes(config.limits.pdfBytes),
      }),
    }),
    route({
      method: 'GET',
      url: '/api/config',
      access: anyone(),
      summary: 'What anyone may know of this instance',
      reply: publicConfig,
      handle: async () => ({
        status: true as const,
        name: 'Carrel',
        version,
        auth: config.auth.enabled,
        default_locale: 'en',
        default_models: config.providers.defaultModel ? [config.providers.defaultModel] : [],
        default_prompt_suggestions: [],
        trusted_header_auth: config.trustedHeader !== null,
        admin_export_enabled: false,
        features: {
          signup: ['open', 'approval'].includes(await signupMode()),
          max_upload_bytes: config.limits.uploadBytes,
          max_pdf_bytes: config.limits.pdfBytes,
          public_sharing: config.publicSharing,
          web_search: config.webSearch.provider !== 'none',
          transcription: await hears(),
        },
      }),
    }),
  ];
}
