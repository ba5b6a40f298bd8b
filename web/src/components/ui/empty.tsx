import type { ReactNode } from 'react';
import { Lamp } from './lamp.tsx';

type Props = { title: string; text: string; level?: 'h1' | 'h2'; children?: ReactNode };

/** A page, or a part of one, with nothing on it yet: says what will be here and how to begin. */
export function Empty({ title, text, level: Heading = 'h1', children }: Props) {
  return (
    <div className="rise mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-14 text-center">
      <Lamp size={64} lit />
      <Heading className="mt-2 text-xl">{title}</Heading>
      <p className="text-muted">{text}</p>
      {children && <div className="mt-4 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}
