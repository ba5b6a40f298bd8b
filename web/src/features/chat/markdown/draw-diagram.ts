import type { DiagramDone, DiagramOrder } from './diagram-worker.ts';

/** Milliseconds for one drawing. What takes longer was made to. */
const PATIENCE_MS = 8_000;

let worker: Worker | null = null;
let count = 0;
const waiting = new Map<number, (svg: string | null) => void>();

function end(): void {
  worker?.terminate();
  worker = null;
  for (const settle of waiting.values()) settle(null);
  waiting.clear();
}

function open(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL('./diagram-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<Partial<DiagramDone> | null>) => {
    if (data?.carrel === undefined) return;
    waiting.get(data.carrel)?.(data.svg ?? null);
    waiting.delete(data.carrel);
  });
  worker.addEventListener('error', end);
  return worker;
}

/**
 * A Mermaid description as a picture in the colours of the page: a `data:` address for an `<img>`, in which nothing runs and from
 * which nothing loads. Null where it cannot be drawn.
 */
export async function drawDiagram(text: string): Promise<string | null> {
  const css = getComputedStyle(document.documentElement);
  const color = (name: string): string => toRgb(css.getPropertyValue(`--${name}`));
  const look = {
    bg: color('sheet'),
    fg: color('ink'),
    line: color('line-strong'),
    accent: color('accent'),
    muted: color('muted'),
    surface: color('accent-soft'),
    border: color('line-strong'),
    font: 'system-ui',
    transparent: true,
    padding: 16,
  };
  count += 1;
  const order: DiagramOrder = { carrel: count, text, look };
  const svg = await new Promise<string | null>((resolve) => {
    const timer = setTimeout(end, PATIENCE_MS);
    waiting.set(order.carrel, (drawn) => {
      clearTimeout(timer);
      resolve(drawn);
    });
    open().postMessage(order);
  });
  return svg === null ? null : `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

/** What a token is in the theme of now: `light-dark(…)` means nothing inside a picture. */
function toRgb(value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
