import type { AssistantMark } from '../../../shared/api/assistant-mark.ts';
import type { ChatOptions } from '../../../shared/api/chat.ts';
import { authorizeUse, type UsableAssistant } from './policy.ts';
import type { AssistantRow } from './repository.ts';
import { idsIn, optionsIn } from './rows.ts';

/** What an assistant brings to a question. */
export type Assisting = {
  mark: AssistantMark;
  model: string | undefined;
  system: string;
  options: ChatOptions;
  /** Names of tools, all there for the person who asks. */
  tools: string[];
  /** Looked up as the person who asks: what they may not read says nothing. */
  background: { collectionIds: readonly string[]; fileIds: readonly string[] };
};

type Person = { userId: string };
type Deps = {
  find(userId: string, id: string): Promise<AssistantRow | undefined>;
  toolsOf(person: Person): Promise<readonly { name: string }[]>;
};

/** Who answers a question: the assistant that is asked for, or the one that did so far. */
export function createAnswering({ find, toolsOf }: Deps) {
  async function brought(person: Person, row: UsableAssistant): Promise<Assisting> {
    const wanted = idsIn(row.tools);
    // A tool may be the owner's alone, as those of an MCP server are.
    const there = new Set(wanted.length ? (await toolsOf(person)).map(({ name }) => name) : []);
    return {
      mark: { id: row.id, name: row.name, emoji: row.emoji },
      model: row.model ?? undefined,
      system: row.system,
      options: optionsIn(row),
      tools: wanted.filter((name) => there.has(name)),
      background: { collectionIds: idsIn(row.collections), fileIds: idsIn(row.files) },
    };
  }

  /** NOT_FOUND for one that is asked for and cannot be used. `asked` null: none; undefined: the one before, while it can be used. */
  return async function answering(
    person: Person,
    asked: string | null | undefined,
    before: string | null,
  ): Promise<Assisting | null> {
    if (asked) return brought(person, authorizeUse(await find(person.userId, asked)));
    if (asked === null || before === null) return null;
    const row = await find(person.userId, before);
    return row ? brought(person, authorizeUse(row)) : null;
  };
}
