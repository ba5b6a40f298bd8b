import type { TokenUsage } from '../../../shared/api/passages.ts';
import type { LlmProtocol } from '../../platform/llm/driver.ts';

/** An object of figures with one level of details below it. Inside a text its quotes would be escaped. */
const usageObject = /"usage"\s*:\s*(\{(?:[^{}]|\{[^{}]*\})*\})/g;
const ollamaFigures = /"(prompt_eval_count|eval_count)"\s*:\s*(\d+)/g;

type Figures = Partial<
  Record<
    | 'prompt_tokens'
    | 'completion_tokens'
    | 'total_tokens'
    | 'input_tokens'
    | 'output_tokens'
    | 'cache_creation_input_tokens'
    | 'cache_read_input_tokens'
    | 'prompt_eval_count'
    | 'eval_count',
    number | null
  >
>;

/** The end of the name `"usage"`. It is looked for first, as quotes are everywhere in JSON and looking for them takes three times as long. */
const NAME_END = 'usage"';

/** Finds what an answer cost in bytes that pass, without reading the rest of them. */
export function createUsageFinder(protocol: LlmProtocol) {
  let figures: Figures = {};
  return {
    /** Whether these bytes have figures. */
    look(bytes: Buffer): boolean {
      let found = false;
      const from = bytes.indexOf(protocol === 'ollama' ? 'eval_count' : NAME_END);
      if (from < 0) return false;
      // With what stands before it in its name.
      const text = bytes.toString('latin1', Math.max(0, from - 8));
      if (protocol === 'ollama') {
        for (const [, name = '', value] of text.matchAll(ollamaFigures)) {
          figures = { ...figures, [name]: Number(value) };
          found = true;
        }
        return found;
      }
      for (const [, json = ''] of text.matchAll(usageObject)) {
        try {
          figures = { ...figures, ...(JSON.parse(json) as Figures) };
          found = true;
        } catch {
          // Looked like figures and were none.
        }
      }
      return found;
    },
    /** Null where nothing was found. */
    usage(): TokenUsage | null {
      const prompt =
        figures.prompt_tokens ??
        figures.prompt_eval_count ??
        (figures.input_tokens ?? 0) +
          (figures.cache_creation_input_tokens ?? 0) +
          (figures.cache_read_input_tokens ?? 0);
      const completion = figures.completion_tokens ?? figures.output_tokens ?? figures.eval_count ?? 0;
      if (Object.keys(figures).length === 0) return null;
      return {
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: figures.total_tokens ?? prompt + completion,
      };
    },
  };
}

/** An event that does not end within this is passed on as it is. */
const MAX_EVENT_BYTES = 1024 * 1024;

/** Where the last whole event of a stream ends; 0 where none does. */
function endOfEvents(bytes: Buffer, protocol: LlmProtocol): number {
  if (protocol === 'ollama') return bytes.lastIndexOf('\n') + 1;
  const [plain, carriage] = [bytes.lastIndexOf('\n\n'), bytes.lastIndexOf('\n\r\n')];
  return Math.max(plain < 0 ? 0 : plain + 2, carriage < 0 ? 0 : carriage + 3);
}

/** OpenAI's chunk that holds nothing but the usage. */
const isUsageChunk = (event: string): boolean =>
  /"choices"\s*:\s*\[\s*\]/.test(event) && /"usage"\s*:\s*\{/.test(event);

/** Whole events without those that hold nothing but the usage; only the ones that name it are read. */
function withoutUsage(events: Buffer): Buffer {
  const kept: Buffer[] = [];
  let from = 0;
  for (let at = events.indexOf(NAME_END); at >= 0; at = events.indexOf(NAME_END, at)) {
    const start = from + endOfEvents(events.subarray(from, at), 'openai');
    const length = /\n\r?\n/.exec(events.toString('latin1', at));
    const end = length ? at + length.index + length[0].length : events.length;
    if (isUsageChunk(events.toString('latin1', start, end))) {
      kept.push(events.subarray(from, start));
      from = end;
    }
    at = end;
  }
  return from === 0 ? events : Buffer.concat([...kept, events.subarray(from)]);
}

type Passing = {
  protocol: LlmProtocol;
  /** Keeps OpenAI's last chunk from a client that did not ask for it. */
  hideUsage: boolean;
  onUsage: (usage: TokenUsage) => void;
  onBytes: (length: number) => void;
  /** Once it has begun: when it has ended, or its reader has left. */
  onEnd: () => void;
};

/** Passes a stream on, event by event, and looks for what it costs. Bytes stay what they are. */
export async function* passEvents(
  body: AsyncIterable<Uint8Array>,
  { protocol, hideUsage, onUsage, onBytes, onEnd }: Passing,
): AsyncGenerator<Uint8Array> {
  const finder = createUsageFinder(protocol);
  let rest: Buffer | null = null;

  function seen(whole: Buffer): Buffer {
    onBytes(whole.length);
    if (!finder.look(whole)) return whole;
    const usage = finder.usage();
    if (usage) onUsage(usage);
    return hideUsage ? withoutUsage(whole) : whole;
  }

  try {
    for await (const chunk of body) {
      const come = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const bytes: Buffer = rest ? Buffer.concat([rest, come]) : come;
      const end = bytes.length > MAX_EVENT_BYTES ? bytes.length : endOfEvents(bytes, protocol);
      rest = end < bytes.length ? bytes.subarray(end) : null;
      if (end === 0) continue;
      const out = seen(bytes.subarray(0, end));
      if (out.length > 0) yield out;
    }
    if (rest) yield seen(rest);
  } finally {
    onEnd();
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The end of the name `"model"`, and the beginning of all its letters as escapes. Neither begins with what code and prose are full of. */
const MODEL_END = 'model"';
const MODEL_ESCAPED = 'u006';

/** A text that is worth letting go of. */
const LONG = 1_000;

/**
 * Lets go of what is large of a request that is on its way as it came: nobody looks at it then, and long texts that are held
 * until the answer is there are moved about by the garbage collector again and again. `takeUp` brings it back.
 */
export function letGo(body: Fields): void {
  const fields = body as Record<string, unknown>;
  for (const [name, value] of Object.entries(fields))
    if (typeof value === 'object' || (typeof value === 'string' && value.length > LONG)) delete fields[name];
}

/** Reads again what was let go of; the bytes are those that it was read from. */
export const takeUp = (body: Fields, bytes: Buffer): void => void Object.assign(body, JSON.parse(bytes.toString()));

/** The bytes before and after a first field `model` whose name needs no escapes. */
const leadingModel = /^\s*\{\s*"model"\s*:\s*"([^"\\]*)"/;

/**
 * A request as it goes on: the bytes as they came where its model is called the same on both sides, else with the name
 * replaced, and with `changes` to its fields. Where the model could be named twice (parsers differ in which one counts,
 * and some take `Model` for `model`), or more than that changes, it is written anew from what was parsed and checked.
 */
export function forwardedBody(
  bytes: Buffer,
  body: Fields,
  model: string,
  changes: { add?: Fields; drop?: readonly string[] } = {},
): Buffer {
  const { add = {}, drop = [] } = changes;
  const anew = (): Buffer => {
    const kept = Object.entries(body).filter(([name]) => name.toLowerCase() !== 'model' && !drop.includes(name));
    return Buffer.from(JSON.stringify({ model, ...Object.fromEntries(kept), ...add }));
  };
  const namesModelOtherwise = Object.keys(body).some((name) => name !== 'model' && name.toLowerCase() === 'model');
  if (namesModelOtherwise || drop.some((name) => name in body) || Object.keys(add).some((name) => name in body))
    return anew();
  const head = leadingModel.exec(bytes.subarray(0, 512).toString('latin1'));
  const second = head ? bytes.indexOf(MODEL_END, head[0].length) : -1;
  if (
    !head ||
    second >= 0 ||
    bytes.includes(MODEL_ESCAPED) ||
    head[1] !== Buffer.from(String(body['model'])).toString('latin1')
  )
    return anew();
  const end = bytes.lastIndexOf('}');
  const more = Object.keys(add).length > 0 ? Buffer.from(`,${JSON.stringify(add).slice(1, -1)}`) : null;
  if (body['model'] === model && !more) return bytes;
  const tail = bytes.subarray(head[0].length, end);
  return Buffer.concat([
    Buffer.from(`{"model":${JSON.stringify(model)}`),
    tail,
    ...(more ? [more] : []),
    Buffer.from('}'),
  ]);
}
