export const dateGroups = ['pinned', 'today', 'yesterday', 'week', 'month', 'older'] as const;
export type DateGroup = (typeof dateGroups)[number];

const startOfDay = (time: number): number => new Date(time).setHours(0, 0, 0, 0);

/**
 * Which heading a conversation stands under, in the reader's zone. `week` and `month` are the 7 and 30 calendar days
 * before today; calendar days, so that a clock change does not move anything.
 */
export function dateGroup(item: { updated_at: string; pinned: boolean }, now: number): DateGroup {
  if (item.pinned) return 'pinned';
  const day = startOfDay(Date.parse(item.updated_at));
  const daysAgo = (days: number): number => {
    const date = new Date(now);
    return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days).getTime();
  };
  if (day >= daysAgo(0)) return 'today';
  if (day >= daysAgo(1)) return 'yesterday';
  if (day >= daysAgo(7)) return 'week';
  if (day >= daysAgo(30)) return 'month';
  return 'older';
}

export type GroupedRow<T> = { type: 'heading'; group: DateGroup } | { type: 'item'; item: T };

/** A flat list for a virtual scroller: headings between items, groups in order, the order inside a group kept. */
export function groupByDate<T extends { updated_at: string; pinned: boolean }>(
  items: T[],
  now: number,
): GroupedRow<T>[] {
  const groups = new Map<DateGroup, T[]>(dateGroups.map((group) => [group, []]));
  for (const item of items) groups.get(dateGroup(item, now))?.push(item);
  const rows: GroupedRow<T>[] = [];
  for (const [group, members] of groups) {
    if (members.length === 0) continue;
    rows.push({ type: 'heading', group });
    for (const item of members) rows.push({ type: 'item', item });
  }
  return rows;
}
