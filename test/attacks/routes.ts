import type { TestApp } from '../app.ts';
import { nothing, outcomeOf, type Headers, type Outcome } from './credentials.ts';

export type RouteUnderTest = ReturnType<TestApp['carrel']['app']['registeredRoutes']>[number];

/** Every route that the application has, as it says itself: a new one is in every table here without being named. */
export const routesOf = ({ carrel }: TestApp): RouteUnderTest[] =>
  carrel.app.registeredRoutes().filter(({ url }) => !url.includes('*'));

export const changes = ({ method }: Pick<RouteUnderTest, 'method'>): boolean => method !== 'GET';

export const pathOf = (url: string, id = nothing): string => url.replaceAll(/:\w+/g, id);

/**
 * Fields that nobody may set, on any route: a call that gets past the door is refused for them before anything is done, and so every
 * route can be knocked at without effect.
 */
export const forbiddenFields = {
  owner_id: nothing,
  user_id: nothing,
  created_at: '2020-01-01T00:00:00.000Z',
  totp_enabled: false,
};

/** One request without a body that could do anything, and what came of it. */
export async function knock(app: TestApp, { method, url }: RouteUnderTest, headers: Headers): Promise<Outcome> {
  const {
    status,
    body,
    headers: answered,
  } = await app.stranger().call(method, pathOf(url), method === 'GET' ? undefined : forbiddenFields, { headers });
  return outcomeOf(status, body, answered);
}

/** Past the door: whatever else is wrong with the call, it is not who makes it. */
export const isIn = (outcome: Outcome): boolean => !/^(401|403|429|5\d\d)/.test(outcome);
