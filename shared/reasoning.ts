/** How long a model thinks before it answers, where it can. */
export const reasoningEfforts = ['none', 'low', 'medium', 'high'] as const;
export type ReasoningEffort = (typeof reasoningEfforts)[number];
