/** Where something goes wrong: `after` counts the pieces (reasoning, text, tool call) that were sent before it. */
type FakeFault = {
  kind:
    /** Says nothing more and keeps the connection; with `after: 0` not even headers. */
    | 'stall'
    /** Destroys the socket. */
    | 'reset'
    /** The protocol's own error event, after a 200. */
    | 'error'
    /** A frame whose JSON is broken. */
    | 'malformed'
    /** A line of `bytes` (10 MB by default) without an end. */
    | 'huge-line'
    /** Ends the answer cleanly, but without saying that it is finished. */
    | 'end'
    /** Sends what keeps a connection, over and over, and never a token. */
    | 'chatter';
  after: number;
  bytes?: number;
  message?: string;
};

type FakeToolCall = { name: string; arguments: Record<string, unknown>; whole?: boolean };

/** `cached` is part of the prompt, `reasoning` of the completion. */
type FakeUsage = { prompt: number; completion: number; cached?: number; reasoning?: number };

/** What the next chat requests get. Everything is optional; what is absent follows the default answer. */
export type FakeScript = {
  /** The answer, or its pieces. */
  text?: string | readonly string[];
  reasoning?: string | readonly string[];
  /** Calls these tools, until their results come back. `whole`: the arguments come in one delta instead of several. */
  toolCall?: FakeToolCall;
  toolCalls?: readonly FakeToolCall[];
  /** Calls them again whatever comes back. */
  keepsCalling?: boolean;
  finish?: 'stop' | 'length' | 'tool_calls' | 'content_filter';
  /** Null leaves usage out of the answer. */
  usage?: FakeUsage | null;
  delayMs?: number;
  /** Waits before the piece after the first `after` ones until this promise settles: a middle that lasts as long as a test needs. */
  hold?: { after: number; until: Promise<void> };
  fault?: FakeFault;
  /** Bytes in each write; 1 splits every UTF-8 sequence and every frame. */
  splitBytes?: number;
  /** Leaves out what only marks the end: OpenAI's `[DONE]`. */
  omitDone?: boolean;
  /** Between the last frame and the end of the response. */
  endDelayMs?: number;
  /** An HTTP error instead of an answer; without `body` in the protocol's shape. */
  status?: number;
  message?: string;
  body?: string;
  headers?: Record<string, string>;
  /** The first `times` requests get this status, later ones the answer. */
  failFirst?: { times: number; status: number };
  /** How chats are answered after this one. */
  next?: FakeScript;
  /** Fields of the request that are refused with 400, as some servers and models do. */
  refuseParameters?: readonly string[];
  /** Listings (and Ollama's show and version) get this status. */
  listingStatus?: number;
  /** Listings get no answer at all. */
  listingStalls?: boolean;
};

/** An answer in the making, independent of the protocol that carries it. */
export type Answer = {
  model: string;
  reasoning: readonly string[];
  text: readonly string[];
  toolCalls: readonly FakeToolCall[];
  finish: NonNullable<FakeScript['finish']>;
  usage: FakeUsage | null;
};

/** A picture as it arrived. */
export type SeenImage = { type: string; bytes: number };
export type ChatMessage = { role: string; content: string; images: SeenImage[] };
export type OfferedTool = { name: string; parameters: unknown };

/** What a request asks for, independent of its protocol. */
export type Asked = {
  messages: readonly ChatMessage[];
  tools: readonly OfferedTool[];
  /** The one that has to be called, or any of them. */
  forced: string | boolean;
  parallel: boolean;
  /** The answer has to fit; an empty schema fits every object. */
  schema: unknown;
};

const words = (text: string): number => text.split(/\s+/).filter(Boolean).length;
const pieces = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];
const asPieces = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === 'string' ? pieces(value) : (value ?? []);

/** The first passage of a prompt that numbers them, as `<passage number="1" …>` or as a paragraph after `[1]`. */
function firstPassage(prompt: string): string | undefined {
  const fenced = /<passage number="1"[^>]*>\s*([\s\S]*?)\s*<\/passage>/.exec(prompt);
  const paragraph = /^\s*\[1\][^\S\n]*(.*(?:\n(?!\s*\[\d+\]|\s*\n).*)*)/m.exec(prompt);
  return (fenced ?? paragraph)?.[1]?.replace(/\s+/g, ' ').trim();
}

const newest = ({ messages }: Asked): ChatMessage | undefined => messages.findLast(({ role }) => role === 'user');
/** The results of tools that came last, after the newest turn of the model. */
const results = ({ messages }: Asked): ChatMessage[] =>
  messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1).filter(({ role }) => role === 'tool');

/** Says what the tools said, cites the first numbered passage of the prompt, or repeats what was said and what was shown. */
function defaultText(asked: Asked): string {
  const told = results(asked);
  if (told.length > 0) return `The tools said: ${told.map(({ content }) => content).join(' | ')}`;
  const passage = firstPassage(asked.messages.map((message) => message.content).join('\n'));
  if (passage) return `According to your documents: ${passage.slice(0, 160).trim()} [1].`;
  const { content = '', images = [] } = newest(asked) ?? {};
  const shown = images.map(({ type, bytes }) => `${type} of ${bytes} bytes`).join(', ');
  return `You said: ${content}${shown && ` (and showed: ${shown})`}`;
}

/** Tools that the request forces, else those that the person names. */
function defaultCalls(asked: Asked): FakeToolCall[] {
  if (results(asked).length > 0) return [];
  const said = newest(asked)?.content ?? '';
  const called =
    asked.forced === true
      ? asked.tools.slice(0, 1)
      : asked.tools.filter(({ name }) => (asked.forced ? name === asked.forced : said.includes(name)));
  return called.map(({ name, parameters }) => ({ name, arguments: sample(parameters) as Record<string, unknown> }));
}

/** The simplest value that fits a JSON Schema. */
function sample(schema: unknown): unknown {
  const { type, properties = {}, items, enum: values, const: only } = (schema ?? {}) as Record<string, unknown>;
  if (only !== undefined) return only;
  if (Array.isArray(values)) return values[0];
  if (type === 'array') return [sample(items)];
  if (type === 'string') return 'text';
  if (type === 'number' || type === 'integer') return 1;
  if (type === 'boolean') return true;
  return Object.fromEntries(
    Object.entries(properties as Record<string, unknown>).map(([name, property]) => [name, sample(property)]),
  );
}

export function makeAnswer(script: FakeScript, model: string, asked: Asked): Answer {
  const scripted = script.toolCalls ?? (script.toolCall ? [script.toolCall] : undefined);
  const wanted = results(asked).length > 0 && !script.keepsCalling ? [] : (scripted ?? defaultCalls(asked));
  const toolCalls = asked.parallel ? wanted : wanted.slice(0, 1);
  const fitting = asked.schema === undefined ? undefined : pieces(JSON.stringify(sample(asked.schema)));
  const text =
    script.text !== undefined
      ? asPieces(script.text)
      : toolCalls.length > 0
        ? []
        : (fitting ?? pieces(defaultText(asked)));
  const reasoning = asPieces(script.reasoning);
  const prompt = asked.messages.reduce((sum, message) => sum + words(message.content), 0);
  return {
    model,
    text,
    reasoning,
    toolCalls,
    finish: script.finish ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    usage: script.usage === undefined ? { prompt, completion: reasoning.length + text.length } : script.usage,
  };
}
