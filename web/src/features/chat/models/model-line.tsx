import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Model } from '../../../../../shared/api/models.ts';
import { cx } from '../../../components/ui/cx.ts';
import { formatNumber } from '../../../lib/format.ts';
import { useLanguage, useStrings } from '../../../lib/strings/index.ts';
import { isLibrarian, modelName } from './names.ts';

export function HealthDot({ healthy }: { healthy: boolean }) {
  const strings = useStrings();
  const name = healthy ? strings.models.healthy : strings.models.unhealthy;
  return (
    <span
      role="img"
      aria-label={name}
      title={name}
      className={cx('size-2 shrink-0 rounded-full', healthy ? 'bg-good' : 'border-2 border-danger')}
    />
  );
}

const Badge = ({ children }: { children: ReactNode }) => (
  <span className="rounded-sm border border-line px-1.5 text-xs leading-5 text-muted">{children}</span>
);

/** One line of the picker: health, name, what the model can do. */
export function ModelLine({ model, local, chosen }: { model: Model | null; local: boolean; chosen: boolean }) {
  const strings = useStrings();
  const language = useLanguage();
  const librarian = model !== null && isLibrarian(model);
  const text = model === null ? strings.models.automaticText : librarian ? strings.models.librarianText : null;
  return (
    <>
      <span className="grid w-2 shrink-0 place-items-center">{model && <HealthDot healthy={model.healthy} />}</span>
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="min-w-0 break-words">
            {model === null ? strings.models.automatic : librarian ? modelName(model.id) : model.name}
          </span>
          {local && !librarian && <Badge>{strings.models.local}</Badge>}
          {model?.vision && <Badge>{strings.models.vision}</Badge>}
          {model?.tools && <Badge>{strings.models.tools}</Badge>}
          {model?.reasoning && <Badge>{strings.models.reasoning}</Badge>}
          {model?.context_length !== undefined && (
            <span className="text-xs text-muted">
              {strings.models.context(formatNumber(model.context_length, language))}
            </span>
          )}
        </span>
        {text && <span className="block text-sm text-muted">{text}</span>}
      </span>
      {chosen && <Check size={16} aria-hidden className="shrink-0 text-accent" />}
    </>
  );
}
