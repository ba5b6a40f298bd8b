import { FileText, Plus, Search, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button } from '../components/ui/button.tsx';
import { Empty } from '../components/ui/empty.tsx';
import { Field } from '../components/ui/field.tsx';
import { IconButton } from '../components/ui/icon-button.tsx';
import { Lamp, Wordmark } from '../components/ui/lamp.tsx';
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuLine } from '../components/ui/menu.tsx';
import { Modal } from '../components/ui/modal.tsx';
import { ProblemNotice } from '../components/ui/notice.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { Badge } from '../features/admin/badge.tsx';
import { Select } from '../features/admin/select.tsx';
import { AttachmentChip } from '../features/chat/composer/attachment-chip.tsx';
import { Markdown } from '../features/chat/markdown/markdown-part.ts';
import type { Upload } from '../features/files/uploads.ts';
import { offline } from '../lib/problem.ts';
import { useServices } from './services.ts';

const colors = [
  'paper',
  'desk',
  'sheet',
  'well',
  'line',
  'line-strong',
  'ink',
  'muted',
  'accent',
  'accent-soft',
].concat(['lamp', 'marked', 'danger', 'danger-soft', 'warn', 'warn-soft', 'good']);
const sizes = ['text-xs', 'text-sm', 'text-base', 'text-lg', 'text-xl', 'text-2xl'];
const sample =
  '# Heading\n\nText with **weight**, `code` and a [link](https://example.org).\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```ts\nconst answer = 42;\n```\n\n$$E = mc^2$$\n\n```mermaid\nflowchart LR\n  a[One] --> b[Two]\n```\n';
const upload = (phase: Upload['phase'], sent = 1): Upload => ({
  key: phase,
  file: null,
  filename: 'A manual with a long name.pdf',
  size: 1_000,
  sent,
  phase,
  detail: null,
  refusal: phase === 'refused' ? offline() : null,
  id: null,
});

const nothing = (): void => undefined;

/** Every component in each of its states, light beside dark: for those who work on the page. Not part of a built one. */
export function UiPage() {
  return (
    <main className="h-full overflow-y-auto">
      <div className="grid lg:grid-cols-2">
        {(['light', 'dark'] as const).map((scheme) => (
          <div key={scheme} style={{ colorScheme: scheme }} className="space-y-8 bg-paper p-8 text-ink">
            <h1 className="text-2xl">{scheme}</h1>
            <All />
          </div>
        ))}
      </div>
    </main>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className="space-y-3">
      <h2 className="text-lg">{name}</h2>
      <div className="flex flex-wrap items-center gap-3">{children}</div>
    </section>
  );
}

function All() {
  const { toasts } = useServices();
  const [open, setOpen] = useState(false);
  const [checked, setChecked] = useState(true);
  return (
    <>
      <Part name="Colours">
        {colors.map((name) => (
          <span key={name} className="text-xs">
            <span className="block size-14 rounded-md border border-line" style={{ background: `var(--${name})` }} />
            {name}
          </span>
        ))}
      </Part>
      <Part name="Type">
        {sizes.map((size) => (
          <span key={size} className={size}>
            {size}
          </span>
        ))}
      </Part>
      <Part name="Buttons">
        {(['primary', 'plain', 'quiet', 'danger'] as const).map((tone) => (
          <Button key={tone} tone={tone}>
            {tone}
          </Button>
        ))}
        <Button tone="primary" busy>
          busy
        </Button>
        <Button disabled>disabled</Button>
        <IconButton icon={Plus} label="Add" />
        <IconButton icon={Search} label="Search" aria-pressed />
        <IconButton icon={Trash2} label="Delete" disabled />
      </Part>
      <Part name="Fields">
        <Field label="A field" placeholder="Empty" hint="What it is for" />
        <Field label="With an error" defaultValue="wrong" error="Say what is wrong with it" />
        <Field label="Disabled" aside="optional" disabled />
        <Select
          label="A choice"
          options={[
            ['a', 'One'],
            ['b', 'Two'],
          ]}
        />
      </Part>
      <Part name="Menu, dialog, toast">
        <Menu trigger={<Button>Menu</Button>}>
          <MenuLabel>Label</MenuLabel>
          <MenuItem icon={FileText} onSelect={nothing}>
            An item
          </MenuItem>
          <MenuCheck checked={checked} onChange={setChecked}>
            A choice
          </MenuCheck>
          <MenuLine />
          <MenuItem icon={Trash2} danger onSelect={nothing}>
            Delete
          </MenuItem>
        </Menu>
        <Button onClick={() => setOpen(true)}>Dialog</Button>
        <Modal open={open} onClose={() => setOpen(false)} title="A dialog">
          <p className="p-5">Its content.</p>
        </Modal>
        <Button onClick={() => toasts.show({ text: 'Done.', action: { label: 'Undo', run: nothing } })}>Toast</Button>
        <Button onClick={() => toasts.show({ text: 'It failed.', tone: 'danger' })}>Bad toast</Button>
      </Part>
      <Part name="Badges and files">
        <Badge>plain</Badge>
        <Badge tone="accent">accent</Badge>
        <Badge tone="danger">danger</Badge>
        <ul className="flex flex-wrap gap-2">
          {[upload('uploading', 0.4), upload('processing'), upload('ready'), upload('refused'), upload('failed')].map(
            (one) => (
              <AttachmentChip key={one.phase} upload={one} onRetry={nothing} onRemove={nothing} />
            ),
          )}
        </ul>
      </Part>
      <Part name="Notice">
        <ProblemNotice refusal={{ ...offline(), request_id: 'req-1' }} title="It could not be loaded" />
      </Part>
      <Part name="Loading and empty">
        <Skeleton className="w-64" lines={['w-1/2', 'w-full', 'w-4/5']} />
        <Empty level="h2" title="Nothing yet" text="What will be here, and how to begin.">
          <Button tone="primary">Begin</Button>
        </Empty>
      </Part>
      <Part name="Marks">
        <Wordmark />
        <Lamp size={48} />
        <Lamp size={48} lit />
      </Part>
      <Markdown text={sample} growing={false} />
    </>
  );
}
