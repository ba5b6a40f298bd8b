import { MAX_MEMORY_LENGTH } from '../../../shared/api/memories.ts';
import type { MemoryService } from '../memories/service.ts';
import { reading, textArgument, texts, type Tool, type ToolContext } from './tool.ts';

type Deps = Pick<MemoryService, 'settings' | 'remember' | 'recall'>;

/** What a person wants models to know in every conversation: kept with their word each time, and theirs to see, change and delete. */
export function memoryTools(memories: Deps): Tool[] {
  /** Why there is no memory here; undefined where there is. */
  async function missing({ userId, remembers }: ToolContext): Promise<string | undefined> {
    if (!remembers) return 'The user keeps memory out of this conversation.';
    return (await memories.settings({ userId })).enabled ? undefined : 'The user has switched memory off.';
  }
  return [
    {
      name: 'remember',
      title: 'Remember something',
      description:
        'Keeps one lasting fact about the user for later conversations. Only what the user would want remembered, in one short sentence.',
      parameters: texts({ fact: `One sentence of at most ${MAX_MEMORY_LENGTH} letters.` }),
      // What a document slips in here would speak in every later conversation.
      asks: 'always',
      needsApproval: () => true,
      async run(args, context) {
        const fact = textArgument(args, 'fact');
        if (!fact || fact.length < 3 || fact.length > MAX_MEMORY_LENGTH)
          return { content: `Give a fact of 3 to ${MAX_MEMORY_LENGTH} letters.`, isError: true };
        const reason = await missing(context);
        if (reason) return { content: reason, isError: true };
        const { userId, conversationId } = context;
        await memories.remember({ userId }, fact, { origin: 'learned', conversationId });
        return { content: 'It is remembered.' };
      },
    },
    {
      name: 'recall',
      title: 'Recall what I said',
      description: 'Looks up what the user asked to be remembered, from earlier conversations.',
      parameters: texts({ query: 'What it is about.' }),
      ...reading,
      async run(args, context) {
        const reason = await missing(context);
        if (reason) return { content: reason, isError: true };
        const facts = await memories.recall(context.userId, textArgument(args, 'query') ?? '');
        return { content: facts.map((fact) => `- ${fact}`).join('\n') || 'Nothing is remembered.' };
      },
    },
  ];
}
