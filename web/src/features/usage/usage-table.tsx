import type { UsageItem } from '../../../../shared/api/usage.ts';
import { formatCost, formatNumber } from '../../lib/format.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';

type Props = { caption: string; head: string; items: readonly UsageItem[]; nameOf(item: UsageItem): string };

/** Figures by day, model or person. */
export function UsageTable({ caption, head, items, nameOf }: Props) {
  const words = useStrings().governance;
  const language = useLanguage();
  const columns = [
    ['messages', words.messages, formatNumber],
    ['prompt_tokens', words.read, formatNumber],
    ['completion_tokens', words.written, formatNumber],
    // Where no model has a price, nobody asks what it cost.
    ...(items.some(({ cost }) => cost > 0) ? [['cost', words.cost, formatCost] as const] : []),
  ] as const;
  return (
    // A wide table scrolls by itself; by keyboard too.
    <div
      className="overflow-x-auto rounded-lg border border-line bg-sheet"
      role="region"
      aria-label={caption}
      tabIndex={0}
    >
      <table className="w-full text-sm whitespace-nowrap tabular-nums">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-muted">
            <th scope="col" className="px-4 py-2 text-start font-semibold">
              {head}
            </th>
            {columns.map(([column, text]) => (
              <th key={column} scope="col" className="px-4 py-2 text-end font-semibold">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {items.map((item) => (
            <tr key={nameOf(item)}>
              <th scope="row" className="max-w-64 truncate px-4 py-2 text-start font-normal" title={nameOf(item)}>
                {nameOf(item)}
              </th>
              {columns.map(([column, , format]) => (
                <td key={column} className="px-4 py-2 text-end">
                  {format(item[column], language)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
