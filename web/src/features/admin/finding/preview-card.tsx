import { useDeferredValue, useState } from 'react';
import type { User } from '../../../../../shared/api/auth.ts';
import type { FindingPreview } from '../../../../../shared/api/finding-preview.ts';
import { useServices } from '../../../app/services.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/ui/field.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { useStrings } from '../../../lib/strings/index.ts';
import { Section } from '../../settings/section.tsx';
import { useSave } from '../../settings/use-save.ts';
import { Select } from '../select.tsx';
import { useList } from '../use-list.ts';

/** What somebody's question would find, and why. */
export function PreviewCard() {
  const strings = useStrings();
  const words = strings.questions;
  const { client } = useServices();
  const [sought, setSought] = useState('');
  const { items: people } = useList<User>('/api/admin/users', { q: useDeferredValue(sought.trim()) });
  const [chosen, setChosen] = useState('');
  const [question, setQuestion] = useState('');
  const [found, setFound] = useState<FindingPreview | null>(null);
  const person = people.some(({ id }) => id === chosen) ? chosen : (people[0]?.id ?? '');
  const { busy, refusal, submit } = useSave(async () => {
    setFound(null);
    setFound(await client.post<FindingPreview>('/api/admin/finding/preview', { user_id: person, q: question }));
  });
  return (
    <Section title={words.preview} text={words.previewText}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field type="search" label={words.seek} value={sought} onChange={({ target }) => setSought(target.value)} />
          <Select
            label={words.person}
            value={person}
            options={people.map(({ id, name, email }) => [id, `${name} (${email})`] as const)}
            onChange={({ target }) => setChosen(target.value)}
          />
        </div>
        <Field
          label={words.question}
          required
          maxLength={2_000}
          autoComplete="off"
          value={question}
          onChange={({ target }) => setQuestion(target.value)}
        />
        {refusal && <ProblemNotice refusal={refusal} />}
        <Button type="submit" busy={busy} disabled={person === '' || question.trim() === ''}>
          {words.look}
        </Button>
      </form>
      {found && <Found found={found} />}
    </Section>
  );
}

function Found({ found: { user, items } }: { found: FindingPreview }) {
  const strings = useStrings();
  const words = strings.questions;
  const { sources } = strings;
  if (items.length === 0) return <p className="mt-4 text-muted">{words.nothing}</p>;
  return (
    <ol aria-label={user.name} className="mt-4 divide-y divide-line border-t border-line">
      {items.map((item) => {
        const facts = [
          item.page !== null && strings.chat.page(item.page),
          item.own ? words.own : words.through(item.collections.map(({ name }) => name).join(', ')),
          item.by_words !== null && sources.rankByWords(item.by_words),
          item.by_meaning !== null && sources.rankByMeaning(item.by_meaning),
          item.by_rerank !== null && sources.rankByRerank(item.by_rerank),
          sources.outcomes[item.outcome],
        ].filter(Boolean);
        return (
          <li key={`${item.file_id}:${item.ordinal}`} className="py-2.5">
            <p className="truncate">{item.title ?? sources.traceGone}</p>
            <p className="line-clamp-2 text-sm text-muted">{item.text ?? words.noWords}</p>
            <p className="text-xs text-muted">{facts.join(' · ')}</p>
          </li>
        );
      })}
    </ol>
  );
}
