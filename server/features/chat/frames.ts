import type { ChatEvent } from '../../../shared/stream.ts';

/**
 * A frame is one Server-Sent Event as it goes over the wire. Its JSON holds no raw line break, so a blank line always and
 * only ends a frame, and a log of frames can be cut anywhere between two events.
 */
export const frameOf = (seq: number, { event, data }: ChatEvent): string =>
  `id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** The part of a stretch of frames that comes after event `after`. */
export function framesAfter(frames: string, firstSeq: number, after: number): string {
  let at = 0;
  for (let seq = firstSeq; seq <= after && at < frames.length; seq += 1) {
    const end = frames.indexOf('\n\n', at);
    at = end < 0 ? frames.length : end + 2;
  }
  return frames.slice(at);
}

/** Reads events back out of frames. */
export function* eventsIn(frames: string): Generator<ChatEvent & { seq: number }> {
  for (const frame of frames.split('\n\n')) {
    const [, seq, event, data] = /^id: (\d+)\nevent: (\w+)\ndata: ([^\n]*)$/.exec(frame) ?? [];
    if (seq && event && data) yield { seq: Number(seq), event, data: JSON.parse(data) } as ChatEvent & { seq: number };
  }
}

export type Written = {
  content: string;
  reasoning: string;
  sources: Extract<ChatEvent, { event: 'sources' }>['data']['items'];
};

/** What an answer consists of so far, put together from its frames. */
export function writtenIn(frames: string): Written {
  const written: Written = { content: '', reasoning: '', sources: [] };
  for (const event of eventsIn(frames)) {
    if (event.event === 'delta') written.content += event.data.text;
    else if (event.event === 'reasoning') written.reasoning += event.data.text;
    else if (event.event === 'sources') written.sources = event.data.items;
  }
  return written;
}
