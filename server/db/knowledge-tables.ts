/** A piece of a file that can be found and cited. */
export type Passages = {
  id: string;
  file_id: string;
  user_id: string;
  /** Order within the file, from 0. */
  ordinal: number;
  page: number | null;
  text: string;
  /** Counted as the chat's context counts; null where it was read before they were counted. */
  tokens: number | null;
};

/** Where the words of a page stand on it. */
export type PageLayouts = {
  file_id: string;
  page: number;
  /** JSON: the text extractor's placed texts. */
  placed: string;
};

/** The passages' analysed terms, in the form that the engine's full-text index wants; see platform/search. (SQLite's rows have a row_id too.) */
export type PassageTerms = { passage_id: string; file_id: string; user_id: string; terms: string };

/** What was looked at for an answer. */
export type AnswerTraces = {
  message_id: string;
  /** JSON: places, ranks and outcomes; no text. */
  trace: string;
  created_at: number;
};

/** What should be found for a question whose answer was rated down. */
export type QuestionExpectations = {
  message_id: string;
  /** JSON: `file:ordinal` of each. */
  places: string;
  updated_at: number;
};

/** One time that saved questions were asked again. */
export type QuestionRuns = {
  id: string;
  /** Whose questions; null for everybody's. */
  user_id: string | null;
  /** JSON: the models that took part. */
  setup: string;
  /** JSON: sums over the questions. */
  totals: string;
  created_at: number;
};

export type QuestionResults = {
  run_id: string;
  message_id: string;
  /** JSON: how what was found compares. */
  result: string;
};
