import { useState } from 'react';
import type { SignInProvider } from '../../../../../shared/api/sign-in-providers.ts';
import { useServices } from '../../../app/services.ts';
import { Button } from '../../../components/ui/button.tsx';
import { DialogActions } from '../../../components/ui/dialog-actions.tsx';
import { Field } from '../../../components/ui/field.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { textFields } from '../../../lib/form.ts';
import { fieldMessages } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { useSave } from '../../settings/use-save.ts';
import { Select } from '../select.tsx';
import { presets, type Preset } from './presets.ts';
import { Tick } from './tick.tsx';

const orNull = (text: string | undefined): string | null => text?.trim() || null;

/** A new provider, or one that is there. What is rarely needed is folded away. */
export function ProviderForm({ provider, onDone }: { provider: SignInProvider | null; onDone(): void }) {
  const strings = useStrings();
  const words = strings.waysIn.providers;
  const { client, queries, toasts } = useServices();
  const [preset, setPreset] = useState<Preset>('oidc');
  const [id, setId] = useState(provider?.id ?? '');
  const { busy, refusal, submit } = useSave(async (form) => {
    const typed = textFields(form);
    const isTicked = (name: string): boolean => name in typed;
    const body = {
      name: typed.name?.trim(),
      issuer: typed.issuer?.trim(),
      client_id: typed.client_id?.trim(),
      client_secret: orNull(typed.client_secret),
      scopes: typed.scopes?.trim(),
      groups_claim: orNull(typed.groups_claim),
      role_claim: orNull(typed.role_claim),
      admin_values: (typed.admin_values ?? '').split(',').flatMap((value) => value.trim() || []),
      enabled: isTicked('enabled'),
      link_by_email: isTicked('link_by_email'),
      trust_email: isTicked('trust_email'),
    };
    if (provider) await client.patch(`/api/admin/sign-in-providers/${provider.id}`, body);
    else await client.post('/api/admin/sign-in-providers', { ...body, id });
    toasts.show({ text: words.saved });
    await queries.invalidateQueries({ queryKey: ['admin'] });
    onDone();
  });
  const errors = fieldMessages(refusal);
  const { issuer, name } = presets[preset];
  const redirect = provider?.redirect_uri ?? (id && `${location.origin}/oauth/${id}/callback`);
  return (
    <form
      className="space-y-4 overflow-y-auto p-5"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      {!provider && (
        <>
          <Select
            label={words.preset}
            value={preset}
            options={Object.entries(words.presets)}
            onChange={({ target }) => {
              const chosen = target.value as Preset;
              setPreset(chosen);
              setId(presets[chosen].id);
            }}
          />
          <Field
            label={words.id}
            hint={words.idHint}
            name="id"
            required
            maxLength={40}
            pattern="[a-z0-9]([a-z0-9-]*[a-z0-9])?"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={id}
            onChange={(event) => setId(event.target.value)}
            error={errors.id}
          />
        </>
      )}
      <Field
        key={`name ${preset}`}
        label={words.name}
        name="name"
        required
        maxLength={60}
        autoComplete="off"
        defaultValue={provider?.name ?? name}
        error={errors.name}
      />
      <Field
        key={`issuer ${preset}`}
        label={words.issuer}
        hint={words.issuerHint}
        name="issuer"
        type="url"
        required
        maxLength={500}
        autoComplete="off"
        spellCheck={false}
        defaultValue={provider?.issuer ?? issuer}
        error={errors.issuer}
      />
      <Field
        label={words.clientId}
        name="client_id"
        required
        maxLength={300}
        autoComplete="off"
        spellCheck={false}
        defaultValue={provider?.client_id}
        error={errors.client_id}
      />
      <Field
        label={words.clientSecret}
        hint={words.clientSecretHint}
        name="client_secret"
        maxLength={1_000}
        autoComplete="off"
        spellCheck={false}
        defaultValue={provider?.client_secret ?? ''}
        error={errors.client_secret}
      />
      {redirect && (
        <div>
          <p className="text-sm font-semibold">{words.redirect}</p>
          <code className="block rounded-md bg-well px-3 py-2 font-mono text-sm break-all select-all">{redirect}</code>
        </div>
      )}
      <Tick name="enabled" label={words.enabled} on={provider?.enabled ?? true} />
      <Tick
        name="link_by_email"
        label={words.linkByEmail}
        hint={words.linkByEmailHint}
        on={provider?.link_by_email ?? false}
      />
      <Tick
        name="trust_email"
        label={words.trustEmail}
        hint={words.trustEmailHint}
        on={provider?.trust_email ?? false}
        error={errors.trust_email}
      />
      <details className="rounded-md border border-line p-3" open={refusal !== null || undefined}>
        <summary className="cursor-pointer">{words.more}</summary>
        <div className="mt-3 space-y-4">
          <Field
            label={words.scopes}
            name="scopes"
            required
            maxLength={500}
            autoComplete="off"
            defaultValue={provider?.scopes ?? 'openid email profile'}
            error={errors.scopes}
          />
          <Field
            label={words.groupsClaim}
            hint={words.groupsClaimHint}
            aside={strings.auth.optional}
            name="groups_claim"
            maxLength={200}
            autoComplete="off"
            defaultValue={provider?.groups_claim ?? ''}
            error={errors.groups_claim}
          />
          <Field
            label={words.roleClaim}
            aside={strings.auth.optional}
            name="role_claim"
            maxLength={200}
            autoComplete="off"
            defaultValue={provider?.role_claim ?? ''}
            error={errors.role_claim}
          />
          <Field
            label={words.adminValues}
            hint={words.adminValuesHint}
            aside={strings.auth.optional}
            name="admin_values"
            autoComplete="off"
            defaultValue={provider?.admin_values.join(', ') ?? ''}
            error={errors.admin_values}
          />
        </div>
      </details>
      <DialogActions>
        <Button type="submit" tone="primary" busy={busy}>
          {strings.app.save}
        </Button>
      </DialogActions>
    </form>
  );
}
