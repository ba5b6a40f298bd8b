import { X } from 'lucide-react';
import { useRef } from 'react';
import { toastsId } from '../../app/layout.ts';
import { useServices } from '../../app/services.ts';
import { useStore } from '../../lib/store.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { cx } from './cx.ts';
import { IconButton } from './icon-button.tsx';

/** Short messages at the bottom of the page, read out politely. The focus goes back to where it was when one goes. */
export function Toaster() {
  const { toasts } = useServices();
  const strings = useStrings();
  const list = useStore(toasts.list);
  const before = useRef<HTMLElement | null>(null);
  const dismiss = (id: number): void => {
    toasts.dismiss(id);
    before.current?.focus();
    before.current = null;
  };
  return (
    <section
      id={toastsId}
      aria-label={strings.app.notifications}
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-34 z-60 flex flex-col items-center gap-2"
      onFocus={({ relatedTarget, currentTarget }) => {
        if (!currentTarget.contains(relatedTarget)) before.current = relatedTarget as HTMLElement | null;
      }}
    >
      {list.map((toast) => (
        <div
          key={toast.id}
          onPointerEnter={() => toasts.hold(toast.id, 'pointer', true)}
          onPointerLeave={() => toasts.hold(toast.id, 'pointer', false)}
          onFocus={() => toasts.hold(toast.id, 'focus', true)}
          onBlur={() => toasts.hold(toast.id, 'focus', false)}
          className={cx(
            'rise pointer-events-auto flex max-w-lg items-center gap-3 rounded-md py-1.5 ps-4 pe-1.5 shadow-float',
            toast.tone === 'danger' ? 'bg-danger-soft text-danger' : 'bg-ink text-paper',
          )}
        >
          <p className="line-clamp-3 min-w-0 text-base">{toast.text}</p>
          {toast.action && (
            <button
              type="button"
              className="rounded-sm px-2 py-1 font-semibold underline underline-offset-4 outline-current! hover:no-underline"
              onClick={() => {
                toast.action?.run();
                dismiss(toast.id);
              }}
            >
              {toast.action.label}
            </button>
          )}
          <IconButton
            icon={X}
            size={16}
            label={strings.app.dismiss}
            className="text-current! hover:bg-transparent"
            onClick={() => dismiss(toast.id)}
          />
        </div>
      ))}
    </section>
  );
}
