import { cleanText } from './clean-text.ts';
import type { PlacedText } from './driver.ts';

/** What places are counted in: a page is ten thousand wide, and ten thousand high. */
const whole = 10_000;

type Size = { width: number; height: number };
/** From the page's top left, in the page's own units. */
type Rectangle = { left: number; top: number; right: number; bottom: number };

/** A text at its place; none for one that is empty, or outside of the page. */
export function placed(text: string, { left, top, right, bottom }: Rectangle, page: Size): PlacedText[] {
  const words = cleanText(text);
  const share = (value: number, of: number): number => Math.min(whole, Math.max(0, Math.round((value / of) * whole)));
  const [x, y] = [share(left, page.width), share(top, page.height)];
  const [width, height] = [share(right, page.width) - x, share(bottom, page.height) - y];
  return words && width > 0 && height > 0 ? [[words, x, y, width, height]] : [];
}
