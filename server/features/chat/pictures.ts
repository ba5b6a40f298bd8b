import type { ToolPart } from '../../../shared/api/tools.ts';
import { AppError } from '../../lib/errors.ts';
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

/** What tools gave, for one answer: what has been shown in it is sent again with every round. */
type Given = { messages: LlmMessage[]; shown: number };

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

  async function drawn(live: LiveGeneration, row: Parameters<Pictures['jpeg']>[0]): Promise<LlmPart | undefined> {
    try {
      return await imageOf(live, row);
    } catch (error) {
      if (live.signal.aborted || !(error instanceof AppError)) throw error;
      return undefined;
    }
  }

  return {
    /** The files that have to be read for this model, rather than shown to it. */
    async toRead(live: LiveGeneration, question: Pick<Question, 'model' | 'fileIds'>): Promise<string[]> {
      const shown = new Set((await seen(live, question)).map(({ id }) => id));
      return question.fileIds.filter((id) => !shown.has(id));
    },

    /**
     * The pictures that tools gave, for a model that sees: a message after their results, where there are any. `before`: how many
     * it has been shown in this answer. What cannot be drawn is told in words: the tool has acted, and the answer goes on.
     */
    async given(
      live: LiveGeneration,
      model: Question['model'],
      parts: readonly ToolPart[],
      before: number,
    ): Promise<Given> {
      const ids = parts.flatMap(({ result }) => result?.files?.map(({ id }) => id) ?? []);
      const rows = await seen(live, { model, fileIds: ids });
      if (rows.length === 0) return { messages: [], shown: 0 };
      const images: LlmPart[] = [];
      const left: string[] = [];
      for (const row of rows) {
        const image = before + images.length < MOST ? await drawn(live, row) : undefined;
        if (image) images.push(image);
        else left.push(`“${row.filename}”`);
      }
      const text = [
        images.length > 0 && 'These are the pictures that the tools gave.',
        left.length > 0 && `Not shown, as they cannot be drawn or are too many: ${left.join(', ')}.`,
      ];
      const told: LlmPart = { type: 'text', text: text.filter(Boolean).join(' ') };
      return { messages: [{ role: 'user', content: [...images, told] }], shown: images.length };
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
