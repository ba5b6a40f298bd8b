import type { Kysely } from 'kysely';
import { email as emailSchema, name as nameSchema } from '../../../shared/api/auth.ts';
import type { ScimQuery } from '../../../shared/api/scim.ts';
import { isUniqueViolation, type Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import type { ScimUsers } from '../../db/scim-tables.ts';
import type { Config } from '../../config.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import type { AuditService } from '../audit/service.ts';
import type { AuthService } from '../auth/service.ts';
import type { UserService } from '../users/service.ts';
import { invalidValue, ScimError } from './errors.ts';
import { isId } from './ids.ts';
import { patched, userShape, type Operation, type Resource } from './patch.ts';
import { checkVersion, listingOf, listOf, shown, USER, wanted } from './protocol.ts';
import { createScimRepository, type ScimUserRow } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  config: Pick<Config, 'publicUrl' | 'scim'>;
  auth: Pick<AuthService, 'createAccount'>;
  users: Pick<UserService, 'update' | 'remove'>;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

export type ScimUserService = ReturnType<typeof createScimUsers>;

/** What a resource says of a person. Undefined is left as it is. */
type Fields = {
  userName: string;
  email: string | undefined;
  name: string;
  givenName: string | null;
  familyName: string | null;
  externalId: string | null;
  active: boolean | undefined;
};

const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase();
const everything = () => true;
const noUser = (): ScimError => new ScimError(404, 'There is no such person.');
const taken = (what: string): ScimError =>
  new ScimError(409, `${what} belongs to somebody else already.`, 'uniqueness');

/** People as a directory keeps them (RFC 7643, 4.1): everybody who has an account here. */
export function createScimUsers({ db, engine, config, auth, users, audit, now }: Deps) {
  const repository = createScimRepository(db, engine);

  async function present(rows: readonly ScimUserRow[], isWanted = everything as (name: string) => boolean) {
    const groups = isWanted('groups') ? await repository.groupsOf(rows.map(({ id }) => id)) : [];
    return rows.map((row) =>
      shown(
        {
          ...resourceOf(row),
          groups: groups
            .filter(({ user_id }) => user_id === row.id)
            .map(({ id, name }) => ({ value: id, display: name, type: 'direct' })),
        },
        {
          resourceType: 'User',
          created: toIso(row.created_at),
          lastModified: toIso(row.updated_at),
          location: new URL(`/scim/v2/Users/${row.id}`, config.publicUrl).href,
        },
        isWanted,
      ),
    );
  }

  async function find(id: string): Promise<ScimUserRow> {
    const row = isId(id) ? await repository.user(id.toLowerCase()) : undefined;
    if (!row) throw noUser();
    return row;
  }

  async function one(id: string, query: ScimQuery = {}): Promise<Resource> {
    const [resource] = await present([await find(id)], wanted(query));
    return resource ?? {};
  }

  /** A token of a directory is not to take over an admin whom it did not make: by another address, say, and a forgotten password. */
  function checkMayChange({ role, made_here }: ScimUserRow): void {
    if (role === 'admin' && made_here !== 1 && config.scim.adminGroups.length === 0)
      throw new ScimError(403, 'Admins who were not made by the directory are changed in Carrel itself.');
  }

  async function checkUserName(userName: string, own: string | null): Promise<void> {
    const holder = await repository.userNamed(keyOf(userName));
    if (holder && holder.id !== own) throw taken('This userName');
  }

  /** Runs `work`, in which names of others cannot be taken. */
  async function uniquely<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isUniqueViolation(error)) throw taken('This userName or e-mail address');
      throw error;
    }
  }

  const rowOf = (userId: string, fields: Fields, madeHere: 0 | 1): ScimUsers => ({
    user_id: userId,
    user_name: fields.userName,
    user_name_key: keyOf(fields.userName),
    external_id: fields.externalId,
    given_name: fields.givenName,
    family_name: fields.familyName,
    made_here: madeHere,
  });

  async function change(row: ScimUserRow, resource: Resource): Promise<void> {
    checkMayChange(row);
    const fields = fieldsOf(resource, row);
    await checkUserName(fields.userName, row.id);
    if (fields.email !== undefined && fields.email !== row.email) {
      const email = fields.email;
      await uniquely(() => repository.setEmail(row.id, email, now()));
      await audit.record({
        action: 'user.email_changed',
        target: { kind: 'user', id: row.id, name: email },
        detail: { from: row.email },
      });
    }
    await uniquely(() => repository.putUser(rowOf(row.id, fields, row.made_here ?? 0)));
    await repository.touchUser(row.id, now());
    const [renamed, switched] = [
      fields.name !== row.name,
      (fields.active ?? row.is_active === 1) !== (row.is_active === 1),
    ];
    // Also where nothing is to change: an account that is off keeps no session.
    if (renamed || switched || fields.active === false)
      await users.update(row.id, {
        ...(renamed && { name: fields.name }),
        ...(fields.active !== undefined && { is_active: fields.active }),
      });
  }

  return {
    async list(query: ScimQuery) {
      const { filter, startIndex, limit } = listingOf(query);
      const { total, rows } = await repository.users(filter, { offset: startIndex - 1, limit });
      return listOf(await present(rows, wanted(query)), total, startIndex);
    },

    get: one,

    /** Nobody becomes an admin by being made here. Throws `uniqueness` where the name or the address is somebody's. */
    async create(resource: Resource): Promise<Resource> {
      const fields = fieldsOf(resource, null);
      const { userName, email, name } = fields;
      if (email === undefined) throw invalidValue('A person needs an e-mail address, as userName or in emails.');
      await checkUserName(userName, null);
      const user = await uniquely(() =>
        auth.createAccount({ email, password: null, name }, 'user', {
          verified: true,
          along: (tx, { id }) => createScimRepository(tx, engine).putUser(rowOf(id, fields, 1)),
        }),
      );
      await audit.record({
        action: 'user.created',
        target: { kind: 'user', id: user.id, name: user.email },
        detail: { role: user.role },
      });
      if (fields.active === false) await users.update(user.id, { is_active: false });
      return one(user.id);
    },

    async replace(id: string, resource: Resource, ifMatch: string | undefined): Promise<Resource> {
      const row = await find(id);
      checkVersion(ifMatch, await one(id));
      await change(row, resource);
      return one(id);
    },

    async patch(id: string, operations: readonly Operation[], ifMatch: string | undefined): Promise<Resource> {
      const row = await find(id);
      checkVersion(ifMatch, await one(id));
      await change(row, patched(withoutDerived(resourceOf(row), operations), operations, userShape));
      return one(id);
    },

    /** With all that the person has here. */
    async remove(id: string): Promise<void> {
      const row = await find(id);
      checkMayChange(row);
      await users.remove(row.id);
    },
  };
}

function resourceOf(row: ScimUserRow): Resource {
  return {
    schemas: [USER],
    id: row.id,
    externalId: row.external_id,
    userName: row.user_name ?? row.email,
    displayName: row.name,
    name: {
      formatted: row.name,
      ...(row.given_name !== null && { givenName: row.given_name }),
      ...(row.family_name !== null && { familyName: row.family_name }),
    },
    emails: [{ value: row.email, type: 'work', primary: true }],
    active: row.is_active === 1,
  };
}

/** displayName and name.formatted are the one name that a person has here: where a change speaks of one, the other is not to hold the old. */
function withoutDerived(resource: Resource, operations: readonly Operation[]): Resource {
  const told = JSON.stringify(operations).toLowerCase();
  const parts = { ...(resource['name'] as Record<string, unknown>) };
  delete parts['formatted'];
  if (told.includes('"displayname"')) return { ...resource, name: parts };
  if (told.includes('formatted') || told.includes('givenname') || told.includes('familyname')) {
    const { displayName: _old, ...rest } = resource;
    return { ...rest, name: parts };
  }
  return resource;
}

const textOf = (value: unknown, most: number): string | undefined => {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || value.length > most || /\p{Cc}/u.test(value))
    throw invalidValue(`A text of one line and ${most} characters at most was expected.`);
  return value.trim() || undefined;
};

/** Entra ID sends truth as a word. */
function truthOf(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  const word = typeof value === 'boolean' ? String(value) : typeof value === 'string' ? value.toLowerCase() : '';
  if (word !== 'true' && word !== 'false') throw invalidValue('"active" is true or false.');
  return word === 'true';
}

function addressIn(emails: unknown): string | undefined {
  if (!Array.isArray(emails)) return undefined;
  const values = emails.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null);
  const chosen = values.find(({ primary }) => String(primary).toLowerCase() === 'true') ?? values[0];
  return chosen === undefined ? undefined : textOf(chosen['value'], 190);
}

/** `before`: whom it is about; null for somebody new. */
function fieldsOf(resource: Resource, before: ScimUserRow | null): Fields {
  const userName = textOf(resource['userName'], 190);
  if (userName === undefined) throw invalidValue('A person needs a userName.');
  const parts = (typeof resource['name'] === 'object' ? resource['name'] : null) as Record<string, unknown> | null;
  const given = textOf(parts?.['givenName'], 100);
  const family = textOf(parts?.['familyName'], 100);
  const told = addressIn(resource['emails']);
  const address = told ?? (before ? undefined : userName);
  const email = address === undefined ? undefined : emailSchema.safeParse(address);
  if (email && !email.success && told !== undefined) throw invalidValue('This is no e-mail address.');
  const wishes = [
    textOf(resource['displayName'], 200),
    textOf(parts?.['formatted'], 200),
    [given, family].filter(Boolean).join(' '),
  ];
  const name = wishes.find(Boolean) ?? before?.name ?? userName.split('@')[0] ?? userName;
  return {
    userName,
    email: email?.data,
    name: nameSchema.parse(name.slice(0, 100)),
    givenName: given ?? null,
    familyName: family ?? null,
    externalId: textOf(resource['externalId'], 190) ?? null,
    active: truthOf(resource['active']),
  };
}
