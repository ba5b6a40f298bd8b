import { useId, useState } from 'react';
import type { RerankCheck } from '../../../../../shared/api/reranking.ts';
import { useServices } from '../../../app/services.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/ui/field.tsx';
import { formatNumber } from '../../../lib/format.ts';
import { useAdminStrings } from '../../../lib/strings/admin.ts';
import { useLanguage } from '../../../lib/strings/index.ts';
import { useModels } from '../../chat/models/use-models.ts';
import { Select } from '../select.tsx';
import { useAct } from '../use-act.ts';
import { FindingCard } from './card.tsx';

/** Which model puts what was found in order, if any. */
export function OrderCard() {
  const { finding: words, signInSettings } = useAdminStrings();
  const { models } = useModels();
  const list = useId();
  const hint = (variable: string | undefined, usual: string): string =>
    variable === undefined ? usual : `${signInSettings.lockedBy} ${variable}`;
  return (
    <FindingCard title={words.orderTitle} text={words.orderText}>
      {({ values, saved, changed, lockedBy, errors, change }) => (
        <>
          <div className="space-y-1">
            <Select
              label={words.by}
              value={values.rerank}
              disabled={lockedBy('rerank') !== undefined}
              options={Object.entries(words.ways)}
              onChange={({ target }) => change({ rerank: target.value as typeof values.rerank })}
            />
            <p className="text-sm text-muted">{hint(lockedBy('rerank'), words.byHint)}</p>
          </div>
          {values.rerank !== 'off' && (
            <div className="grid gap-4 sm:grid-cols-[1fr_11rem]">
              <Field
                label={words.model}
                value={values.rerank_model}
                list={list}
                required
                maxLength={190}
                autoComplete="off"
                spellCheck={false}
                disabled={lockedBy('rerank_model') !== undefined}
                error={errors['rerank_model']}
                hint={hint(lockedBy('rerank_model'), words.modelHint)}
                onChange={({ target }) => change({ rerank_model: target.value })}
              />
              <datalist id={list}>
                {values.rerank === 'chat' &&
                  models.map(({ id }) => (
                    <option key={id} value={id}>
                      {id}
                    </option>
                  ))}
              </datalist>
              <Field
                label={words.timeout}
                type="number"
                min={1}
                max={30}
                step={1}
                required
                value={Number.isNaN(values.rerank_timeout_seconds) ? '' : values.rerank_timeout_seconds}
                disabled={lockedBy('rerank_timeout_seconds') !== undefined}
                error={errors['rerank_timeout_seconds']}
                hint={hint(lockedBy('rerank_timeout_seconds'), words.timeoutHint)}
                onChange={({ target }) => change({ rerank_timeout_seconds: target.valueAsNumber })}
              />
            </div>
          )}
          {saved.rerank !== 'off' && saved.rerank_model !== '' && !changed && <TryButton />}
        </>
      )}
    </FindingCard>
  );
}

function TryButton() {
  const words = useAdminStrings().finding;
  const language = useLanguage();
  const { client } = useServices();
  const act = useAct();
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<RerankCheck | null>(null);
  const check = async (): Promise<void> => {
    setBusy(true);
    setFound(null);
    await act(async () => setFound(await client.post<RerankCheck>('/api/admin/reranking/check', {})));
    setBusy(false);
  };
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button busy={busy} onClick={() => void check()}>
        {words.check}
      </Button>
      <p role="status" className="min-w-0 flex-1 text-sm text-muted empty:hidden">
        {found && (found.sensible ? words.checkGood : words.checkOdd)(found.model, formatNumber(found.ms, language))}
      </p>
    </div>
  );
}
