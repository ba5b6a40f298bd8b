import type { Assistant, AssistantPatch } from '../../../shared/api/assistants.ts';
import type { ChatOptions } from '../../../shared/api/chat.ts';
import type { Assistants } from '../../db/assistant-tables.ts';
import { toIso } from '../../lib/clock.ts';
import type { AssistantRow } from './repository.ts';

/** The columns that a change names. */
export const columnsOf = (body: AssistantPatch): Partial<Assistants> => ({
  ...(body.name !== undefined && { name: body.name }),
  ...(body.description !== undefined && { description: body.description }),
  ...(body.emoji !== undefined && { emoji: body.emoji }),
  ...(body.model !== undefined && { model: body.model }),
  ...(body.system !== undefined && { system: body.system }),
  ...(body.options !== undefined && { options: JSON.stringify(body.options) }),
  ...(body.collection_ids !== undefined && { collections: JSON.stringify([...new Set(body.collection_ids)]) }),
  ...(body.file_ids !== undefined && { files: JSON.stringify([...new Set(body.file_ids)]) }),
  ...(body.tools !== undefined && { tools: JSON.stringify([...new Set(body.tools)]) }),
  ...(body.starters !== undefined && { starters: JSON.stringify(body.starters) }),
  ...(body.everyone !== undefined && { everyone: body.everyone ? (1 as const) : (0 as const) }),
});

/** An assistant before anything is said of it. */
export const emptyAssistant = (row: Pick<Assistants, 'id' | 'user_id'> & { at: number }): Assistants => ({
  id: row.id,
  user_id: row.user_id,
  name: '',
  description: '',
  emoji: null,
  model: null,
  system: '',
  options: '{}',
  collections: '[]',
  files: '[]',
  tools: '[]',
  starters: '[]',
  everyone: 0,
  created_at: row.at,
  updated_at: row.at,
});

export const idsIn = (json: string): string[] => JSON.parse(json) as string[];
export const optionsIn = ({ options }: Pick<Assistants, 'options'>): ChatOptions => JSON.parse(options) as ChatOptions;

/** As one sees it who may read these collections. */
export const presentAssistant = (
  row: AssistantRow,
  viewer: { isOwner: boolean; canEdit: boolean; readable: ReadonlySet<string> },
): Assistant => ({
  id: row.id,
  name: row.name,
  description: row.description,
  emoji: row.emoji,
  model: row.model,
  system: row.system,
  options: optionsIn(row),
  collection_ids: idsIn(row.collections).filter((id) => viewer.isOwner || viewer.readable.has(id)),
  file_ids: viewer.isOwner ? idsIn(row.files) : [],
  tools: idsIn(row.tools),
  starters: idsIn(row.starters),
  everyone: row.everyone === 1,
  owner: { id: row.user_id, name: row.owner_name },
  can_edit: viewer.canEdit,
  created_at: toIso(row.created_at),
  updated_at: toIso(row.updated_at),
});
