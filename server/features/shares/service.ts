import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { ShareBody, SharedConversation, SharedMessage, ShareLink } from '../../../shared/api/shares.ts';
import type { DB } from '../../db/schema.ts';
import type { Actor } from '../../http-kit/actor.ts';
import { toIso, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { AuditService } from '../audit/service.ts';
import type { ConversationRepository } from '../chat/conversation-repository.ts';
import type { MessageRepository, MessageRow } from '../chat/message-repository.ts';
import type { OwnConversation } from '../chat/policy.ts';
import { createShareRepository } from './repository.ts';

type Deps = {
  db: Kysely<DB>;
  conversations: Pick<ConversationRepository, 'findOwned'>;
  messages: Pick<MessageRepository, 'pathTo' | 'newest'>;
  /** Whether links may be made that need no account. */
  publicAllowed: boolean;
  publicUrl: URL;
  audit: Pick<AuditService, 'record'>;
  now: Clock;
};

export type ShareService = ReturnType<typeof createShareService>;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const gone = (): AppError => new AppError('NOT_FOUND', { message: 'There is no such link, or it was taken back.' });

/** Text alone: no sources, no files, no ids, nothing of how it was made. */
const shown = ({ role, content, model, created_at }: MessageRow): SharedMessage => ({
  role,
  content,
  model: role === 'assistant' ? model : null,
  created_at: toIso(created_at),
});

/** Links under which others read one way through a conversation. */
export function createShareService({ db, conversations, messages, publicAllowed, publicUrl, audit, now }: Deps) {
  const repository = createShareRepository(db);

  async function pathOf(conversation: { id: string }, messageId: string | undefined): Promise<SharedMessage[]> {
    const leaf = messageId ?? (await messages.newest(conversation.id))?.id;
    if (leaf === undefined) return [];
    const path = await messages.pathTo(leaf);
    if (path[0] && path[0].conversation_id !== conversation.id) throw new AppError('MESSAGE_NOT_FOUND');
    if (path.length === 0) throw new AppError('MESSAGE_NOT_FOUND');
    return path.filter(({ status, content }) => status !== 'streaming' && content !== '').map(shown);
  }

  return {
    /** FORBIDDEN for a public link where the admin does not allow them. The token is told this once; its hash is kept. */
    async share(conversation: OwnConversation, body: ShareBody): Promise<{ id: string; url: string }> {
      if (body.public && !publicAllowed)
        throw new AppError('FORBIDDEN', {
          message:
            'Links for everybody are switched off here. Share with people who have an account, or ask the admin.',
        });
      const path = await pathOf(conversation, body.message_id);
      const token = randomBytes(24).toString('base64url');
      const row = {
        id: newId(),
        token_hash: hashOf(token),
        user_id: conversation.user_id,
        conversation_id: conversation.id,
        mode: body.mode,
        is_public: body.public ? (1 as const) : (0 as const),
        title: conversation.title,
        snapshot: body.mode === 'frozen' ? JSON.stringify(path) : null,
        created_at: now(),
      };
      await repository.insert(row);
      await audit.record({
        action: 'share.created',
        target: { kind: 'share', id: row.id },
        detail: { conversation: conversation.id, mode: row.mode, public: body.public },
      });
      return { id: token, url: new URL(`/share/${token}`, publicUrl).href };
    },

    async list(conversation: OwnConversation): Promise<{ items: ShareLink[]; next_cursor: null }> {
      const rows = await repository.of(conversation.id);
      return {
        items: rows.map(({ id, mode, is_public, created_at }) => ({
          id,
          mode,
          public: is_public === 1,
          created_at: toIso(created_at),
        })),
        next_cursor: null,
      };
    },

    /** AUTH_REQUIRED without an account for any token that is not public here: whether it exists is nobody else's business. */
    async read(actor: Actor | null, token: string): Promise<SharedConversation> {
      const row = await repository.byToken(hashOf(token));
      const isMember = actor !== null && actor.role !== 'pending' && actor.scopes.has('chat');
      if (!isMember && !(publicAllowed && row?.is_public === 1)) throw new AppError('AUTH_REQUIRED');
      if (!row) throw gone();
      const { title, name, mode, created_at } = row;
      const about = { shared_by: name, mode, created_at: toIso(created_at) };
      if (row.snapshot !== null) return { title, ...about, messages: JSON.parse(row.snapshot) as SharedMessage[] };
      const conversation = await conversations.findOwned(row.user_id, row.conversation_id);
      if (!conversation) throw gone();
      return { title: conversation.title, ...about, messages: await pathOf(conversation, undefined) };
    },

    /** At once. Silent about a link that is gone, or somebody else's. */
    async revoke({ userId }: Pick<Actor, 'userId'>, token: string): Promise<void> {
      const row = await repository.removeOwn(userId, uuid.test(token) ? { id: token } : { hash: hashOf(token) });
      if (row) await audit.record({ action: 'share.revoked', target: { kind: 'share', id: row.id } });
    },
  };
}
