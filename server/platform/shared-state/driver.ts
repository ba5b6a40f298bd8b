/** What is left in a bucket after it was asked, and whether it held as much. */
export type Spent = { allowed: boolean; tokens: number };

/**
 * What the processes of one instance know together for a while: counts, and small texts. It may forget all at any time.
 * Everything rejects, and soon, when the store does not answer: callers go on with what they know themselves.
 */
export interface SharedState {
  /** Takes `cost` from a bucket of `perMinute` that fills in a minute, or nothing where it does not hold as much. `at` is now, in ms. */
  spend(key: string, wish: { perMinute: number; cost: number; at: number }): Promise<Spent>;
  read(key: string): Promise<string | null>;
  /** Puts `after` (null: nothing) in the place of `before` (null: nothing), for `lifeMs`; false where something else stands there. */
  replace(key: string, before: string | null, after: string | null, lifeMs: number): Promise<boolean>;
}
