import { plural } from './plural.ts';

/** What a model sees of a conversation, and what is remembered of the person. */
export const context = {
  meter: (share: string) => `Context: ${share} full`,
  meterText: (used: string, limit: string) => `${used} of ${limit} tokens`,
  assumed: 'The provider does not say how large the window is; this is the usual size.',
  parts: {
    summary: 'Summary of earlier turns',
    messages: 'Messages',
    memories: 'Memories',
    answer: 'Kept for the answer',
  },
  full: 'When it is full, older turns are summarised. You can read the summary in the conversation.',
  failed: 'It could not be measured.',
  summary: (turns: string) => `Earlier turns, summarised (${turns})`,
  turns: (count: number) => `${count} ${plural(count, 'message', 'messages')}`,
  summaryText: 'From here on the model is given this instead of the messages themselves. They are all still here.',
  omitted: (count: number) =>
    `${count} still older ${plural(count, 'message was', 'messages were')} too much even for the summary, and ${plural(count, 'is', 'are')} not in it.`,
  followUps: 'Suggest questions',
  followUpsList: 'Suggested questions',
  noFollowUps: 'No suggestions this time.',
  readAloud: 'Read aloud',
  readStop: 'Stop reading',
  memoryOff: 'Do without memories here',
  memoryOn: 'Use memories here',
  dictate: 'Dictate',
  dictateByBrowser: 'Dictate (your browser may send what you say to its maker)',
  dictateStop: 'Stop dictating',
  dictationFailed: {
    denied: 'The microphone may not be used. Allow it in the browser for this page.',
    failed: 'What you said could not be written down. Try again, or type it.',
  },
  cost: (amount: string) => `cost ${amount}`,
  autoFollowUps: 'Suggest questions after each answer',
  autoFollowUpsText: 'Each time it is a short call to the model.',
};

export const memory = {
  title: 'Memory',
  text: 'What models are told of you in every conversation. Write “Remember that …” in a chat, or add it here. Nobody else sees it.',
  use: 'Use memories',
  learns: 'Learn from what I write',
  learnsText:
    'After each answer the model looks in your message for lasting facts about you. Files and answers are not looked at.',
  add: 'Something to remember',
  addHint: 'One fact, such as “I write British English”.',
  save: 'Remember',
  empty: 'Nothing is remembered yet.',
  failed: 'The memories could not be loaded',
  learned: 'learned from a conversation',
  inUse: (text: string) => `Use “${text}”`,
  change: (text: string) => `Change “${text}”`,
  remove: (text: string) => `Forget “${text}”`,
  removed: 'Forgotten.',
  more: 'Show more',
};
