import type { Tool as ToolInfo } from '../../../shared/api/tools.ts';
import { invalidField } from '../../lib/errors.ts';
import type { Tool } from './tool.ts';

/** Further tools of a person, as those of MCP servers. */
export type ToolSource = (person: { userId: string }) => Promise<readonly Tool[]>;

export type ToolService = ReturnType<typeof createToolService>;

/** The tools that a person's answers may call. */
export function createToolService({
  builtIn,
  sources = [],
}: {
  builtIn: readonly Tool[];
  sources?: readonly ToolSource[];
}) {
  const all = async (person: { userId: string }): Promise<Tool[]> => [
    ...builtIn,
    ...(await Promise.all(sources.map((source) => source(person)))).flat(),
  ];

  return {
    list: async (person: { userId: string }): Promise<ToolInfo[]> =>
      (await all(person)).map(({ name, title, description, asks }) => ({ name, title, description, asks })),

    /** Those that were asked for, each once. VALIDATION_FAILED names the ones that are not there. */
    async chosen(person: { userId: string }, names: readonly string[] | false | undefined): Promise<Tool[]> {
      if (!names || names.length === 0) return [];
      const known = new Map((await all(person)).map((tool) => [tool.name, tool]));
      const missing = names.filter((name) => !known.has(name));
      if (missing.length > 0)
        throw invalidField('tools', `There is no tool called ${missing.map((name) => `“${name}”`).join(', ')} here.`);
      return [...new Set(names)].flatMap((name) => known.get(name) ?? []);
    },
  };
}
