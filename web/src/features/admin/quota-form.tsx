import { useQuery } from '@tanstack/react-query';
import type { GroupQuota, UserQuota } from '../../../../shared/api/quotas.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { DialogActions } from '../../components/ui/dialog-actions.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { textFields } from '../../lib/form.ts';
import { formatNumber } from '../../lib/format.ts';
import { fieldMessages, refusalOf } from '../../lib/problem.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { useSave } from '../settings/use-save.ts';

const MEGABYTE = 2 ** 20;

type Quota = UserQuota | GroupQuota;
type Props = { path: `/api/admin/${'users' | 'groups'}/${string}/quota`; onDone(): void };

/** What a person, or each member of a group, may use in a day. */
export function QuotaForm({ path, onDone }: Props) {
  const strings = useStrings();
  const words = strings.admin;
  const { client, queries, toasts } = useServices();
  const quota = useQuery({
    queryKey: ['admin', path],
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) => client.get<Quota>(path, signal),
  });
  const finish = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['admin'] });
    toasts.show({ text: strings.settings.saved });
    onDone();
  };
  const { busy, refusal, submit } = useSave(async (form) => {
    const { messages = '', tokens = '', space = '' } = textFields(form);
    const limit = (text: string): number | null => (text.trim() === '' ? null : Number(text));
    const megabytes = limit(space);
    const body = {
      messages_per_day: limit(messages),
      tokens_per_day: limit(tokens),
      storage_bytes: megabytes === null ? null : Math.round(megabytes * MEGABYTE),
    };
    await client.open('PUT', path, { body });
    await finish();
  });
  const { submit: clear, refusal: notCleared } = useSave(async () => {
    await client.delete(path);
    await finish();
  });
  const messages = fieldMessages(refusal);
  if (quota.isError)
    return (
      <div className="p-5">
        <ProblemNotice refusal={refusalOf(quota.error)} />
      </div>
    );
  if (!quota.data) return <Skeleton className="p-5" lines={['w-1/2', 'w-full', 'w-full']} />;
  const { data } = quota;
  const wrong = refusal ?? notCleared;
  return (
    <form
      className="space-y-4 overflow-y-auto p-5"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <p className="text-muted">{words.quotaSources[data.source]}</p>
      {wrong && <ProblemNotice refusal={wrong} />}
      <Field
        label={words.messagesPerDay}
        name="messages"
        type="number"
        min={0}
        step={1}
        defaultValue={data.messages_per_day ?? ''}
        hint={words.quotaHint}
        error={messages['messages_per_day']}
      />
      <Field
        label={words.tokensPerDay}
        name="tokens"
        type="number"
        min={0}
        step={1}
        defaultValue={data.tokens_per_day ?? ''}
        hint={words.quotaHint}
        error={messages['tokens_per_day']}
      />
      <Field
        label={strings.governance.spacePerPerson}
        name="space"
        type="number"
        min={0}
        step="any"
        defaultValue={data.storage_bytes === null ? '' : data.storage_bytes / MEGABYTE}
        hint={words.quotaHint}
        error={messages['storage_bytes']}
      />
      {'used' in data && <UsedToday used={data.used} />}
      <DialogActions>
        {data.source === 'own' && (
          <Button onClick={(event) => event.currentTarget.form && void clear(event.currentTarget.form)}>
            {words.clearQuota}
          </Button>
        )}
        <Button type="submit" tone="primary" busy={busy}>
          {strings.app.save}
        </Button>
      </DialogActions>
    </form>
  );
}

function UsedToday({ used }: { used: UserQuota['used'] }) {
  const words = useStrings().admin;
  const language = useLanguage();
  return (
    <p className="text-sm">
      {words.usedToday(formatNumber(used.messages, language), formatNumber(used.tokens, language))}
    </p>
  );
}
