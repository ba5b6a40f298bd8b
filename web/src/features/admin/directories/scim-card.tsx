import { useQuery } from '@tanstack/react-query';
import { Copy, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { NewScimToken, ScimTokens } from '../../../../../shared/api/scim.ts';
import { useServices } from '../../../app/services.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/ui/field.tsx';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { textFields } from '../../../lib/form.ts';
import { formatDate } from '../../../lib/format.ts';
import { fieldMessages, refusalOf } from '../../../lib/problem.ts';
import { useLanguage, useStrings } from '../../../lib/strings/index.ts';
import { Section } from '../../settings/section.tsx';
import { useSave } from '../../settings/use-save.ts';
import { useAct } from '../use-act.ts';
import { Facts } from './facts.tsx';

const path = '/api/admin/scim/tokens';

function useCopy(): (text: string) => void {
  const strings = useStrings();
  const { toasts } = useServices();
  return (text) =>
    void navigator.clipboard.writeText(text).then(
      () => toasts.show({ text: strings.app.copied }),
      () => toasts.show({ text: strings.app.copyFailed, tone: 'danger' }),
    );
}

/** The address and the tokens of directories that provision people. */
export function ScimCard() {
  const strings = useStrings();
  const words = strings.directories;
  const { client } = useServices();
  const [fresh, setFresh] = useState<NewScimToken | null>(null);
  const copy = useCopy();
  const { data, error, refetch } = useQuery({
    queryKey: ['admin', path],
    queryFn: ({ signal }) => client.get<ScimTokens>(path, signal),
  });
  return (
    <Section title={words.scim} text={words.scimText}>
      {error ? (
        <ProblemNotice refusal={refusalOf(error)}>
          <Button onClick={() => void refetch()}>{strings.app.retry}</Button>
        </ProblemNotice>
      ) : !data ? (
        <Skeleton lines={['h-10! w-full', 'h-10! w-full']} />
      ) : (
        <div className="space-y-5">
          <Facts
            rows={[
              [
                words.baseUrl,
                <span key="url" className="flex items-center gap-1">
                  <code className="min-w-0 break-all">{data.base_url}</code>
                  <IconButton icon={Copy} size={16} label={words.copyUrl} onClick={() => copy(data.base_url)} />
                </span>,
              ],
              [words.adminsFrom, data.admin_groups.join(', ') || words.adminsNobody],
            ]}
          />
          {fresh ? <FreshToken fresh={fresh} onDone={() => setFresh(null)} /> : <TokenForm onMade={setFresh} />}
          {data.items.length === 0 ? (
            <p className="text-muted">{words.noTokens}</p>
          ) : (
            <ul aria-label={words.tokens} className="divide-y divide-line rounded-lg border border-line">
              {data.items.map((token) => (
                <TokenRow key={token.id} token={token} />
              ))}
            </ul>
          )}
        </div>
      )}
    </Section>
  );
}

function TokenForm({ onMade }: { onMade(token: NewScimToken): void }) {
  const words = useStrings().directories;
  const { client, queries } = useServices();
  const { busy, refusal, submit } = useSave(async (form) => {
    onMade(await client.post<NewScimToken>(path, { name: textFields(form)['name'] }));
    await queries.invalidateQueries({ queryKey: ['admin', path] });
  });
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      <Field
        label={words.tokenName}
        name="name"
        autoComplete="off"
        maxLength={100}
        placeholder="Okta"
        required
        error={fieldMessages(refusal)['name']}
      />
      <Button type="submit" busy={busy}>
        {words.makeToken}
      </Button>
    </form>
  );
}

/** Shown this once. */
function FreshToken({ fresh, onDone }: { fresh: NewScimToken; onDone(): void }) {
  const words = useStrings().directories;
  const copy = useCopy();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div
      ref={box}
      role="group"
      aria-label={words.tokenReady}
      tabIndex={-1}
      className="space-y-3 rounded-lg border border-accent bg-accent-soft p-5 outline-none"
    >
      <h3 className="text-lg">{words.tokenReady}</h3>
      <p>{words.tokenOnce}</p>
      <code className="block rounded-md border border-line bg-paper px-3 py-2 break-all">{fresh.token}</code>
      <div className="flex flex-wrap gap-2">
        <Button tone="primary" onClick={() => copy(fresh.token)}>
          <Copy size={16} aria-hidden />
          {words.copyToken}
        </Button>
        <Button onClick={onDone}>{words.done}</Button>
      </div>
    </div>
  );
}

function TokenRow({
  token: { id, name, prefix, created_at: made, last_used_at: used },
}: {
  token: ScimTokens['items'][number];
}) {
  const words = useStrings().directories;
  const language = useLanguage();
  const { client } = useServices();
  const act = useAct();
  return (
    <li className="flex items-center gap-3 py-2.5 ps-4 pe-2">
      <div className="min-w-0 flex-1">
        <p className="truncate">{name}</p>
        <p className="text-sm text-muted">
          <span className="font-mono">{prefix}…</span> · {words.made(formatDate(made, language))} ·{' '}
          {used === null ? words.neverUsed : words.lastUsed(formatDate(used, language))}
        </p>
      </div>
      <IconButton
        icon={Trash2}
        size={17}
        label={words.deleteToken(name)}
        onClick={() => void act(() => client.delete(`${path}/${id}`), words.tokenDeleted)}
      />
    </li>
  );
}
