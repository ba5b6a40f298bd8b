import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { nonsense, type Speaker } from './errors.ts';
import type { Framing } from './framing.ts';

/** Characters of one event; a longer one is no model's work and must not fill the memory. */
const MAX_EVENT_LENGTH = 1024 * 1024;

/**
 * The events of a Server-Sent Events stream (WHATWG HTML 9.2). A server that ignored `stream` and answered with JSON gives one
 * event with all of it.
 */
export const sseFraming = (contentType: string, speaker: Speaker): Framing<EventSourceMessage> =>
  contentType.startsWith('application/json') ? oneEvent(speaker) : events(speaker);

const oneEvent =
  (speaker: Speaker): Framing<EventSourceMessage> =>
  (give) => {
    const decoder = new StringDecoder('utf8');
    let data = '';
    return {
      feed(bytes) {
        data += decoder.write(bytes);
        if (data.length > MAX_EVENT_LENGTH) throw tooLong(speaker);
      },
      end: () => give({ data }),
    };
  };

const events =
  (speaker: Speaker): Framing<EventSourceMessage> =>
  (give) => {
    const decoder = new StringDecoder('utf8');
    const parser = createParser({
      maxBufferSize: MAX_EVENT_LENGTH,
      onEvent: give,
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') throw tooLong(speaker);
      },
    });
    return {
      feed: (bytes) => parser.feed(decoder.write(bytes)),
      end: () => undefined,
    };
  };

const tooLong = (speaker: Speaker) => nonsense(speaker, 'A line of its answer has no end.');

/** One event's JSON. Nothing is checked beyond its being an object: readers must take any field as possibly absent. */
export function parseEvent<T extends object>(data: string, speaker: Speaker): Partial<T> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw nonsense(speaker, 'A part of its answer is not JSON.', cause);
  }
  if (typeof value !== 'object' || value === null) throw nonsense(speaker, 'A part of its answer is not an object.');
  return value as Partial<T>;
}
