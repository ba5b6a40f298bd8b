export type WebHit = { url: string; title: string; snippet: string };

/** Finds web pages by words, at a service that somebody else runs: the words leave this server. */
export interface WebSearch {
  /** What it is called where its results are shown. */
  readonly name: string;
  /**
   * At most `limit` pages, best first, with plain text in title and snippet. Rejects with PROVIDER_UNREACHABLE,
   * PROVIDER_TIMEOUT or PROVIDER_ERROR in words about the search; with the signal's reason when it is aborted.
   */
  search(q: string, limit: number, signal?: AbortSignal): Promise<WebHit[]>;
}
