import { Download } from 'lucide-react';
import { buttonClass } from '../../components/ui/button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { AccountExport } from './account-export.tsx';
import { ImportForm } from './import-form.tsx';
import { Section } from './section.tsx';

/** One's conversations as files, to take away and to bring in. */
export function DataTransfer() {
  const words = useStrings().data;
  const formats = [
    ['json', words.asJson],
    ['md', words.asMarkdown],
  ] as const;
  return (
    <Section title={words.title} text={words.text}>
      <div className="space-y-6">
        <div>
          <h3 className="text-base">{words.export}</h3>
          <p className="text-sm text-muted">{words.exportText}</p>
          <div className="mt-2.5 flex flex-wrap gap-2">
            {formats.map(([format, text]) => (
              <a
                key={format}
                download
                href={`/api/conversations/export?format=${format}`}
                className={buttonClass('plain')}
              >
                <Download size={16} aria-hidden className="text-muted" />
                {text}
              </a>
            ))}
          </div>
        </div>
        <AccountExport />
        <ImportForm />
      </div>
    </Section>
  );
}
