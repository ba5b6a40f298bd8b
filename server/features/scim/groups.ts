import type { Kysely } from 'kysely';
import { name as nameSchema } from '../../../shared/api/auth.ts';
import type { ScimQuery } from '../../../shared/api/scim.ts';
import type { Config } from '../../config.ts';
import type { Engine } from '../../db/dialect.ts';
import type { DB } from '../../db/schema.ts';
import { toIso } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { GroupService } from '../groups/service.ts';
import type { UserService } from '../users/service.ts';
import { invalidValue, ScimError } from './errors.ts';
import { isId } from './ids.ts';
import { groupShape, patched, type Operation, type Resource } from './patch.ts';
import { checkVersion, GROUP, listingOf, listOf, shown, wanted } from './protocol.ts';
import { createScimRepository, type ScimGroupRow } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  engine: Engine;
  config: Pick<Config, 'publicUrl' | 'scim'>;
  groups: Pick<GroupService, 'create' | 'update' | 'remove' | 'addMember' | 'removeMember'>;
  users: Pick<UserService, 'get' | 'update'>;
  logger: Pick<Logger, 'warn'>;
};

export type ScimGroupService = ReturnType<typeof createScimGroups>;

const MAX_MEMBERS = 20_000;
const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase();
const noGroup = (): ScimError => new ScimError(404, 'There is no such group.');

/** Groups as a directory keeps them (RFC 7643, 4.2): all that there are here. */
export function createScimGroups({ db, engine, config, groups, users, logger }: Deps) {
  const repository = createScimRepository(db, engine);
  const adminGroups = new Set(config.scim.adminGroups.map(keyOf));
  const makesAdmins = (name: string): boolean => adminGroups.has(keyOf(name));

  async function present(row: ScimGroupRow, isWanted: (name: string) => boolean): Promise<Resource> {
    const members = isWanted('members') ? await repository.members(row.id) : [];
    return shown(
      {
        schemas: [GROUP],
        id: row.id,
        externalId: row.external_id,
        displayName: row.name,
        members: members.map(({ id, name }) => ({ value: id, display: name, type: 'User' })),
      },
      {
        resourceType: 'Group',
        created: toIso(row.created_at),
        lastModified: toIso(row.updated_at),
        location: new URL(`/scim/v2/Groups/${row.id}`, config.publicUrl).href,
      },
      isWanted,
    );
  }

  async function find(id: string): Promise<ScimGroupRow> {
    const row = isId(id) ? await repository.group(id.toLowerCase()) : undefined;
    if (!row) throw noGroup();
    return row;
  }

  const one = async (id: string, query: ScimQuery = {}): Promise<Resource> => present(await find(id), wanted(query));

  /** Only members of the groups that the operator named become admins, and leave off being it with the last of these. */
  async function followRole(userId: string): Promise<void> {
    if (adminGroups.size === 0) return;
    const isMeant = (await repository.groupsOf([userId])).some(({ name }) => makesAdmins(name));
    const { role } = await users.get(userId);
    if (role === 'pending' || (role === 'admin') === isMeant) return;
    try {
      await users.update(userId, { role: isMeant ? 'admin' : 'user' });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CONFLICT') throw error;
      logger.warn({ user_id: userId }, 'the last admin stays one, whatever the directory says');
    }
  }

  async function setMembers(
    id: string,
    before: readonly string[],
    after: readonly string[],
    roles: boolean,
  ): Promise<void> {
    const [had, has] = [new Set(before), new Set(after)];
    const [added, removed] = [after.filter((each) => !had.has(each)), before.filter((each) => !has.has(each))];
    const known = await repository.existingUsers(added);
    const stranger = added.find((each) => !known.has(each));
    if (stranger !== undefined) throw invalidValue(`There is nobody with the id ${stranger.slice(0, 100)}.`);
    for (const userId of added) await groups.addMember(id, userId);
    for (const userId of removed) await groups.removeMember(id, userId);
    if (roles) for (const userId of [...added, ...removed]) await followRole(userId);
  }

  /** A name that is taken is `uniqueness`. */
  async function checkName(name: string, own: string | null): Promise<void> {
    const holder = await repository.groupNamed(keyOf(name));
    if (holder && holder.id !== own) throw new ScimError(409, 'There is a group of this name already.', 'uniqueness');
  }

  /** `seen`: the group as it was when the change was thought of. What others do to its members meanwhile stays. */
  async function change(row: ScimGroupRow, seen: Resource, resource: Resource): Promise<void> {
    const { name, externalId, members } = fieldsOf(resource);
    await checkName(name, row.id);
    const before = fieldsOf(seen).members;
    if (name !== row.name) await groups.update(row.id, { name });
    if (externalId !== row.external_id) await repository.putGroup(row.id, externalId);
    const [was, is] = [makesAdmins(row.name), makesAdmins(name)];
    await setMembers(row.id, before, members, was || is);
    if (was !== is) for (const userId of before.filter((each) => members.includes(each))) await followRole(userId);
  }

  return {
    async list(query: ScimQuery) {
      const { filter, startIndex, limit } = listingOf(query);
      const { total, rows } = await repository.groups(filter, { offset: startIndex - 1, limit });
      const resources: Resource[] = [];
      for (const row of rows) resources.push(await present(row, wanted(query)));
      return listOf(resources, total, startIndex);
    },

    get: one,

    async create(resource: Resource): Promise<Resource> {
      const { name, externalId, members } = fieldsOf(resource);
      await checkName(name, null);
      const { id } = await groups.create({ name });
      if (externalId !== null) await repository.putGroup(id, externalId);
      await setMembers(id, [], members, makesAdmins(name));
      return one(id);
    },

    async replace(id: string, resource: Resource, ifMatch: string | undefined): Promise<Resource> {
      const row = await find(id);
      const now = await one(id);
      checkVersion(ifMatch, now);
      await change(row, now, resource);
      return one(id);
    },

    async patch(id: string, operations: readonly Operation[], ifMatch: string | undefined): Promise<Resource> {
      const row = await find(id);
      const now = await one(id);
      checkVersion(ifMatch, now);
      await change(row, now, patched(now, operations, groupShape));
      return one(id);
    },

    /** Its members stay. */
    async remove(id: string): Promise<void> {
      const row = await find(id);
      const members = makesAdmins(row.name) ? await repository.members(row.id) : [];
      await groups.remove(row.id);
      for (const member of members) await followRole(member.id);
    },
  };
}

function fieldsOf(resource: Resource): { name: string; externalId: string | null; members: string[] } {
  const name = nameSchema.safeParse(resource['displayName']);
  if (!name.success) throw invalidValue('A group needs a displayName of one line and 100 characters at most.');
  const { externalId = null, members = [] } = resource;
  if (externalId !== null && (typeof externalId !== 'string' || externalId.length > 190))
    throw invalidValue('An externalId is a text of 190 characters at most.');
  if (!Array.isArray(members) || members.length > MAX_MEMBERS)
    throw invalidValue(`Members are a list of ${MAX_MEMBERS} at most.`);
  const ids = members.map((one: unknown) => {
    const value: unknown = typeof one === 'object' && one !== null && 'value' in one ? one.value : one;
    if (!isId(value)) throw invalidValue('A member is {"value": the id of a person}.');
    return value.toLowerCase();
  });
  return { name: name.data, externalId, members: [...new Set(ids)] };
}
