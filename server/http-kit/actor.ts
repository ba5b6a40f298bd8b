import type { Role, Scope } from '../../shared/permissions.ts';

/** Who makes this request, and with what. */
export type Actor = {
  readonly userId: string;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  /** The signed-in device behind it; null for an API key. */
  readonly sessionId: string | null;
  readonly via: 'cookie' | 'bearer' | 'api_key';
  /** Their role needs a second factor and they have none: until then they can enrol, and little else. */
  readonly lacksSecondFactor: boolean;
};

declare const authorized: unique symbol;

/**
 * An object that this actor was found to be allowed to use. `grant` makes one: in a feature's
 * policy.ts, and where an object has just been made for, or was looked up by, this very actor. What changes or shows an
 * object takes nothing less, so that a forgotten check does not compile.
 */
export type Authorized<T> = T & { readonly [authorized]: true };

export const grant = <T>(object: T): Authorized<T> => object as Authorized<T>;
