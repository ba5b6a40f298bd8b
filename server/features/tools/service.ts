import type { Tool as ToolInfo } from '../../../shared/api/tools.ts';
import type { Role } from '../../../shared/permissions.ts';
import { AppError, invalidField } from '../../lib/errors.ts';
import type { PermissionService } from '../permissions/service.ts';
import type { Tool } from './tool.ts';

type Person = { userId: string; role: Role };

/** Further tools of a person, as those of MCP servers; where names are `wanted`, at least those of them that it has. */
export type ToolSource = (person: Person, wanted?: ReadonlySet<string>) => Promise<readonly Tool[]>;

export type ToolService = ReturnType<typeof createToolService>;

/** The tools that a person's answers may call. */
export function createToolService({
  builtIn,
  sources = [],
  permitted,
}: {
  builtIn: readonly Tool[];
  sources?: readonly ToolSource[];
  /** What members may; admins may everything. */
  permitted: PermissionService['permitted'];
}) {
  const mayUse = async ({ userId, role }: Person): Promise<boolean> =>
    role === 'admin' || (await permitted(userId)).has('tools');

  const all = async (person: Person, wanted?: ReadonlySet<string>): Promise<Tool[]> => [
    ...builtIn,
    ...(await Promise.all(sources.map((source) => source(person, wanted)))).flat(),
  ];

  return {
    /** None for those who may use none. */
    list: async (person: Person): Promise<ToolInfo[]> =>
      ((await mayUse(person)) ? await all(person) : []).map(({ name, title, description, asks, server = null }) => ({
        name,
        title,
        description,
        asks,
        server,
      })),

    /** Those that were asked for, each once. FORBIDDEN for those who may use none; VALIDATION_FAILED names the ones that are not there. */
    async chosen(person: Person, names: readonly string[] | false | undefined): Promise<Tool[]> {
      if (!names || names.length === 0) return [];
      if (!(await mayUse(person)))
        throw new AppError('FORBIDDEN', {
          message: 'Your account may not let models use tools here.',
          details: { suggestion: 'Ask an admin if you need to.' },
        });
      const known = new Map((await all(person, new Set(names))).map((tool) => [tool.name, tool]));
      const missing = names.filter((name) => !known.has(name));
      if (missing.length > 0)
        throw invalidField('tools', `There is no tool called ${missing.map((name) => `“${name}”`).join(', ')} here.`);
      return [...new Set(names)].flatMap((name) => known.get(name) ?? []);
    },
  };
}
