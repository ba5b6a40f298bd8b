import type { ChatBody, MessagePart } from '../../../shared/api/chat.ts';
import type { CollectionService } from '../collections/service.ts';
import type { FileService } from '../files/service.ts';
import type { WebService } from '../web/service.ts';

export type AttachmentDeps = {
  files: Pick<FileService, 'owned'>;
  collections: Pick<CollectionService, 'named'>;
  web: Pick<WebService, 'check'>;
};
export type Attachments = ReturnType<typeof createAttachments>;

type Attached = Pick<ChatBody, 'file_ids' | 'collection_ids' | 'web_search' | 'compare'>;

/** What goes with a question, as parts of its message: each checked, so that nobody asks what is not theirs to read. */
export const createAttachments =
  ({ files, collections, web }: AttachmentDeps) =>
  async (
    userId: string,
    { file_ids = [], collection_ids = [], web_search, compare }: Attached,
  ): Promise<MessagePart[]> => {
    if (web_search) web.check();
    const attached = file_ids.length ? await files.owned(userId, file_ids) : [];
    const asked = await collections.named(userId, collection_ids);
    return [
      ...attached.map(({ id, filename }): MessagePart => ({ type: 'file', file_id: id, filename })),
      ...asked.map(({ id, name }): MessagePart => ({ type: 'collection', collection_id: id, name })),
      ...(web_search ? [{ type: 'web_search' } as const] : []),
      ...(compare ? [{ type: 'compare' } as const] : []),
    ];
  };
