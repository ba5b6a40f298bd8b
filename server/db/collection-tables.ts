/** Files and web pages that belong together, asked as one. */
export type Collections = {
  id: string;
  user_id: string;
  name: string;
  description: string;
  created_at: number;
  updated_at: number;
};

/** What is in a collection: a file, or an address whose text is kept as a file. */
export type CollectionSources = {
  id: string;
  collection_id: string;
  /** Whoever put it in; the file that is made of an address is theirs. */
  added_by: string;
  /** Null while an address was not fetched yet. */
  file_id: string | null;
  url: string | null;
  /** SHA-256 of the address, hex. */
  url_hash: string | null;
  title: string;
  /** Of the fetching of an address; `ready` where the file speaks for itself. */
  state: 'fetching' | 'ready' | 'failed';
  state_detail: string | null;
  fetched_at: number | null;
  /** How often an address is fetched again by itself, and when that is next; null where it is not. */
  refresh: 'off' | 'daily' | 'weekly';
  due_at: number | null;
  /** What the site said of the version that is kept: sent with the next request. */
  etag: string | null;
  last_modified: string | null;
  created_at: number;
  updated_at: number;
};

/** With whom a collection is shared: a person, or a group. */
export type CollectionShares = {
  id: string;
  collection_id: string;
  user_id: string | null;
  group_id: string | null;
  access: 'read' | 'write';
  created_at: number;
};
