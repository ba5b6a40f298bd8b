import { settingsAnswer, settingSections, settingsPatch, type Section } from '../../../shared/api/settings.ts';
import { admin } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { SettingsService } from './service.ts';

/** A pair of routes for each section, so that each has a schema of its own; another section is an address that does not exist. */
export const settingsRoutes = (settings: SettingsService): Route[] =>
  (Object.keys(settingSections) as Section[]).flatMap((section) => [
    route({
      method: 'GET',
      url: `/api/settings/${section}`,
      access: admin(),
      summary: 'Settings, each with its value and where that comes from',
      reply: settingsAnswer(section),
      handle: () => settings.describe(section),
    }),
    route({
      method: 'PATCH',
      url: `/api/settings/${section}`,
      access: admin(),
      summary: 'Change settings; null goes back to the default',
      body: settingsPatch(section),
      reply: settingsAnswer(section),
      handle: ({ body }) => settings.change(section, body),
    }),
  ]);
