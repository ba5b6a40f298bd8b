import { Bot, FileX, Gauge, KeyRound, Library, MessageSquareText, MessageSquareX, PackageCheck } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { Notification as Notice } from '../../../../shared/api/notifications.ts';
import { formatBytes, formatNumber } from '../../lib/format.ts';
import type { Strings } from '../../lib/strings/index.ts';

export type Worded = { icon: LucideIcon; title: string; text: string };

/** What a notification says: what it is about, and in one line what happened. */
export function wordNotice({ kind, target, detail }: Notice, strings: Strings, language: string): Worded {
  const words = strings.notices;
  const named = target?.title || strings.chat.untitled;
  const { resource = 'messages', limit = 0 } = detail;
  const size = resource === 'storage' ? formatBytes(limit, language) : formatNumber(limit, language);
  switch (kind) {
    case 'answer.done':
      return { icon: MessageSquareText, title: named, text: words.answerDone };
    case 'answer.failed':
      return { icon: MessageSquareX, title: named, text: words.answerFailed };
    case 'share.received': {
      const by = detail.by ?? words.somebody;
      return target?.kind === 'assistant'
        ? { icon: Bot, title: named, text: words.shared.assistant(by) }
        : { icon: Library, title: named, text: words.shared.collection(by) };
    }
    case 'file.failed':
      return { icon: FileX, title: named, text: words.fileFailed };
    case 'quota.near':
      return { icon: Gauge, title: words.near[resource], text: words.limit[resource](size) };
    case 'quota.used_up':
      return { icon: Gauge, title: words.usedUp[resource], text: words.limit[resource](size) };
    case 'export.ready':
      return { icon: PackageCheck, title: words.exportReady, text: words.exportReadyText };
    case 'export.failed':
      return { icon: PackageCheck, title: words.exportFailed, text: words.exportFailedText };
    case 'security.new_device':
      return { icon: KeyRound, title: words.newDevice, text: words.notYou };
    case 'security.replay':
      return { icon: KeyRound, title: words.replay, text: words.replayText };
    case 'security.password':
      return { icon: KeyRound, title: words.password, text: words.notYou };
    case 'security.factor':
      return { icon: KeyRound, title: words.factors[detail.change ?? ''] ?? words.factor, text: words.notYou };
  }
}

/** Where it leads. */
export function placeOf({ kind, target }: Notice) {
  if (target?.kind === 'conversation')
    return { to: '/c/$conversationId', params: { conversationId: target.id } } as const;
  if (target?.kind === 'collection')
    return { to: '/collections/$collectionId', params: { collectionId: target.id } } as const;
  if (target?.kind === 'file') return { to: '/files/$fileId', params: { fileId: target.id } } as const;
  if (target?.kind === 'assistant') return { to: '/assistants' } as const;
  const [area] = kind.split('.');
  const hash = { quota: 'usage', export: 'data', security: 'devices' }[area ?? ''];
  return { to: '/settings', hash: kind === 'security.password' ? 'password' : (hash ?? '') } as const;
}
