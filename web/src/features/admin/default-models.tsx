import { useQuery } from '@tanstack/react-query';
import type { AiSettings } from '../../../../shared/api/providers.ts';
import { useServices } from '../../app/services.ts';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useModels } from '../chat/models/use-models.ts';
import { modelChoices } from './model-choices.ts';
import { Select } from './select.tsx';
import { useAct } from './use-act.ts';

/** Which model answers when nobody chooses, and which one steps in. */
export function DefaultModels() {
  const strings = useStrings();
  const words = strings.providers;
  const { client } = useServices();
  const act = useAct();
  const { models } = useModels();
  const path = '/api/settings/ai';
  const settings = useQuery({
    queryKey: ['admin', path],
    queryFn: ({ signal }) => client.get<AiSettings>(path, signal),
  });
  if (settings.isError) return <ProblemNotice refusal={refusalOf(settings.error)} />;
  if (!settings.data) return <Skeleton lines={['h-10! w-full', 'h-10! w-full']} />;
  const { default_model, default_provider, fallback_model, locked } = settings.data;
  const choose = (body: Partial<AiSettings>): void => void act(() => client.patch(path, body), strings.settings.saved);
  const fixed = locked.length > 0;
  const fixedValue = [default_provider, default_model].filter(Boolean).join('/');
  return (
    <section aria-labelledby="default-models" className="mt-8 space-y-3">
      <h2 id="default-models" className="text-lg">
        {words.defaults}
      </h2>
      <div className="grid gap-4 sm:grid-cols-2">
        <div className="space-y-1">
          <Select
            label={words.defaultModel}
            value={fixed ? fixedValue : (default_model ?? '')}
            disabled={fixed}
            options={modelChoices(models, fixed ? fixedValue : default_model, words.automatic)}
            onChange={({ target }) => choose({ default_provider: null, default_model: target.value || null })}
          />
          <p className="text-sm text-muted">{fixed ? words.fromEnvironment : words.defaultHint}</p>
        </div>
        <div className="space-y-1">
          <Select
            label={words.fallback}
            value={fallback_model ?? ''}
            options={modelChoices(models, fallback_model, words.noFallback)}
            onChange={({ target }) => choose({ fallback_model: target.value || null })}
          />
          <p className="text-sm text-muted">{words.fallbackHint}</p>
        </div>
      </div>
    </section>
  );
}
