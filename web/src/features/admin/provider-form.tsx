import { useEffect, useRef, useState } from 'react';
import type { AdminProvider, ProviderTest } from '../../../../shared/api/providers.ts';
import { addableKinds, standardAddresses, type AddableKind } from '../../../../shared/provider-kinds.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { DialogActions } from '../../components/ui/dialog-actions.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { refusalOf, type Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { Area } from './area.tsx';
import { ProviderAccess } from './provider-access.tsx';
import { connectionOf, rulesOf } from './provider-body.ts';
import { headersText, listText, namesText, pricesText, WrongLine } from './provider-lines.ts';
import { TestResult } from './provider-test.tsx';
import { Select } from './select.tsx';
import { useProviderChange } from './use-provider-change.ts';

type Props = { provider: AdminProvider | null; onDone(): void };

/** A new provider, or what can be changed of one that is there. */
export function ProviderForm({ provider, onDone }: Props) {
  const strings = useStrings();
  const words = strings.providers;
  const { client, toasts } = useServices();
  const changed = useProviderChange();
  const form = useRef<HTMLFormElement>(null);
  const locked = provider?.locked ?? false;
  const [kind, setKind] = useState<AddableKind>((provider?.kind as AddableKind | undefined) ?? 'ollama');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [test, setTest] = useState<ProviderTest | null | undefined>(undefined);
  // What was found stands above or below what one sees of the form.
  useEffect(() => {
    form.current?.querySelector('[role=alert], [role=status]')?.scrollIntoView({ block: 'nearest' });
  }, [refusal, wrong, test]);
  const errorOf = (field: string): string | undefined =>
    refusal?.details.fields?.find(({ path }) => path.split(/[./]/).includes(field))?.message;

  /** Reads the form and does something with it; what is wrong with it is shown. */
  async function run(work: (fields: Record<string, string>, data: FormData) => Promise<void>): Promise<void> {
    if (!form.current) return;
    setBusy(true);
    setRefusal(null);
    setWrong(null);
    try {
      await work(textFields(form.current), new FormData(form.current));
    } catch (error) {
      setTest(undefined);
      if (error instanceof WrongLine) setWrong(words.wrongLine(error.message));
      else setRefusal(refusalOf(error));
    } finally {
      setBusy(false);
    }
  }
  const save = (): Promise<void> =>
    run(async (fields, data) => {
      const body = { ...(!locked && connectionOf(kind, fields)), ...rulesOf(fields, data) };
      const saved = provider
        ? await client.patch<AdminProvider>(`/api/admin/providers/${provider.id}`, body)
        : await client.post<AdminProvider>('/api/admin/providers', body);
      await changed();
      toasts.show({ text: words.saved(saved.name) });
      onDone();
    });
  const tryOut = (): Promise<void> =>
    run(async (fields, data) => {
      setTest(null);
      const body = { ...connectionOf(kind, fields), ...rulesOf(fields, data), ...(provider && { id: provider.id }) };
      setTest(await client.post<ProviderTest>('/api/admin/providers/test', body));
    });

  return (
    <form
      ref={form}
      className="space-y-4 overflow-y-auto p-5"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      {wrong && (
        <p role="alert" className="rounded-md bg-danger-soft px-3.5 py-2.5 text-danger">
          {wrong}
        </p>
      )}
      {locked ? (
        <p className="text-muted">{words.lockedText}</p>
      ) : (
        <>
          <div className="space-y-1">
            <Select
              label={words.kind}
              value={kind}
              onChange={(event) => setKind(event.target.value as AddableKind)}
              options={addableKinds.map((one) => [one, words.kinds[one]] as const)}
            />
            <p className="text-sm text-muted">{words.needs[kind]}</p>
          </div>
          <Field
            label={words.name}
            aside={strings.auth.optional}
            name="name"
            maxLength={100}
            autoComplete="off"
            placeholder={words.kinds[kind]}
            defaultValue={provider?.name}
            error={errorOf('name')}
          />
          <Field
            label={words.address}
            name="base_url"
            type="url"
            inputMode="url"
            autoComplete="off"
            required={kind === 'openai-compatible'}
            placeholder={standardAddresses[kind] ?? 'https://…/v1'}
            defaultValue={provider?.base_url ?? ''}
            hint={words.addressHint[kind]}
            error={errorOf('base_url')}
          />
          <Field
            label={words.key}
            aside={kind === 'openai' || kind === 'anthropic' ? undefined : strings.auth.optional}
            name="api_key"
            autoComplete="off"
            spellCheck={false}
            autoCapitalize="none"
            defaultValue={provider?.api_key ?? ''}
            hint={words.keyHint}
            error={errorOf('api_key')}
          />
          <details open={errorOf('headers') !== undefined || errorOf('timeout_ms') !== undefined}>
            <summary className="cursor-pointer py-1 font-semibold">{words.more}</summary>
            <div className="space-y-4 pt-2">
              <Area
                label={words.headers}
                name="headers"
                hint={words.headersHint}
                defaultValue={headersText(provider?.headers ?? {})}
                error={errorOf('headers')}
              />
              <Field
                label={words.timeout}
                aside={strings.auth.optional}
                name="timeout"
                type="number"
                min={1}
                max={3_600}
                defaultValue={provider?.timeout_ms ? provider.timeout_ms / 1_000 : ''}
                hint={words.timeoutHint}
                error={errorOf('timeout_ms')}
              />
            </div>
          </details>
        </>
      )}
      <details open={locked}>
        <summary className="cursor-pointer py-1 font-semibold">{words.offer}</summary>
        <div className="space-y-4 pt-2">
          <Area
            label={words.allowed}
            name="models"
            hint={words.allowedHint}
            placeholder={provider?.listed_models.slice(0, 3).join('\n')}
            defaultValue={listText(provider?.models ?? null)}
            error={errorOf('models')}
          />
          <Area
            label={words.names}
            name="names"
            hint={words.namesHint}
            defaultValue={namesText(provider?.display_names ?? {})}
            error={errorOf('display_names')}
          />
          <Area
            label={words.prices}
            name="prices"
            hint={words.pricesHint}
            defaultValue={pricesText(provider?.prices ?? {})}
            error={errorOf('prices')}
          />
        </div>
      </details>
      <ProviderAccess chosen={provider?.group_ids ?? null} error={errorOf('group_ids')} />
      {test !== undefined && <TestResult result={test} />}
      <DialogActions>
        {!locked && (
          <Button busy={busy} onClick={() => void tryOut()}>
            {words.testValues}
          </Button>
        )}
        <Button type="submit" tone="primary" busy={busy}>
          {strings.app.save}
        </Button>
      </DialogActions>
    </form>
  );
}
