import type { ReactNode } from 'react';

export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-sheet p-5 sm:p-6">
      <h2 className="text-lg">{title}</h2>
      {text && <p className="text-muted">{text}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}
