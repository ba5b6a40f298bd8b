import { describe, expect, it } from 'vitest';
import { dateGroup, groupByDate } from './dates.ts';

const now = new Date(2026, 10, 21, 9, 30).getTime();
const at = (month: number, day: number, hour = 12, minute = 0) =>
  new Date(2026, month, day, hour, minute).toISOString();
const group = (updated_at: string, pinned = false) => dateGroup({ updated_at, pinned }, now);

describe('date groups', () => {
  it('goes by calendar days in the zone of the reader', () => {
    expect(group(at(10, 21, 0, 0))).toBe('today');
    expect(group(at(10, 20, 23, 59))).toBe('yesterday');
    expect(group(at(10, 19, 23, 59))).toBe('week');
    expect(group(at(10, 14, 0, 0))).toBe('week');
    expect(group(at(10, 13, 23, 59))).toBe('month');
    expect(group(at(9, 22))).toBe('month');
    expect(group(at(9, 21))).toBe('older');
  });
  it('puts what a fast clock dates into the future under today', () => {
    expect(group(at(10, 22))).toBe('today');
  });
  it('puts pinned ones first, whenever they were used', () => {
    const rows = groupByDate(
      [
        { id: 'new', updated_at: at(10, 21), pinned: false },
        { id: 'old', updated_at: at(0, 1), pinned: true },
        { id: 'new2', updated_at: at(10, 21, 8), pinned: false },
      ],
      now,
    );
    expect(rows.map((row) => (row.type === 'heading' ? row.group : row.item.id))).toEqual([
      'pinned',
      'old',
      'today',
      'new',
      'new2',
    ]);
  });
  it('has no heading without items', () => {
    expect(groupByDate([], now)).toEqual([]);
  });
});
