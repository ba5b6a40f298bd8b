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
    | 'end';
  after: number;
  bytes?: number;
  message?: string;
};

/** What the next chat requests get. Everything is optional; what is absent follows the default answer. */
export type FakeScript = {
  /** The answer, or its pieces. */
  text?: string | readonly string[];
  reasoning?: string | readonly string[];
  /** `whole`: the arguments come in one delta instead of several. */
  toolCall?: { name: string; arguments: Record<string, unknown>; whole?: boolean };
  finish?: 'stop' | 'length' | 'tool_calls' | 'content_filter';
  /** Null leaves usage out of the answer. */
  usage?: { prompt: number; completion: number } | null;
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
  toolCall: FakeScript['toolCall'];
  finish: NonNullable<FakeScript['finish']>;
  usage: { prompt: number; completion: number } | null;
};

export type ChatMessage = { role: string; content: string };

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

/** Cites the first numbered passage of the prompt where there is one, else repeats what was said. */
function defaultText(messages: readonly ChatMessage[]): string {
  const passage = firstPassage(messages.map((message) => message.content).join('\n'));
  if (passage) return `According to your documents: ${passage.slice(0, 160).trim()} [1].`;
  return `You said: ${messages.findLast((message) => message.role === 'user')?.content ?? ''}`;
}

export function makeAnswer(script: FakeScript, model: string, messages: readonly ChatMessage[]): Answer {
  const text = script.text === undefined && !script.toolCall ? pieces(defaultText(messages)) : asPieces(script.text);
  const reasoning = asPieces(script.reasoning);
  const prompt = messages.reduce((sum, message) => sum + words(message.content), 0);
  return {
    model,
    text,
    reasoning,
    toolCall: script.toolCall,
    finish: script.finish ?? (script.toolCall ? 'tool_calls' : 'stop'),
    usage: script.usage === undefined ? { prompt, completion: reasoning.length + text.length } : script.usage,
  };
}
