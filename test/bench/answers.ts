/** Some of what models write: no code, so that no grammar of a programming language has to be loaded to show it. */
export const plainAnswer = `## Keeping bread fresh

Bread goes stale because its **starch** takes on a crystalline form again, not because it dries out. That happens fastest
just above freezing, so the *fridge* is the worst place for it.

1. Keep it at room temperature for two days, cut side down.
2. Freeze what is left, in slices.
3. Bring a hard loaf back in the oven at 180 °C.

| where | good for |
| --- | --- |
| bread box | 2 days |
| freezer | 3 months |

> A loaf that was frozen on its first day tastes like one of its second.

See [the long answer](https://example.org/bread) for more.
`;

export const answerWithCode = `The area follows from the radius, $A = \\pi r^2$:

\`\`\`python
from math import pi

def area(radius: float) -> float:
    return pi * radius ** 2
\`\`\`
`;

/** What a question has to hold to be answered with code. */
export const codeWord = 'program';
export const wantsCode = (request: string): boolean => request.includes(codeWord);
