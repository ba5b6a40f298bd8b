import type { Actor } from '../../http-kit/actor.ts';

/** Who is at the other end of a socket, and how that is asked again later. Throws an AppError once the credential does not hold. */
export type Caller = { actor: Actor; identify(): Promise<unknown> };

/** What a handshake brought: somebody known by its headers, or nobody yet; and the way to know somebody by a token. */
export type Handshake = { caller: Caller | null; byToken(token: string): Promise<Caller> };
