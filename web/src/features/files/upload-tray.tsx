import { ChevronDown, ChevronUp, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useParams, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useServices } from '../../app/services.ts';
import { cx } from '../../components/ui/cx.ts';
import { useStore } from '../../lib/store.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { AttachmentChip } from '../chat/composer/attachment-chip.tsx';
import { isBroken, isMoving, type Upload } from './uploads.ts';

type Placed = { slot: string; upload: Upload };

/** Whether the page that is shown has this list on it. */
function useIsHere(): (slot: string) => boolean {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const { conversationId, collectionId } = useParams({ strict: false });
  const { slots } = useServices().live;
  const draft = useStore(slots.draft);
  const here = conversationId ? slots.of(conversationId) : draft;
  return (slot) => {
    if (path === '/files') return slot === 'files';
    if (collectionId) return slot.includes(collectionId);
    return (path === '/' || conversationId !== undefined) && slot === here;
  };
}

/** Files on their way that the page which is shown does not show: one can go elsewhere meanwhile. */
export function UploadTray() {
  const words = useStrings().tray;
  const { uploads } = useServices();
  const { conversationId } = useParams({ strict: false });
  const isChat =
    useRouterState({ select: ({ location }) => location.pathname === '/' }) || conversationId !== undefined;
  const isHere = useIsHere();
  const all = useStore(uploads.store);
  const [open, setOpen] = useState(false);
  const placed = [...all].flatMap(([slot, list]): Placed[] =>
    isHere(slot) ? [] : list.filter((one) => isMoving(one) || isBroken(one)).map((upload) => ({ slot, upload })),
  );
  if (placed.length === 0) return null;
  const broken = placed.some(({ upload }) => isBroken(upload));
  const sent = placed.reduce((sum, { upload }) => sum + (upload.phase === 'uploading' ? upload.sent : 1), 0);
  const Icon = broken ? TriangleAlert : LoaderCircle;
  const Fold = open ? ChevronDown : ChevronUp;
  return (
    <section
      aria-label={words.title}
      className={cx(
        'rise fixed end-3 bottom-36 z-30 w-[min(22rem,calc(100vw-1.5rem))] overflow-hidden rounded-lg border border-line bg-sheet shadow-float sm:end-5',
        // Where one writes, it stands above what one writes in.
        !isChat && 'sm:bottom-5',
      )}
    >
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-11 w-full items-center gap-2.5 px-3.5 text-start hover:bg-well"
      >
        <Icon size={17} aria-hidden className={cx('shrink-0', broken ? 'text-danger' : 'animate-spin text-accent')} />
        <span className="min-w-0 flex-1 truncate">{broken ? words.broken : words.moving(placed.length)}</span>
        <Fold size={16} aria-hidden className="shrink-0 text-muted" />
      </button>
      <progress
        aria-label={words.title}
        value={sent / placed.length}
        max={1}
        className="block h-0.5 w-full appearance-none bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
      />
      {open && (
        <ul className="flex max-h-72 flex-col gap-1.5 overflow-y-auto p-2.5 [&>li]:max-w-none!">
          {placed.map(({ slot, upload }) => (
            <AttachmentChip
              key={upload.key}
              upload={upload}
              onRetry={() => uploads.retry(slot, upload.key)}
              onRemove={() => uploads.remove(slot, upload.key)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
