import type { TokenUsage } from '../../../shared/api/passages.ts';
import { newId } from '../../lib/ids.ts';
import type { FinishReason, LlmEvent } from '../../platform/llm/driver.ts';
import type { ResponsesBody } from './responses-request.ts';

type Part = { type: string; [field: string]: unknown };
type Item = { id: string; type: string; status?: string; [field: string]: unknown };
type Event = { type: string; [field: string]: unknown };

const usageOf = (usage: TokenUsage) => ({
  input_tokens: usage.prompt_tokens,
  input_tokens_details: { cached_tokens: usage.cached_tokens ?? 0 },
  output_tokens: usage.completion_tokens,
  output_tokens_details: { reasoning_tokens: usage.reasoning_tokens ?? 0 },
  total_tokens: usage.total_tokens,
});

const incomplete: Partial<Record<FinishReason, string>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
};

/**
 * Follows an answer and keeps the response object that belongs to it. Each event of the model gives the events of the
 * Responses API, which name items by their place: reasoning, text and calls each are one.
 */
export function createResponse(
  { id, model, created }: { id: string; model: string; created: number },
  body: ResponsesBody,
) {
  const output: Item[] = [];
  /** The item that text or reasoning is added to now, and its text so far. */
  let open: { at: number; kind: 'reasoning' | 'text'; text: string } | null = null;
  /** Where the calls stand in the output, by their index, with their arguments so far. */
  const calls: { at: number; text: string }[] = [];
  let usage: TokenUsage | null = null;
  let finish: FinishReason = 'other';

  const response = (status: string) => ({
    id,
    object: 'response',
    created_at: created,
    status,
    error: null,
    incomplete_details: incomplete[finish] ? { reason: incomplete[finish] } : null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    model,
    output,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: body.reasoning?.effort ?? null, summary: null },
    store: false,
    temperature: body.temperature ?? null,
    text: body.text ?? { format: { type: 'text' } },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? null,
    truncation: 'disabled',
    usage: usage && usageOf(usage),
    metadata: body['metadata'] ?? {},
  });

  /** Where an event belongs, and the part of the item that it is about. */
  const place = (at: number) => ({ item_id: output[at]?.id, output_index: at });

  function add(item: Item): number {
    return output.push(item) - 1;
  }

  function* begin(kind: 'reasoning' | 'text'): Generator<Event> {
    if (open?.kind === kind) return;
    yield* close();
    const at =
      kind === 'text'
        ? add({ id: `msg_${newId()}`, type: 'message', status: 'in_progress', role: 'assistant', content: [] })
        : add({ id: `rs_${newId()}`, type: 'reasoning', summary: [] });
    open = { at, kind, text: '' };
    yield { type: 'response.output_item.added', output_index: at, item: output[at] };
    if (kind === 'text')
      yield { type: 'response.content_part.added', ...place(at), content_index: 0, part: textPart('') };
    else
      yield {
        type: 'response.reasoning_summary_part.added',
        ...place(at),
        summary_index: 0,
        part: { type: 'summary_text', text: '' },
      };
  }

  function* close(): Generator<Event> {
    if (!open) return;
    const { at, kind, text } = open;
    open = null;
    const item = output[at] as Item;
    if (kind === 'text') {
      const part = textPart(text);
      yield { type: 'response.output_text.done', ...place(at), content_index: 0, text, logprobs: [] };
      yield { type: 'response.content_part.done', ...place(at), content_index: 0, part };
      output[at] = { ...item, status: 'completed', content: [part] };
    } else {
      const part = { type: 'summary_text', text };
      yield { type: 'response.reasoning_summary_text.done', ...place(at), summary_index: 0, text };
      yield { type: 'response.reasoning_summary_part.done', ...place(at), summary_index: 0, part };
      output[at] = { ...item, summary: [part] };
    }
    yield { type: 'response.output_item.done', output_index: at, item: output[at] };
  }

  function* closeCalls(): Generator<Event> {
    for (const { at, text } of calls) {
      const item: Item = { ...(output[at] as Item), arguments: text, status: 'completed' };
      output[at] = item;
      yield { type: 'response.function_call_arguments.done', ...place(at), name: item['name'], arguments: text };
      yield { type: 'response.output_item.done', output_index: at, item };
    }
  }

  return {
    response,

    *begun(): Generator<Event> {
      yield { type: 'response.created', response: response('in_progress') };
      yield { type: 'response.in_progress', response: response('in_progress') };
    },

    *take(event: LlmEvent): Generator<Event> {
      switch (event.type) {
        case 'text':
        case 'reasoning': {
          yield* begin(event.type);
          const { at } = open as NonNullable<typeof open>;
          (open as NonNullable<typeof open>).text += event.text;
          yield event.type === 'text'
            ? { type: 'response.output_text.delta', ...place(at), content_index: 0, delta: event.text, logprobs: [] }
            : { type: 'response.reasoning_summary_text.delta', ...place(at), summary_index: 0, delta: event.text };
          break;
        }
        case 'tool_call': {
          yield* close();
          const { id: call_id, name } = event;
          const at = add({
            id: `fc_${newId()}`,
            type: 'function_call',
            status: 'in_progress',
            call_id,
            name,
            arguments: '',
          });
          calls[event.index] = { at, text: '' };
          yield { type: 'response.output_item.added', output_index: at, item: output[at] };
          break;
        }
        case 'tool_arguments': {
          const call = calls[event.index];
          if (!call) break;
          call.text += event.text;
          yield { type: 'response.function_call_arguments.delta', ...place(call.at), delta: event.text };
          break;
        }
        case 'usage':
          ({ usage } = event);
          break;
        case 'finish':
          finish = event.reason;
          break;
        default:
      }
    },

    *ended(): Generator<Event> {
      yield* close();
      yield* closeCalls();
      const status = incomplete[finish] ? 'incomplete' : 'completed';
      yield { type: `response.${status}`, response: response(status) };
    },
  };
}

const textPart = (text: string): Part => ({ type: 'output_text', text, annotations: [], logprobs: [] });

type Response = ReturnType<typeof createResponse>;

/** The answer as a stream of the Responses API. */
export async function* responseEvents(made: Response, events: AsyncIterable<LlmEvent>): AsyncGenerator<string> {
  let sequence_number = 0;
  const frame = (event: Event): string =>
    `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: sequence_number++ })}\n\n`;
  let begun = false;
  for await (const event of events) {
    if (!begun) {
      begun = true;
      for (const said of made.begun()) yield frame(said);
    }
    for (const said of made.take(event)) yield frame(said);
  }
  for (const said of made.ended()) yield frame(said);
}

/** The answer as one response object. */
export async function wholeResponse(made: Response, events: AsyncIterable<LlmEvent>) {
  const drop = (said: Iterable<Event>): Event | undefined => [...said].at(-1);
  for await (const event of events) drop(made.take(event));
  return drop(made.ended())?.['response'];
}
