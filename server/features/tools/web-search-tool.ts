import type { WebService } from '../web/service.ts';
import { citable, quoted, reading, textArgument, texts, type Tool } from './tool.ts';

/** Passages of the pages that were found; more only dilute the answer. */
const PASSAGES = 8;

/** Looks something up on the web. The words go to the search service that the admin chose, and to nobody whom the model could name. */
export const webSearchTool = (web: Pick<WebService, 'passages'>): Tool => ({
  name: 'web_search',
  title: 'Search the web',
  description:
    'Searches the web, and reads the first pages found. Cite a passage by its number in square brackets, like [1].',
  parameters: texts({ query: 'A few words, as one types them into a search engine.' }),
  ...reading,
  async run(args, { signal, cite }) {
    const query = textArgument(args, 'query');
    if (!query) return { content: 'Give a query.', isError: true };
    const passages = await web.passages(query, PASSAGES, signal);
    if (passages.length === 0) return { content: 'The web search found nothing.' };
    const numbers = cite(passages);
    return { content: quoted(passages.map((passage, at) => citable(passage, numbers[at]))) };
  },
});
