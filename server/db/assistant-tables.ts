import type { Flag } from './schema.ts';

/** A way of being answered that somebody set up: instructions, a model, what is looked up, what may be called. */
export type Assistants = {
  id: string;
  user_id: string;
  name: string;
  description: string;
  emoji: string | null;
  /** Null: the model that would answer anyway. */
  model: string | null;
  system: string;
  /** JSON: ChatOptions. */
  options: string;
  /** JSON: string[], each. Whether somebody may read or call them is asked anew at each question. */
  collections: string;
  files: string;
  tools: string;
  /** JSON: string[], questions to begin with. */
  starters: string;
  /** Offered to everyone here. */
  everyone: Flag;
  created_at: number;
  updated_at: number;
};

/** Who else may ask an assistant: a person, or a group. */
export type AssistantShares = {
  id: string;
  assistant_id: string;
  user_id: string | null;
  group_id: string | null;
  created_at: number;
};
