import { queryOptions } from '@tanstack/react-query';
import type { Tool } from '../../../../shared/api/tools.ts';
import type { Client } from '../../lib/client.ts';
import type { Strings } from '../../lib/strings/index.ts';

export const toolsKey = ['tools'] as const;

/** What models may call for this person. */
export const toolsQuery = (client: Client) =>
  queryOptions({
    queryKey: toolsKey,
    queryFn: () => client.get<{ items: Tool[] }>('/api/tools'),
    staleTime: 60_000,
  });

/** What a tool is called on the page; one of a server with the server in front. */
export function toolName(name: string, known: readonly Tool[] | undefined, { tools }: Strings): string {
  const tool = known?.find((one) => one.name === name);
  if (tool?.server) return `${tool.server.name}: ${tool.title}`;
  return tools.names[name] ?? tool?.title ?? name.replace('__', ': ');
}
