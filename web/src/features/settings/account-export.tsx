import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { AccountExport as State } from '../../../../shared/api/account-export.ts';
import { useServices } from '../../app/services.ts';
import { Button, buttonClass } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { formatBytes, formatDate } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { needsProof } from './needs-proof.ts';
import { ProofForm } from './security-proof.tsx';
import { useSave } from './use-save.ts';

const path = '/api/users/me/export';
const pollMs = 1_500;
const isMaking = (state: State | undefined): boolean => state?.status === 'queued' || state?.status === 'running';

/** Everything in one's account as a file: begun with the password, waited for, downloaded, deleted. */
export function AccountExport() {
  const strings = useStrings();
  const words = strings.data;
  const language = useLanguage();
  const { client } = useServices();
  const [proving, setProving] = useState(false);
  const state = useQuery({
    queryKey: ['account-export'],
    queryFn: ({ signal }) => client.get<State>(path, signal),
    refetchInterval: ({ state: { data } }) => (isMaking(data) ? pollMs : false),
  });
  async function begin(proof: object): Promise<void> {
    await client.post(path, proof);
    await state.refetch();
    setProving(false);
  }
  const first = useSave(async () => {
    try {
      await begin({});
    } catch (error) {
      if (!needsProof(error)) throw error;
      setProving(true);
    }
  });
  const cancel = useSave(async () => {
    await client.delete(path);
    await state.refetch();
  });
  const { data } = state;
  const making = isMaking(data);
  const refusal = first.refusal ?? cancel.refusal;
  return (
    <div>
      <h3 className="text-base">{words.whole}</h3>
      <p className="text-sm text-muted">{words.wholeText}</p>
      <div className="mt-2.5 space-y-2.5">
        {refusal && <ProblemNotice refusal={refusal} />}
        {data?.status === 'failed' && <p className="text-sm text-danger">{words.wholeFailed}</p>}
        {making && (
          <div>
            <p className="text-sm" role="status">
              {words.wholeMaking}
            </p>
            <progress
              aria-label={words.wholeMaking}
              value={data?.progress ?? 0}
              className="mt-1 w-full accent-accent"
            />
          </div>
        )}
        {data?.status === 'ready' && (
          <p className="text-sm" role="status">
            {words.wholeReady(formatBytes(data.size ?? 0, language), formatDate(data.expires_at ?? '', language))}
          </p>
        )}
        {proving ? (
          <ProofForm submitLabel={words.wholeBegin} onProof={begin} onCancel={() => setProving(false)} />
        ) : (
          <form
            className="flex flex-wrap gap-2"
            onSubmit={(event) => {
              event.preventDefault();
              void first.submit(event.currentTarget);
            }}
          >
            {data?.status === 'ready' && (
              <a download href={`${path}/content`} className={buttonClass('primary')}>
                <Download size={16} aria-hidden />
                {words.wholeFetch}
              </a>
            )}
            {!making && data?.status !== 'ready' && (
              <Button type="submit" busy={first.busy}>
                {words.wholeBegin}
              </Button>
            )}
            {(making || data?.status === 'ready') && (
              <Button
                tone="quiet"
                busy={cancel.busy}
                onClick={(event) => event.currentTarget.form && void cancel.submit(event.currentTarget.form)}
              >
                {making ? strings.app.cancel : words.wholeDelete}
              </Button>
            )}
          </form>
        )}
      </div>
    </div>
  );
}
