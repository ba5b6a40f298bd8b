import type { KnowledgeService } from '../knowledge/service.ts';
import type { Clock } from '../../lib/clock.ts';
import { calculate } from './arithmetic.ts';
import type { MemoryService } from '../memories/service.ts';
import type { WebService } from '../web/service.ts';
import { memoryTools } from './memory-tools.ts';
import { webSearchTool } from './web-search-tool.ts';
import { citable, quoted, reading, textArgument, texts, type Tool } from './tool.ts';

type Deps = {
  knowledge: Pick<KnowledgeService, 'retrieve' | 'withinBudget'>;
  web: Pick<WebService, 'fetch' | 'passages' | 'searches'>;
  memories: Pick<MemoryService, 'settings' | 'remember' | 'recall'>;
  /** As in the person's profile; undefined where they told none. */
  timezoneOf(userId: string): Promise<string | undefined>;
  now: Clock;
};

const PASSAGES = 8;
/** Letters of a page; more only dilute the answer. */
const PAGE_LENGTH = 40_000;

/** The tools that every instance has. */
export function builtInTools({ knowledge, web, memories, timezoneOf, now }: Deps): Tool[] {
  return [
    {
      name: 'search_files',
      title: 'Search my files',
      description:
        'Searches all files of the user for passages about a question. Cite a passage by its number in square brackets, like [1].',
      parameters: texts({ query: 'What to look for, in the language of the files.' }),
      ...reading,
      async run(args, { userId, cite }) {
        const question = textArgument(args, 'query');
        if (!question) return { content: 'Give a query.', isError: true };
        const found = await knowledge.retrieve({ userId, question, limit: PASSAGES });
        const passages = found.matched ? knowledge.withinBudget(found.passages) : [];
        if (!passages.length) return { content: 'Nothing in the files speaks of it.' };
        const numbers = cite(passages);
        return { content: quoted(passages.map((passage, at) => citable(passage, numbers[at]))) };
      },
    },
    {
      name: 'fetch_page',
      title: 'Read a web page',
      description: 'Reads the text of a public web page or document by its address.',
      parameters: texts({ url: 'The absolute http or https address.' }),
      asks: 'sometimes',
      // An address that somebody else's words put together could carry the person's words away.
      needsApproval: (args, { said }) => {
        const url = textArgument(args, 'url');
        return url === undefined || !said.some((text) => named(text, url));
      },
      async run(args, { signal }) {
        const url = textArgument(args, 'url');
        if (!url) return { content: 'Give a url.', isError: true };
        const page = await web.fetch(url, signal);
        const text = page.text.slice(0, PAGE_LENGTH).trim() || '(The page has no text.)';
        const cut = page.text.length > PAGE_LENGTH ? '(The rest is left out for length.)' : '';
        return { content: quoted([[page.url, text, cut].filter(Boolean).join('\n\n')]) };
      },
    },
    {
      name: 'calculator',
      title: 'Calculator',
      description:
        'Works out one arithmetic expression exactly: + - * / % ^, brackets, pi, e, sqrt, cbrt, abs, exp, ln, log(x, base), sin, cos, tan (radians), floor, ceil, round(x, digits), min, max.',
      parameters: texts({ expression: 'For example: (3 + 4) * sqrt(2) / 1.19' }),
      ...reading,
      run: (args) => {
        const expression = textArgument(args, 'expression');
        if (!expression) return Promise.resolve({ content: 'Give an expression.', isError: true });
        try {
          return Promise.resolve({ content: String(tidy(calculate(expression))) });
        } catch (error) {
          return Promise.resolve({ content: (error as Error).message, isError: true });
        }
      },
    },
    {
      name: 'current_time',
      title: 'Date and time',
      description: 'Says the date, the time and the weekday now, where the user is or in another time zone.',
      parameters: texts({}, { timezone: 'An IANA name like Europe/Berlin; without it, where the user is.' }),
      ...reading,
      async run(args, { userId }) {
        const timeZone = textArgument(args, 'timezone') ?? (await timezoneOf(userId)) ?? 'UTC';
        try {
          const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long', timeZone });
          return { content: `${format.format(now())} (${timeZone}; ${new Date(now()).toISOString()})` };
        } catch {
          return { content: `There is no time zone “${timeZone.slice(0, 100)}”.`, isError: true };
        }
      },
    },
    ...(web.searches ? [webSearchTool(web)] : []),
    ...memoryTools(memories),
  ];
}

/** Binary fractions leave dust behind the fifteenth digit: 0.1 + 0.2 is 0.3 to a person. */
const tidy = (value: number): number => Number(value.toPrecision(15));

/** Whether a text names this very address, and not only the beginning of it. */
function named(text: string, url: string): boolean {
  const wanted = canonical(url);
  return (
    wanted !== null &&
    (text.match(/https?:\/\/[^\s<>"'`]+/gi) ?? []).some((found) => {
      return canonical(found) === wanted || canonical(found.replace(/[.,;:!?)\]}]+$/, '')) === wanted;
    })
  );
}

function canonical(url: string): string | null {
  const parsed = URL.parse(url);
  if (!parsed) return null;
  parsed.hash = '';
  return parsed.href;
}
