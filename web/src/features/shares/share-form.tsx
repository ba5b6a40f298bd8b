import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link2, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import type { ShareLink } from '../../../../shared/api/shares.ts';
import { useServices } from '../../app/services.ts';
import { useFeatures } from '../auth/instance.ts';
import { Button } from '../../components/ui/button.tsx';
import { inputClass } from '../../components/ui/field.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { formatDate } from '../../lib/format.ts';
import { refusalOf } from '../../lib/problem.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';
import { CopyButton } from '../chat/copy-button.tsx';

/** Links to a conversation: made here, and taken back. */
export function ShareForm({ id }: { id: string }) {
  const strings = useStrings();
  const { client, toasts } = useServices();
  const queries = useQueryClient();
  const names = useId();
  const [live, setLive] = useState(false);
  const [open, setOpen] = useState(false);
  const [url, setUrl] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const listKey = ['shares', id];
  const links = useQuery({
    queryKey: listKey,
    queryFn: ({ signal }) => client.get<{ items: ShareLink[] }>(`/api/conversations/${id}/shares`, signal),
  });
  const features = useFeatures();

  async function act(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), strings), tone: 'danger' });
    }
    setBusy(false);
    await queries.invalidateQueries({ queryKey: listKey });
  }
  const make = () =>
    act(async () => {
      const body = { mode: live ? 'live' : 'frozen', public: open };
      setUrl((await client.post<{ url: string }>(`/api/conversations/${id}/share`, body)).url);
    });
  const remove = (link: ShareLink) =>
    act(async () => {
      await client.delete(`/api/shares/${link.id}`);
      setUrl(null);
    });
  return (
    <div className="space-y-4 overflow-y-auto p-5">
      <p className="text-muted">{strings.shares.text}</p>
      <fieldset className="space-y-2">
        <legend className="sr-only">{strings.shares.what}</legend>
        {([false, true] as const).map((value) => (
          <label key={String(value)} className="flex min-h-9 cursor-pointer items-start gap-2.5">
            <input
              type="radio"
              name={names}
              checked={live === value}
              onChange={() => setLive(value)}
              className="mt-1 size-4 shrink-0 accent-accent"
            />
            <span>{value ? strings.shares.live : strings.shares.frozen}</span>
          </label>
        ))}
      </fieldset>
      {features?.public_sharing === true && (
        <label className="flex min-h-9 cursor-pointer items-start gap-2.5">
          <input
            type="checkbox"
            checked={open}
            onChange={(event) => setOpen(event.target.checked)}
            className="mt-1 size-4 shrink-0 accent-accent"
          />
          <span>{strings.shares.public}</span>
        </label>
      )}
      <Button tone="primary" busy={busy} onClick={() => void make()}>
        <Link2 size={16} aria-hidden />
        {strings.shares.make}
      </Button>
      {url !== null && (
        <div role="status" className="space-y-1">
          <p>{strings.shares.made}</p>
          <div className="flex items-center gap-1">
            <input readOnly value={url} aria-label={strings.shares.link} className={inputClass} />
            <CopyButton text={url} label={strings.shares.copy} />
          </div>
        </div>
      )}
      <Links links={links.data?.items ?? []} onRemove={(link) => void remove(link)} />
    </div>
  );
}

function Links({ links, onRemove }: { links: readonly ShareLink[]; onRemove(link: ShareLink): void }) {
  const strings = useStrings();
  const language = useLanguage();
  if (links.length === 0) return null;
  const when = (at: string): string => formatDate(at, language);
  return (
    <section aria-label={strings.shares.existing}>
      <h3 className="text-sm font-semibold text-muted">{strings.shares.existing}</h3>
      <ul className="divide-y divide-line">
        {links.map((link) => (
          <li key={link.id} className="flex min-h-11 items-center gap-2 py-1.5">
            <span className="min-w-0 flex-1">
              {when(link.created_at)}
              <span className="block text-sm text-muted">
                {link.mode === 'live' ? strings.shares.liveShort : strings.shares.frozenShort}
                {link.public && `, ${strings.shares.publicShort}`}
              </span>
            </span>
            <IconButton
              icon={Trash2}
              label={strings.shares.remove(when(link.created_at))}
              onClick={() => onRemove(link)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
