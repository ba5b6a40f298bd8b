/** Of the composer and the answers: going on, comparing, waiting, and chats that are not kept. */
export const answering = {
  diagram: 'Diagram',
  asDiagram: 'Show the diagram',
  asText: 'Show what it was drawn from',
  notDrawn: 'Can only be shown as text',
  copiedLast: 'The last answer is copied.',
  branch: 'Fork from here',
  branched: 'A new chat with what was said so far.',
  saveOnly: 'Save',
  goOn: 'Continue',
  compare: {
    title: 'Answers side by side',
    choose: 'Ask further models, too',
    chosen: (count: number) => `${count} further ${count === 1 ? 'model answers' : 'models answer'}, too`,
    keep: 'Keep this one',
    keepNamed: (model: string) => `Keep this one: ${model}`,
    waiting: 'Waiting',
  },
  temporary: {
    title: 'Temporary chat',
    text: 'Nothing of it is stored, and a reload forgets it.',
    end: 'End it',
  },
  queue: {
    title: 'Waiting messages',
    text: 'Sent as soon as the answer has ended.',
    held: 'Not sent yet.',
    resume: 'Send now',
    send: 'Send after this answer',
    edit: 'Take back and edit',
    remove: 'Take back',
  },
};
