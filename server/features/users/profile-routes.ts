import * as schema from '../../../shared/api/profile.ts';
import { signedIn } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import type { ProfileService } from './profile-service.ts';

export const profileRoutes = (profiles: ProfileService): Route[] => [
  route({
    method: 'GET',
    url: '/api/profile',
    access: signedIn(),
    summary: 'What I told of myself',
    reply: schema.profile,
    handle: ({ actor }) => profiles.profile(actor),
  }),
  route({
    method: 'PUT',
    url: '/api/profile',
    access: signedIn(),
    summary: 'Tell of myself; what is left out stays, null takes it away',
    body: schema.profileBody,
    reply: schema.profile,
    handle: ({ actor, body }) => profiles.changeProfile(actor, body),
  }),
  route({
    method: 'GET',
    url: '/api/users/me/settings',
    access: signedIn(),
    summary: 'What pages keep for me',
    reply: schema.preferences,
    handle: ({ actor }) => profiles.preferences(actor),
  }),
  route({
    method: 'PUT',
    url: '/api/users/me/settings',
    access: signedIn(),
    summary: 'Replace what pages keep for me: any JSON object of at most 32 kB',
    body: schema.preferences,
    reply: schema.preferences,
    handle: ({ actor, body }) => profiles.replacePreferences(actor, body),
  }),
];
