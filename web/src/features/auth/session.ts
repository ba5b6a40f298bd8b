import { queryOptions, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { Arrival, session, SignedIn, signInOptions, User } from '../../../../shared/api/auth.ts';
import { useServices } from '../../app/services.ts';
import type { Client } from '../../lib/client.ts';
import { knownPerson } from '../../lib/known-person.ts';
import { ApiError } from '../../lib/problem.ts';
import { sessionKey, taken } from './person.ts';

type SessionAnswer = z.infer<typeof session>;
export type SignInOptions = z.infer<typeof signInOptions>;

/** The user, and whether they must set up a second factor before anything else. */
export type Person = User & Pick<SessionAnswer, 'second_factor_required'>;
export const personOf = ({ user, second_factor_required: required }: SessionAnswer | SignUpAnswer): Person => ({
  ...user,
  ...(required && { second_factor_required: required }),
});

/** Where somebody who is signed in belongs who cannot work yet; undefined for all others. */
export const waitingRoom = ({ role, second_factor_required: required }: Person) =>
  role === 'pending' ? '/pending' : required ? '/second-factor' : undefined;

/** Who is signed in; null for nobody. What comes along goes to the client and stays in memory. */
export const sessionQuery = (client: Client) =>
  queryOptions({
    queryKey: sessionKey,
    staleTime: Infinity,
    gcTime: Infinity,
    queryFn: async (): Promise<Person | null> => {
      try {
        const answer = await whoComes(client);
        if (answer) client.hold(answer);
        taken.set(false);
        return answer && personOf(answer);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.refusal.status === 401) return null;
        const known = error.refusal.status === 0 ? knownPerson.read<Person>() : null;
        if (!known) throw error;
        taken.set(true);
        return known;
      }
    },
  });

/** A stranger is no error, and is not asked for a cookie that did not come along. */
async function whoComes(client: Client): Promise<SessionAnswer | null> {
  const { session: there, renewable } = await client.get<Arrival>('/api/auth/arrival');
  if (there || !renewable || !(await client.renew())) return there;
  return client.get<SessionAnswer>('/api/auth/session');
}

export const optionsQuery = (client: Client) =>
  queryOptions({
    queryKey: ['sign-in-options'],
    staleTime: 0,
    queryFn: () => client.get<SignInOptions>('/api/auth/providers'),
  });

/** The signed-in user. Only for pages behind the gate of the router. */
export function useUser(): User | null {
  const { client } = useServices();
  return useQuery(sessionQuery(client)).data ?? null;
}

/** A pending account gets a user and nothing else from sign-up. */
export type SignUpAnswer = SignedIn | { user: User; second_factor_required?: never };
