import { plural } from './plural.ts';

/** How passages are found, for admins. */
export const embeddings = {
  title: 'Finding',
  text: 'Passages are always found by their words. With an embedding model they are also found by what they mean, in other words than those of the question.',
  failed: 'How passages are found could not be loaded.',
  off: 'Words alone',
  offText: 'No embedding model is chosen. Choose one below to find passages by their meaning too.',
  locked: (model: string) => `The environment decides: EMBEDDING_MODEL is ${model}.`,
  indexes: 'Indexes',
  states: { active: 'in use', building: 'being built', previous: 'kept for the way back' },
  done: (done: string, all: string) => `${done} of ${all} passages`,
  progress: (model: string) => `Passages indexed with ${model}`,
  stuck: (reason: string) => `It does not go on: ${reason} It is tried again by itself.`,
  beside: 'Questions go to the index in use until this one is whole; then it takes over in one step.',
  choose: 'Index with a model',
  model: 'Embedding model',
  noModels:
    'No provider lists an embedding model. Load one, for example nomic-embed-text in Ollama, or add a provider that has one.',
  estimate: 'Estimate',
  estimated: (passages: number, calls: number, tokens: string) =>
    `${passages === 0 ? 'No' : passages.toLocaleString('en')} ${plural(passages, 'passage', 'passages')}, at most ${calls.toLocaleString('en')} ${plural(calls, 'request', 'requests')} to the model and about ${tokens} tokens. The same text is never sent twice.`,
  remote: 'Every passage of everybody’s files is sent to this model’s server.',
  start: 'Build the index',
  started: (model: string) => `${model} is being indexed.`,
  cancel: 'Give up building',
  cancelled: 'The index is given up.',
  rollBack: 'Go back to this one',
  rolledBack: (model: string) => `${model} is in use again.`,
  switchOff: 'Search by words alone',
  switchOffText: 'All embeddings are deleted. To have them again, everything has to be indexed anew.',
  switchedOff: 'Words alone are searched for now.',
};
