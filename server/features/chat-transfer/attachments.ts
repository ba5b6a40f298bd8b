import type { Readable } from 'node:stream';
import type { MessagePart } from '../../../shared/api/chat.ts';
import type { LeftOutKind } from '../../../shared/api/chat-transfer.ts';
import type { ToolFile } from '../../../shared/api/tools.ts';
import { filesOfParts } from '../../../shared/message-files.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { AppError } from '../../lib/errors.ts';
import type { ImportSource } from './read-file.ts';
import type { Attachment, ImportedConversation } from './tree.ts';

export type Who = Pick<Actor, 'userId' | 'role'>;

export type AttachmentDeps = {
  /** Whether the person may upload at all: then only. */
  mayKeepFiles: (actor: Who) => Promise<boolean>;
  /** Which of these files the person has. */
  ownedFiles: (userId: string, ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Keeps what came along as a file of the person, where its bytes are of that kind. */
  keepFile: (
    userId: string,
    kind: Attachment['kind'],
    made: { filename: string; bytes: Buffer | Readable },
  ) => Promise<{ id: string; content_type: string }>;
  removeFile: (who: { userId: string }, id: string) => Promise<void>;
};

/** What became of the files of one conversation. */
export type KeptFiles = {
  /** By the message's key. */
  of(key: string): readonly { file: ToolFile; call: string | undefined }[];
  /** What a file that a part names is called here; undefined where it is not the person's. */
  here(id: string): string | undefined;
};

/** The files that come along in one import: each is kept once, however many conversations have it. */
export async function createAttachments(
  deps: AttachmentDeps,
  actor: Who,
  source: Pick<ImportSource, 'beside' | 'open'>,
) {
  const { userId } = actor;
  const allowed = await deps.mayKeepFiles(actor);
  /** By the archive's ids. */
  const archived = new Map<string, ToolFile | null>();
  const kept = new Set<string>();

  async function bytesOf({ from }: Attachment): Promise<Buffer | Readable> {
    if ('base64' in from) return Buffer.from(from.base64, 'base64');
    return 'text' in from ? Buffer.from(from.text) : source.open(from.archived);
  }

  /** Null for what cannot be read, or has no room. */
  async function keepOne(attachment: Attachment): Promise<ToolFile | null> {
    if (!allowed) return null;
    const { kind, filename } = attachment;
    try {
      const { id, content_type } = await deps.keepFile(userId, kind, { filename, bytes: await bytesOf(attachment) });
      kept.add(id);
      return { id, filename, content_type };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return null;
    }
  }

  async function keep(attachment: Attachment): Promise<ToolFile | null> {
    if (!('archived' in attachment.from)) return keepOne(attachment);
    const id = attachment.from.archived;
    const before = archived.get(id);
    if (before !== undefined) return before && { ...before, filename: attachment.filename };
    const file = await keepOne(attachment);
    archived.set(id, file);
    return file;
  }

  return {
    /** Those that are the person's now. */
    count: (): number => kept.size,
    /** Those of the archive that nothing has named. */
    unused: (all: number): number => all - archived.size,

    /** Keeps those of a conversation; what cannot be kept is counted among what is left out of it. */
    async ofConversation({ messages, leftOut }: ImportedConversation): Promise<KeptFiles> {
      const miss = (kind: LeftOutKind): void => void leftOut.set(kind, (leftOut.get(kind) ?? 0) + 1);
      const byMessage = new Map<string, { file: ToolFile; call: string | undefined }[]>();
      for (const { key, attachments = [] } of messages) {
        for (const attachment of attachments) {
          const file = await keep(attachment);
          if (file) byMessage.set(key, [...(byMessage.get(key) ?? []), { file, call: attachment.call }]);
          else miss(attachment.kind);
        }
      }
      const named = [...new Set(messages.flatMap(({ parts = [] }) => filesOfParts(parts)))];
      // A file is named only where the person has it: no conversation may wait for somebody else's.
      const owned = named.length ? await deps.ownedFiles(userId, named) : new Set<string>();
      const here = new Map([...owned].map((id) => [id, id]));
      for (const id of named.filter((each) => !owned.has(each))) {
        const filename = source.beside.nameOf(id) ?? 'File';
        const file = source.beside.has(id) ? await keep({ kind: 'file', filename, from: { archived: id } }) : null;
        if (file) here.set(id, file.id);
        else miss('file');
      }
      return { of: (key) => byMessage.get(key) ?? [], here: (id) => here.get(id) };
    },

    /** Takes back all since the count was so: the conversation that they came with could not be written. */
    async forgetSince(count: number): Promise<void> {
      for (const id of [...kept].slice(count)) {
        await deps.removeFile({ userId }, id);
        kept.delete(id);
        for (const [name, file] of archived) if (file?.id === id) archived.delete(name);
      }
    },
  };
}

/** The parts of a message in their new place: with what came along, without files that the person has not, and with the ids that messages have here. */
export function carriedParts(
  parts: readonly MessagePart[],
  kept: KeptFiles,
  { key, ids }: { key: string; ids: ReadonlyMap<string, string> },
): MessagePart[] {
  const files = kept.of(key);
  const own = files.filter(({ call }) => call === undefined);
  return [
    ...own.map(({ file }) => ({ type: 'file' as const, file_id: file.id, filename: file.filename })),
    ...parts.flatMap((part): MessagePart[] => {
      if (part.type === 'file') return moved(part.file_id, kept).map((file_id) => ({ ...part, file_id }));
      if (part.type === 'summary') return [{ ...part, until: ids.get(part.until) ?? part.until }];
      if (part.type !== 'tool' || !part.result) return [part];
      const { files: before = [], ...result } = part.result;
      const made = files.flatMap(({ file, call }) => (call === part.id ? file : []));
      const left = [...before.flatMap((file) => moved(file.id, kept).map((id) => ({ ...file, id }))), ...made];
      return [{ ...part, result: left.length ? { ...result, files: left } : result }];
    }),
  ];
}

function moved(id: string, kept: KeptFiles): string[] {
  const here = kept.here(id);
  return here === undefined ? [] : [here];
}
