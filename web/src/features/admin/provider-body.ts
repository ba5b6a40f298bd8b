import type { ProviderBody } from '../../../../shared/api/providers.ts';
import type { AddableKind } from '../../../../shared/provider-kinds.ts';
import { readHeaders, readList, readNames, readPrices } from './provider-lines.ts';

type Fields = Record<string, string>;

/** The form's connection. An empty key is none; an empty name or address is the kind's own. */
export function connectionOf(kind: AddableKind, fields: Fields) {
  const { name = '', base_url = '', api_key = '', headers = '', timeout = '' } = fields;
  return {
    kind,
    ...(name.trim() !== '' && { name: name.trim() }),
    ...(base_url.trim() !== '' && { base_url: base_url.trim() }),
    api_key: api_key.trim() === '' ? null : api_key.trim(),
    headers: readHeaders(headers),
    timeout_ms: timeout.trim() === '' ? null : Math.round(Number(timeout) * 1_000),
  } satisfies ProviderBody;
}

/** What of it is offered, and to whom. */
export function rulesOf({ models = '', names = '', prices = '' }: Fields, data: FormData) {
  return {
    models: readList(models),
    display_names: readNames(names),
    prices: readPrices(prices),
    group_ids: data.has('everyone') ? null : data.getAll('group').map(String),
  } satisfies Omit<ProviderBody, 'kind'>;
}
