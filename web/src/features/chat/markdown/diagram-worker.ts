import type { RenderOptions } from 'beautiful-mermaid';
import { mermaidSource } from './mermaid-source.ts';

export type DiagramOrder = { carrel: number; text: string; look: RenderOptions };
export type DiagramDone = { carrel: number; svg: string | null };

// The engine that lays out graphs would take a place without a document for a worker of its own and answer our messages;
// and the renderer sets `self` aside for a moment, which a worker does not let it.
Object.defineProperty(globalThis, 'document', { value: {} });
Object.defineProperty(globalThis, 'self', { value: globalThis, writable: true, configurable: true });
const renderer = import('beautiful-mermaid');

// Away from the page: laying out a large graph takes its time, and whatever the description says has nothing here to reach.
addEventListener('message', ({ data }: MessageEvent<Partial<DiagramOrder> | null>) => {
  const { carrel, text, look } = data ?? {};
  if (carrel === undefined || text === undefined) return;
  const draw = async (): Promise<void> => {
    let svg: string | null = null;
    try {
      const { renderMermaidSVG } = await renderer;
      // Fonts are the reader's own: nothing is fetched from anywhere.
      svg = renderMermaidSVG(mermaidSource(text), look).replace(/@import[^\n]*/g, '');
    } catch {
      // Of a kind that is not known, or not finished: the page shows the text.
    }
    postMessage({ carrel, svg } satisfies DiagramDone);
  };
  void draw();
});
