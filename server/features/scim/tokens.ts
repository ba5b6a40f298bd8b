import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Kysely } from 'kysely';
import type { NewScimToken, ScimTokens } from '../../../shared/api/scim.ts';
import type { Config } from '../../config.ts';
import type { DB } from '../../db/schema.ts';
import type { ScimTokens as TokenRow } from '../../db/scim-tables.ts';
import { minutes, toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { AuditService } from '../audit/service.ts';
import { createScimTokenRepository } from './token-repository.ts';

type Deps = {
  db: Kysely<DB>;
  config: Pick<Config, 'publicUrl' | 'scim'>;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

export type ScimTokenService = ReturnType<typeof createScimTokens>;

const MAX_TOKENS = 10;
const TOUCH_EVERY_MS = minutes(1);

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** What directories show to change people: made and ended by admins, shown once, kept as SHA-256 of 256 random bits. */
export function createScimTokens({ db, config, audit, now }: Deps) {
  const repository = createScimTokenRepository(db);

  const present = ({ id, name, prefix, created_at, last_used_at }: TokenRow) => ({
    id,
    name,
    prefix,
    created_at: toIso(created_at),
    last_used_at: last_used_at === null ? null : toIso(last_used_at),
  });
  const target = ({ id, name }: Pick<TokenRow, 'id' | 'name'>) => ({ kind: 'scim_token', id, name });

  return {
    list: async (): Promise<ScimTokens> => ({
      base_url: new URL('/scim/v2', config.publicUrl).href,
      admin_groups: [...config.scim.adminGroups],
      items: (await repository.list()).map(present),
      next_cursor: null,
    }),

    /** A second one lives beside the first, so that a directory can be moved to it without a gap. CONFLICT past ten. */
    async create(name: string): Promise<NewScimToken> {
      if ((await repository.list()).length >= MAX_TOKENS)
        throw new AppError('CONFLICT', { message: `${MAX_TOKENS} tokens are the most. Delete one that is not used.` });
      const token = `crs_${randomBytes(32).toString('base64url')}`;
      const row: TokenRow = {
        id: newId(),
        name,
        token_hash: hashOf(token),
        prefix: token.slice(0, 10),
        created_at: now(),
        last_used_at: null,
      };
      await repository.insert(row);
      await audit.record({ action: 'scim.token_created', target: target(row) });
      return { ...present(row), token };
    },

    async remove(id: string): Promise<void> {
      const row = await repository.find(id);
      if (row && (await repository.delete(id)))
        await audit.record({ action: 'scim.token_revoked', target: target(row) });
    },

    /** The name of the token that came with a request. Throws AUTH_REQUIRED for none, two, and one that is not known. */
    async directoryOf({ raw }: { raw: Pick<IncomingMessage, 'rawHeaders'> }): Promise<string> {
      const lines = raw.rawHeaders;
      const given = lines.flatMap((line, at) =>
        at % 2 === 0 && line.toLowerCase() === 'authorization' ? [lines[at + 1] ?? ''] : [],
      );
      const [, token] = /^bearer\s+(crs_[\w-]{20,100})$/i.exec(given[0]?.trim() ?? '') ?? [];
      const row = token === undefined || given.length > 1 ? undefined : await repository.byHash(hashOf(token));
      if (!row)
        throw new AppError('AUTH_REQUIRED', { message: 'This needs the token that an admin made for the directory.' });
      const at = now();
      if (row.last_used_at === null || at - row.last_used_at >= TOUCH_EVERY_MS) await repository.touch(row.id, at);
      return row.name;
    },
  };
}
