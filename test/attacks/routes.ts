import type { TestApp } from '../app.ts';
import { nothing, outcomeOf, type Headers, type Outcome } from './credentials.ts';

type AnyRoute = ReturnType<TestApp['carrel']['app']['registeredRoutes']>[number];

export type RouteUnderTest = AnyRoute & { access: Exclude<AnyRoute['access'], { who: 'directory' }> };
const isForPeople = (route: AnyRoute): route is RouteUnderTest => route.access.who !== 'directory';

const allOf = ({ carrel }: TestApp): AnyRoute[] =>
  carrel.app.registeredRoutes().filter(({ url }) => !url.includes('*'));

/** Every route that the application has for people, as it says itself: a new one is in every table here without being named. */
export const routesOf = (app: TestApp): RouteUnderTest[] => allOf(app).filter(isForPeople);
/** Those that a directory's own token opens. */
export const directoryRoutesOf = (app: TestApp): AnyRoute[] => allOf(app).filter((route) => !isForPeople(route));

export const changes = ({ method }: Pick<AnyRoute, 'method'>): boolean => method !== 'GET';

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
export async function knock(
  app: TestApp,
  { method, url }: Pick<AnyRoute, 'method' | 'url'>,
  headers: Headers,
): Promise<Outcome> {
  const answer = await app
    .stranger()
    .call(method, pathOf(url), method === 'GET' ? undefined : forbiddenFields, { headers });
  return outcomeOf(answer.status, answer.body, answer.headers);
}

/** Past the door: whatever else is wrong with the call, it is not who makes it. */
export const isIn = (outcome: Outcome): boolean => !/^(401|403|429|5\d\d)/.test(outcome);
