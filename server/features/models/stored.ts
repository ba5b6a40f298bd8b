import type { ProviderKind } from '../../../shared/api/models.ts';

/** What an admin says about a provider, wherever its connection comes from. */
export type Rules = {
  readonly enabled: boolean;
  /** These alone, as the provider calls them; null: all that it lists. */
  readonly models: readonly string[] | null;
  readonly displayNames: Readonly<Record<string, string>>;
  /** By model, for a million tokens. */
  readonly prices: Readonly<Record<string, { input: number; output: number }>>;
  /** Null: everyone. */
  readonly groupIds: readonly string[] | null;
};

/** A provider as an admin keeps it. */
export type StoredProvider = Rules & {
  readonly id: string;
  readonly kind: ProviderKind;
  readonly name: string;
  /** Null: rules alone, for a provider that comes from elsewhere. */
  readonly baseUrl: string | null;
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds; null: the instance's own. */
  readonly timeoutMs: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** All that is kept about providers and models, as of one moment. */
export type Stored = {
  readonly providers: readonly StoredProvider[];
  /** Ids in the order of preference; those that are not in it follow. */
  readonly order: readonly string[];
  readonly defaultProvider: string | null;
  readonly defaultModel: string | null;
  readonly fallbackModel: string | null;
};

export const nothingStored: Stored = {
  providers: [],
  order: [],
  defaultProvider: null,
  defaultModel: null,
  fallbackModel: null,
};

export const noRules: Rules = { enabled: true, models: null, displayNames: {}, prices: {}, groupIds: null };
