import type { ToolPart } from '../../../shared/api/tools.ts';
import type { LlmMessage, LlmPart } from '../../platform/llm/driver.ts';
import { partsOf } from '../../platform/llm/messages.ts';
import type { Pictures } from '../files/pictures.ts';
import type { FileService } from '../files/service.ts';
import type { Question } from './answer.ts';
import type { LiveGeneration } from './live-generation.ts';
import { partsOf as storedParts } from './present.ts';

/** The longer side, in pixels, beyond which models scale down anyway. */
const SIDE = 1_568;
/** The newest ones; each costs about a page of text. */
const MOST = 8;

type Deps = { files: Pick<FileService, 'owned' | 'ownedIds'>; pictures: Pictures };

export type Showing = ReturnType<typeof createShowing>;

/** Shows the attached pictures to a model that sees. For others there is the text that was read from them. */
export function createShowing({ files, pictures }: Deps) {
  const seen = (live: LiveGeneration, { model, fileIds }: Pick<Question, 'model' | 'fileIds'>) =>
    model.vision === true && fileIds.length > 0
      ? files
          .ownedIds(live.userId, fileIds)
          .then((ids) => files.owned(live.userId, [...ids]))
          .then((rows) => rows.filter(pictures.isPicture))
      : Promise.resolve([]);

  async function imageOf(live: LiveGeneration, row: Parameters<Pictures['jpeg']>[0]): Promise<LlmPart> {
    const bytes = await pictures.jpeg(row, SIDE, live.signal);
    return { type: 'image', mediaType: 'image/jpeg', data: bytes.toString('base64') };
  }

  return {
    /** The files that have to be read for this model, rather than shown to it. */
    async toRead(live: LiveGeneration, question: Pick<Question, 'model' | 'fileIds'>): Promise<string[]> {
      const shown = new Set((await seen(live, question)).map(({ id }) => id));
      return question.fileIds.filter((id) => !shown.has(id));
    },

    /** The pictures that tools gave, for a model that sees: a message after their results, where there are any. */
    async given(live: LiveGeneration, model: Question['model'], parts: readonly ToolPart[]): Promise<LlmMessage[]> {
      const ids = parts.flatMap(({ result }) => result?.files?.map(({ id }) => id) ?? []);
      const images: LlmPart[] = [];
      for (const row of (await seen(live, { model, fileIds: ids })).slice(0, MOST))
        images.push(await imageOf(live, row));
      if (images.length === 0) return [];
      return [
        { role: 'user', content: [...images, { type: 'text', text: 'These are the pictures that the tools gave.' }] },
      ];
    },

    /** The same messages, each with its pictures; those of messages that are not there any more go with the newest. */
    async withPictures(
      live: LiveGeneration,
      question: Pick<Question, 'model' | 'fileIds' | 'turns'>,
      history: readonly LlmMessage[],
    ): Promise<LlmMessage[]> {
      const rows = (await seen(live, question)).slice(-MOST);
      const left = new Map<string, LlmPart>();
      for (const row of rows) left.set(row.id, await imageOf(live, row));
      if (left.size === 0) return [...history];
      const taken = (ids: Iterable<string>): LlmPart[] =>
        [...ids].flatMap((id) => {
          const part = left.get(id);
          left.delete(id);
          return part ?? [];
        });
      const idsOf = new Map(
        question.turns.flatMap(({ row, messages }) => messages.map((message) => [message, attachedTo(row)] as const)),
      );
      const newest = history.findLastIndex(({ role }) => role === 'user');
      return history.map((message, at) => {
        if (message.role !== 'user') return message;
        const parts = taken(at === newest ? [...left.keys()] : (idsOf.get(message) ?? []));
        return parts.length ? { role: 'user', content: [...parts, ...partsOf(message)] } : message;
      });
    },
  };
}

const attachedTo = (row: Question['turns'][number]['row']): string[] =>
  storedParts(row).flatMap((part) => (part.type === 'file' ? [part.file_id] : []));
