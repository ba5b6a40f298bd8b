import type { ToolFile } from '../../../shared/api/tools.ts';
import { AppError } from '../../lib/errors.ts';
import type { FileService } from '../files/service.ts';
import type { ToolMedia } from '../tools/tool.ts';
import type { LiveGeneration } from './live-generation.ts';

type Deps = {
  files: Pick<FileService, 'make' | 'remove'>;
  /** Types by their bytes that are shown as pictures, or played. */
  kinds: Record<ToolMedia['kind'], ReadonlySet<string>>;
};

/** Files that the tools of one answer may leave. */
const MOST = 32;

export type KeepMedia = ReturnType<typeof createMediaKeeper>;

/** Pictures and sounds of tools become files of the person; what is neither, or has no room, is told in words. */
export const createMediaKeeper =
  ({ files, kinds }: Deps) =>
  async (
    live: LiveGeneration,
    tool: string,
    media: readonly ToolMedia[],
  ): Promise<{ kept: ToolFile[]; told: string }> => {
    // Of a temporary chat nothing is stored.
    if (live.conversationId === null)
      return { kept: [], told: media.length ? '(Pictures and sounds are not kept in a temporary chat.)' : '' };
    const kept: ToolFile[] = [];
    const before = live.written.tools.reduce((sum, { result }) => sum + (result?.files?.length ?? 0), 0);
    const told: string[] = [];
    for (const [at, { kind, bytes }] of media.entries()) {
      const filename = `${tool.replace(/^.*__/, '')} ${kind} ${at + 1}`;
      if (live.signal.aborted) break;
      if (before + kept.length >= MOST) {
        told.push(`(The others were not kept: an answer keeps ${MOST} at most.)`);
        break;
      }
      try {
        const { id, content_type } = await files.make(
          live.userId,
          { filename, bytes, madeIn: live.messageId },
          kinds[kind],
        );
        kept.push({ id, filename, content_type });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        told.push(`(The ${kind} ${at + 1} could not be kept: ${error.message})`);
      }
    }
    // The answer has been stopped: nothing will refer to them.
    if (live.signal.aborted) for (const { id } of kept) await files.remove({ userId: live.userId }, id);
    return { kept, told: told.join('\n') };
  };
