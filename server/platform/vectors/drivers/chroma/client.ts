import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../../lib/errors.ts';
import { seconds } from '../../../../lib/clock.ts';
import { hostPortOf, type OutboundGuard } from '../../../../lib/outbound-guard.ts';
import { safeFetch } from '../../../../lib/safe-fetch.ts';

/** Of a vector: plain values, which `where` compares. */
export type Metadata = { file_id: string; version: string; ordinal: number; hash: string };

/** Chroma's own language of conditions. */
export type Where =
  { $and: readonly Where[] } | Partial<Record<keyof Metadata, string | number | { $in: readonly string[] }>>;

type Options = {
  /** Without a slash at the end. */
  baseUrl: string;
  guard: OutboundGuard;
  timeoutMs?: number;
};

const pausesMs = [100, 400, 1_600];
/** What is done a moment later. Early servers of version 1 call it a bad request when their own log was busy. */
const passing = (status: number, text: string): boolean =>
  status >= 500 || status === 429 || (status === 400 && text.includes('Failed to pull logs'));
/** What a Chroma has where nobody made others. */
const root = '/api/v2/tenants/default_tenant/databases/default_database/collections';
/** A hundred vectors of 4,096 dimensions as text have 9 MB. */
const maxBytes = 64 * 1024 * 1024;
/** How carefully neighbours are looked for: 98 of 100 are found with this. */
const hnsw = { space: 'cosine', ef_construction: 200, ef_search: 200, max_neighbors: 32 };

/**
 * Chroma's HTTP API, version 2. Goes to that very host and port, also where that is private, and follows no redirect.
 * Errors: PROVIDER_UNREACHABLE, PROVIDER_TIMEOUT, PROVIDER_ERROR, each in words about Chroma; the signal's reason. A collection
 * that is not there is null, or has nothing.
 */
export function createChromaClient({ baseUrl, guard: outbound, timeoutMs = seconds(30) }: Options) {
  const guard = outbound.allowing([hostPortOf(new URL(baseUrl))]);

  /** Asks again where Chroma could not just then: whatever is asked here may be done twice. */
  async function call<T>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T | null> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await ask(method, path, body, signal);
      const text = answer.body.toString('utf8');
      if (answer.status === 404) return null;
      if (answer.status < 300) return parsed<T>(text);
      const pause = pausesMs[attempt];
      if (pause === undefined || !passing(answer.status, text))
        throw refused(`status ${answer.status}: ${text.slice(0, 300)}`);
      await sleep(pause, undefined, { signal });
    }
  }

  const ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body: unknown, signal: AbortSignal | undefined) =>
    safeFetch(`${baseUrl}${root}${path}`, {
      guard,
      method,
      maxBytes,
      timeoutMs,
      maxRedirects: 0,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...(signal && { signal }),
    }).catch((error: unknown) => {
      if (signal?.aborted || !(error instanceof AppError)) throw error;
      const code = error.code === 'PROVIDER_TIMEOUT' ? 'PROVIDER_TIMEOUT' : 'PROVIDER_UNREACHABLE';
      throw new AppError(code, { message: 'Chroma cannot be reached. Check CHROMA_URL.', cause: error });
    });

  return {
    /** The id of the collection, which is made where there is none. */
    async ensure(name: string): Promise<string> {
      const made = await call<{ id: string }>('POST', '', { name, get_or_create: true, configuration: { hnsw } });
      if (!made) throw refused('no collections at this address');
      return made.id;
    },
    find: async (name: string, signal?: AbortSignal): Promise<string | null> =>
      (await call<{ id: string }>('GET', `/${name}`, undefined, signal))?.id ?? null,
    drop: async (name: string): Promise<void> => void (await call('DELETE', `/${name}`)),

    async add(id: string, rows: readonly (Metadata & { vector: Float32Array })[]): Promise<void> {
      const answer = await call('POST', `/${id}/upsert`, {
        ids: rows.map(rowId),
        embeddings: rows.map(({ vector }) => Array.from(vector)),
        metadatas: rows.map(({ file_id, version, ordinal, hash }) => ({ file_id, version, ordinal, hash })),
      });
      if (answer === null) throw refused('the collection has gone');
    },
    remove: async (id: string, where: Where): Promise<void> => void (await call('POST', `/${id}/delete`, { where })),

    async get(id: string, where: Where, page?: { limit: number; offset: number }): Promise<Metadata[]> {
      const body = { where, include: ['metadatas'], ...page };
      return (await call<{ metadatas: Metadata[] }>('POST', `/${id}/get`, body))?.metadatas ?? [];
    },

    /** Their vectors, in any order; without those that have gone meanwhile. */
    async vectors(
      id: string,
      rows: readonly Pick<Metadata, 'version' | 'ordinal'>[],
    ): Promise<{ hash: string; vector: Float32Array }[]> {
      const body = { ids: rows.map(rowId), include: ['metadatas', 'embeddings'] };
      const found = await call<{ metadatas: Metadata[]; embeddings: number[][] }>('POST', `/${id}/get`, body);
      return (found?.metadatas ?? []).map(({ hash }, at) => ({
        hash,
        vector: Float32Array.from(found?.embeddings[at] ?? []),
      }));
    },

    /** The nearest by cosine, best first. */
    async query(
      id: string,
      query: { vector: Float32Array; where: Where; limit: number; signal?: AbortSignal | undefined },
    ): Promise<(Metadata & { score: number })[]> {
      const body = {
        query_embeddings: [Array.from(query.vector)],
        n_results: query.limit,
        where: query.where,
        include: ['metadatas', 'distances'],
      };
      const found = await call<{ metadatas: Metadata[][]; distances: number[][] }>(
        'POST',
        `/${id}/query`,
        body,
        query.signal,
      );
      return (found?.metadatas[0] ?? []).map((metadata, at) => ({
        ...metadata,
        score: 1 - (found?.distances[0]?.[at] ?? 1),
      }));
    },
  };
}
export type ChromaClient = ReturnType<typeof createChromaClient>;

function parsed<T>(text: string): T | null {
  try {
    return JSON.parse(text || 'null') as T;
  } catch {
    throw refused('no JSON');
  }
}

const rowId = ({ version, ordinal }: Pick<Metadata, 'version' | 'ordinal'>): string => `${version}:${ordinal}`;

const refused = (cause: string): AppError =>
  new AppError('PROVIDER_ERROR', {
    message: 'Chroma did not do what it was asked. Check that CHROMA_URL leads to a Chroma 1.0 or newer.',
    cause: new Error(cause),
  });
