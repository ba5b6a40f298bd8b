import { Modal } from '../components/ui/modal.tsx';
import { useStore } from '../lib/store.ts';
import { useStrings } from '../lib/strings/index.ts';
import { layout } from './layout.ts';
import { keyNames } from './use-shortcuts.ts';

export function ShortcutSheet() {
  const strings = useStrings();
  const open = useStore(layout.shortcuts);
  const rows = Object.entries(keyNames) as [keyof typeof keyNames, string][];
  return (
    <Modal open={open} onClose={() => layout.shortcuts.set(false)} title={strings.shortcuts.title}>
      <dl className="divide-y divide-line overflow-y-auto px-5 py-2">
        {rows.map(([name, keys]) => (
          <div key={name} className="flex items-center justify-between gap-4 py-2.5">
            <dt>{strings.shortcuts[name]}</dt>
            <dd className="whitespace-nowrap">
              <kbd className="rounded-sm border border-line bg-well px-2 py-0.5 font-sans text-sm">{keys}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
