import { errorMessage } from '../../../shared/errors.ts';
import type { ChatEvent, ModelReason } from '../../../shared/stream.ts';
import type { Passage } from '../../../shared/api/passages.ts';
import { eventsOf, framesAfter, frameOf, writtenOf } from './frames.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { GenerationEngine } from './generation-engine.ts';
import type { GenerationRepository } from './generation-repository.ts';
import type { LiveGeneration } from './live-generation.ts';
import type { MessageRepository, MessageRow } from './message-repository.ts';
import type { OwnGeneration } from './policy.ts';
import { partsOf, usageOf } from './present.ts';

/** How often the log is looked at for a generation that another process writes, and cannot say when it has saved more. */
const POLL_MS = 250;

/** So much seldomer is it looked at after it was heard of. */
const HEARD_TIMES = 4;

/** Where frames go: a client that may be slow, may leave, and may come back. */
export type Sink = {
  /** False: take no more until drained. */
  write(text: string): boolean;
  drained(): Promise<void>;
  end(): void;
  readonly closed: boolean;
  onClose(listener: () => void): void;
};

export type GenerationReader = ReturnType<typeof createGenerationReader>;

/** Brings the events of a generation to a client, from any point, while it is being written or long after. */
export function createGenerationReader(deps: {
  engine: GenerationEngine;
  generations: GenerationRepository;
  messages: MessageRepository;
  events: Pick<EventBus, 'follow'>;
  pollMs?: number;
}) {
  const { engine, generations, messages, events, pollMs = POLL_MS } = deps;

  /** Resolves when the last event has been written, and the sink is ended, or the client has left. */
  async function read(generation: OwnGeneration, after: number, sink: Sink): Promise<void> {
    const live = engine.live(generation.id);
    if (live) return readLive(live, after, sink);
    const bell = createBell();
    const ways = [
      events.follow('generation_log.saved', ({ owner }) => owner === generation.owner && bell.ring()),
      events.follow('generation.updated', ({ generation_id }) => generation_id === generation.id && bell.ring()),
    ];
    sink.onClose(bell.ring);
    let pause = pollMs;
    // While the writer is heard, little is found by looking.
    const news = async (): Promise<void> => {
      pause = (await bell.rung(pause)) ? pollMs * HEARD_TIMES : pollMs;
    };
    try {
      await readStored(generation, { after, sink, news });
      sink.end();
    } finally {
      for (const leave of ways) leave();
    }
  }

  type Reading = { after: number; sink: Sink; /** Resolves when there may be more. */ news(): Promise<void> };

  async function readStored(generation: OwnGeneration, { after, sink, news }: Reading): Promise<void> {
    const isLogged = async (seq: number): Promise<boolean> =>
      (await generations.readLog(generation.id, seq - 1)).length > 0;
    let position = after;
    let shown = false;
    let row: OwnGeneration | undefined = generation;
    while (row && !sink.closed) {
      // Read before the log: if it has ended by then, the log is whole.
      const ended: boolean = row.status !== 'running';
      let log = await generations.readLog(generation.id, position);
      // While it is written, what a client saw at its writer may not be saved yet. Past a whole log: from the beginning.
      if (ended && !shown && !log.length && position > 0 && !(await isLogged(position))) {
        position = 0;
        log = await generations.readLog(generation.id, 0);
      }
      for (const { frames, first_seq, last_seq } of log) {
        await send(sink, framesAfter(frames, first_seq, position));
        position = last_seq;
        shown = true;
      }
      if (ended && position === 0) await send(sink, await replayFromMessage(generation));
      if (ended) return;
      await news();
      row = (await generations.find(generation.id)) as OwnGeneration | undefined;
    }
  }

  /** The log is kept for a day; after that the message alone answers. */
  async function replayFromMessage(generation: OwnGeneration): Promise<string> {
    const [message] = await messages.up(generation.message_id, 1);
    return message
      ? replay(generation, message)
          .map((event, at) => frameOf(at + 1, event))
          .join('')
      : '';
  }

  return { read };
}

/** Waits for a ring, or so long, and says whether it rang. One that came since the wait before counts too: what is saved while the log is being read is read at once. */
function createBell() {
  let rang = false;
  let wake = (): void => undefined;
  return {
    ring(): void {
      rang = true;
      wake();
    },
    async rung(limitMs: number): Promise<boolean> {
      if (!rang)
        await new Promise<void>((resolve) => {
          const limit = setTimeout(resolve, limitMs);
          wake = () => {
            clearTimeout(limit);
            resolve();
          };
        });
      const heard = rang;
      rang = false;
      return heard;
    },
  };
}

async function send(sink: Sink, text: string): Promise<void> {
  if (text && !sink.closed && !sink.write(text)) await sink.drained();
}

/** A slow reader costs nothing: it keeps its place in the frames that are in memory anyway. */
function readLive(live: LiveGeneration, after: number, sink: Sink): Promise<void> {
  return new Promise((resolve) => {
    let position = after > live.lastSeq ? 0 : after;
    let waiting = false;
    const pump = (): void => {
      if (waiting || sink.closed) return;
      const text = live.textAfter(position);
      position = live.lastSeq;
      if (text) {
        if (!sink.write(text)) {
          waiting = true;
          void sink.drained().then(() => {
            waiting = false;
            pump();
          });
          return;
        }
      }
      if (!live.closed) return;
      // Now, so that it leaves together with the last event.
      sink.end();
      leave();
    };
    const unlisten = live.listen(pump);
    const leave = (): void => {
      unlisten();
      resolve();
    };
    sink.onClose(leave);
    pump();
  });
}

const answeredBy = ({ model, provider }: MessageRow) => ({ ...(model && { model }), ...(provider && { provider }) });

function replay(generation: OwnGeneration, message: MessageRow): ChatEvent[] {
  const request_id = generation.id;
  const usage = usageOf(message);
  const text = message.error_message ?? errorMessage(message.error_code ?? 'INTERNAL_ERROR');
  const endings: Record<string, ChatEvent> = {
    complete: {
      event: 'done',
      data: { finish_reason: (message.finish_reason ?? 'stop') as 'stop', usage, ...answeredBy(message) },
    },
    stopped: { event: 'stopped', data: { usage } },
    interrupted: { event: 'interrupted', data: { message: text } },
    failed: { event: 'error', data: { code: message.error_code ?? 'INTERNAL_ERROR', message: text, request_id } },
  };
  return [
    {
      event: 'meta',
      data: {
        generation_id: generation.id,
        conversation_id: message.conversation_id,
        user_message_id: message.parent_id,
        message_id: message.id,
        model: message.model ?? '',
        provider: message.provider ?? '',
        model_reason: 'requested' satisfies ModelReason,
        request_id,
      },
    },
    ...eventsOf(writtenOf(message.content, partsOf(message), JSON.parse(message.sources) as Passage[])),
    ...(endings[message.status] ? [endings[message.status] as ChatEvent] : []),
  ];
}
