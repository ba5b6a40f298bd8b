import type { Passage } from '../../../shared/api/passages.ts';
import type { LlmMessage } from '../../platform/llm/driver.ts';
import { textOf } from '../../platform/llm/messages.ts';
import type { KnowledgeService } from '../knowledge/service.ts';

/** As many as a model that answers from nothing else gets in a chat. */
const LIMIT = 16;

/** What a person's own files say about what they ask. */
export const findPassages =
  (knowledge: Pick<KnowledgeService, 'retrieve'>) =>
  async (userId: string, messages: readonly LlmMessage[]): Promise<Passage[]> => {
    const asked = messages.filter(({ role }) => role === 'user').map(textOf);
    const [question = '', previous] = asked.toReversed();
    const found = await knowledge.retrieve({ userId, question, previous, limit: LIMIT });
    return found.matched ? found.passages : [];
  };
