import { v7 } from 'uuid';

/** A UUIDv7 (RFC 9562): made here so that no engine needs RETURNING, and sorted by time so that pages can be keyset pages. */
export const newId = (): string => v7();
