/** The text fields of a form by name, as they were typed. */
export function textFields(form: HTMLFormElement): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields[name] = value;
  return fields;
}

/** What of a draft is not as it was sent: what was typed while that was being saved. */
export function changedSince<T extends object>(sent: T, now: T): Partial<T> {
  const before = new Map(Object.entries(sent));
  const changed = Object.entries(now).filter(([key, value]) => !before.has(key) || !Object.is(before.get(key), value));
  return Object.fromEntries(changed) as Partial<T>;
}
