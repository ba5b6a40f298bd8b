import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '../../../../db/schema.ts';
import type { SearchScope } from '../../../search/driver.ts';
import type { FileVector, VectorHit } from '../../driver.ts';

/** Vectors go over as text, some 15 kB each: few enough that writing them down holds nobody up. */
const rowsPerStatement = 20;
const hashesPerStatement = 500;
/** What pgvector's index holds of whole numbers, and of halves. */
const [mostWhole, mostHalf] = [2_000, 4_000];
/** A row must fit a page where its vector is to lie in it. */
const mostInRow = 1_900;
/** How carefully the graph is walked, and how far it is followed where most that lies near is not the asker's. */
const walk = { 'hnsw.ef_search': '200', 'hnsw.iterative_scan': 'relaxed_order', 'hnsw.max_scan_tuples': '200000' };
/** Longer nobody waits: the statement is given up then. */
const mostTime = { statement_timeout: '4s' };
/** The planner, without figures about a new table, would rather sort all than walk the graph. */
const graphOnly = { enable_sort: 'off', enable_seqscan: 'off', enable_bitmapscan: 'off' };

type Place = { file_id: string; user_id: string; version: string };

const prefixOf = (index: string): string => `vectors_${index.replaceAll('-', '')}_`;
const textOf = (vector: Float32Array): string => JSON.stringify(Array.from(vector));
/** pgvector's text is JSON. */
const vectorOf = (text: string): Float32Array => Float32Array.from(JSON.parse(text) as number[]);

/** The tables of one index, one for each number of dimensions that its model ever gave: as a rule one. */
export function pgvectorTables(db: Kysely<DB>, index: string) {
  const tableOf = (dimensions: number): string => `${prefixOf(index)}${dimensions}`;

  async function all(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables
      where schemaname = current_schema() and starts_with(tablename, ${prefixOf(index)})`.execute(db);
    return rows.map(({ name }) => name);
  }

  const readable = ({ userId, shared = [], fileIds }: SearchScope): RawBuilder<unknown> => {
    const mine =
      shared.length > 0 ? sql`(user_id = ${userId} or file_id = any(${shared}::uuid[]))` : sql`user_id = ${userId}`;
    return fileIds ? sql`${mine} and file_id = any(${fileIds}::uuid[])` : mine;
  };

  return {
    all,

    async create(dimensions: number): Promise<void> {
      const name = tableOf(dimensions);
      if ((await all()).includes(name)) return;
      const [table, width] = [sql.table(name), sql.lit(dimensions)];
      await sql`create table if not exists ${table} (
        file_id uuid not null references files (id) on delete cascade,
        user_id uuid not null,
        version uuid not null,
        ordinal integer not null,
        hash char(64) collate "C" not null,
        embedding vector(${width}) not null,
        primary key (file_id, ordinal))`.execute(db);
      if (dimensions <= mostInRow) await sql`alter table ${table} alter column embedding set storage plain`.execute(db);
      for (const column of ['hash', 'user_id'])
        await sql`create index if not exists ${sql.ref(`${name}_${column}`)} on ${table} (${sql.ref(column)})`.execute(
          db,
        );
      if (dimensions > mostHalf) return;
      const near =
        dimensions <= mostWhole
          ? sql`(embedding vector_cosine_ops)`
          : sql`((embedding::halfvec(${width})) halfvec_cosine_ops)`;
      await sql`create index if not exists ${sql.ref(`${name}_near`)} on ${table} using hnsw ${near}`.execute(db);
    },

    async drop(): Promise<void> {
      for (const name of await all()) await sql`drop table if exists ${sql.table(name)}`.execute(db);
    },

    async removeFile(fileId: string): Promise<void> {
      for (const name of await all()) await sql`delete from ${sql.table(name)} where file_id = ${fileId}`.execute(db);
    },

    /**
     * Deletes what is on no list: of a file that has other vectors, or no passages any more. What a file had before it was read
     * anew stays until its new vectors come, as texts that stayed the same are taken from there.
     */
    async removeLeftOver(fileId?: string): Promise<void> {
      const which = fileId === undefined ? sql`` : sql`and v.file_id = ${fileId}`;
      for (const name of await all())
        await sql`delete from ${sql.table(name)} as v where not exists (
            select 1 from vector_files as f where f.index_id = ${index} and f.file_id = v.file_id and f.version = v.version)
          and (exists (select 1 from vector_files as f where f.index_id = ${index} and f.file_id = v.file_id)
            or not exists (select 1 from passages as p where p.file_id = v.file_id)) ${which}`.execute(db);
    },

    async add({ file_id, user_id, version }: Place, vectors: readonly FileVector[]): Promise<void> {
      const table = sql.table(tableOf(vectors[0]?.vector.length ?? 0));
      for (let at = 0; at < vectors.length; at += rowsPerStatement) {
        const rows = vectors
          .slice(at, at + rowsPerStatement)
          .map(
            ({ ordinal, hash, vector }) =>
              sql`(${file_id}::uuid, ${user_id}::uuid, ${version}::uuid, ${ordinal}::integer, ${hash}, ${textOf(vector)}::vector)`,
          );
        await sql`insert into ${table} (file_id, user_id, version, ordinal, hash, embedding) values ${sql.join(rows)}`.execute(
          db,
        );
      }
    },

    async known(hashes: readonly string[]): Promise<Map<string, Float32Array>> {
      const found = new Map<string, Float32Array>();
      if (hashes.length === 0) return found;
      for (const name of await all())
        for (let at = 0; at < hashes.length; at += hashesPerStatement) {
          const { rows } = await sql<{ hash: string; vector: string }>`
            select distinct on (hash) hash, embedding::text as vector from ${sql.table(name)}
            where hash = any(${hashes.slice(at, at + hashesPerStatement)})`.execute(db);
          for (const { hash, vector } of rows) found.set(hash, vectorOf(vector));
        }
      return found;
    },

    /** Takes off the list of files what has no vectors here. */
    async unlistMissing(): Promise<void> {
      const there = (await all()).map(
        (name) =>
          sql`and not exists (select 1 from ${sql.table(name)} as v where v.file_id = f.file_id and v.version = f.version)`,
      );
      await sql`delete from vector_files as f where f.index_id = ${index} and f.count > 0
        ${sql.join(there, sql` `)}`.execute(db);
    },

    /**
     * The nearest of what may be read, `limit` at most, in no order; only of what is on the list of files in this very moment.
     * `exact` looks at all of it; otherwise the graph is walked, which may miss a little, and finds too few where most of what
     * lies near is somebody else's.
     */
    async nearest(scope: SearchScope, query: Float32Array, limit: number, exact: boolean): Promise<VectorHit[]> {
      const dimensions = query.length;
      const [vector, width] = [sql`${textOf(query)}::vector`, sql.lit(dimensions)];
      const distance = sql`embedding <=> ${vector}`;
      const graph =
        dimensions <= mostWhole ? distance : sql`embedding::halfvec(${width}) <=> ${vector}::halfvec(${width})`;
      // What is left of earlier readings takes no places from what counts, where all is looked at anyway.
      const counts = sql`exists (select 1 from vector_files as l
        where l.index_id = ${index} and l.file_id = v.file_id and l.version = v.version)`;
      const statement = sql<VectorHit>`
        with near as materialized (
          select file_id, version, ordinal, 1 - (${distance}) as score from ${sql.table(tableOf(dimensions))} as v
          where ${readable(scope)} ${exact ? sql`and ${counts}` : sql``}
          order by ${exact ? sql`(${distance}) + 0` : graph} limit ${sql.lit(limit)})
        select near.file_id, near.ordinal, near.score from near
        join vector_files as f on f.index_id = ${index} and f.file_id = near.file_id and f.version = near.version`;
      const how = exact || dimensions > mostHalf ? mostTime : { ...mostTime, ...walk, ...graphOnly };
      return db.transaction().execute(async (tx) => {
        const settings = Object.entries(how).map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
        await sql`select ${sql.join(settings)}`.execute(tx);
        return (await statement.execute(tx)).rows;
      });
    },
  };
}
