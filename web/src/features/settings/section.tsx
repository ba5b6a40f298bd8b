import type { ReactNode } from 'react';

export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-sheet p-5 sm:p-6">
      {/* Takes the focus when one comes here from the list of sections. */}
      <h2 tabIndex={-1} className="text-lg outline-none">
        {title}
      </h2>
      {text && <p className="text-muted">{text}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}
