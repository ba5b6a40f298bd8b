/** Characters from which on an answer is long: what is new of it is a small part of what one sees. */
const LONG = 300;
/** Milliseconds between two drawings of a long one: at first, more with each character, and at most. */
const pause = { first: 100, perCharacter: 0.01, longest: 150 };

/** How long a growing text of this length waits to be drawn again; 0 is with each frame. */
export const pauseFor = (length: number): number =>
  length < LONG ? 0 : Math.min(pause.first + (length - LONG) * pause.perCharacter, pause.longest);
