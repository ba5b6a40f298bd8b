import type { ChatGptMessage } from './chatgpt.ts';
import type { LeftOut } from './foreign.ts';
import type { Attachment, Beside } from './tree.ts';

/** `sediment://file_0123`, `file-service://file-AbC#page`: the id is what the file's name in the archive begins with. */
const pointerId = /:\/\/(file[-_][A-Za-z0-9]+)/;

type Kind = Attachment['kind'];

const kinds: Record<string, Kind> = {
  image_asset_pointer: 'picture',
  audio_asset_pointer: 'sound',
  real_time_user_audio_video_asset_pointer: 'sound',
};
/** What those are called that have no name. */
const unnamed: Record<Kind, readonly [name: string, ending: string]> = {
  picture: ['Picture', '.png'],
  sound: ['Recording', '.wav'],
  file: ['File', ''],
};

type Pointer = {
  content_type?: unknown;
  asset_pointer?: unknown;
  audio_asset_pointer?: { asset_pointer?: unknown } | null;
};
type Named = { kind: Kind; id: string | undefined };

/** The pictures, recordings and files of a message: those that the archive has, while the others are counted. */
export function chatGptFiles({ content, metadata }: ChatGptMessage, beside: Beside, leftOut: LeftOut): Attachment[] {
  const shown = (content.parts ?? []).flatMap((part) => namedIn(part));
  const ids = new Set(shown.map(({ id }) => id));
  const attached = metadata?.attachments ?? [];
  // A picture is among the parts and among the attachments.
  const more = attached.flatMap(({ id, mime_type: type }): Named[] => {
    if (id != null && ids.has(id)) return [];
    if (!type?.startsWith('image/')) return [{ kind: 'file', id: id ?? undefined }];
    return id != null && beside.has(id) ? [{ kind: 'picture', id }] : [];
  });
  const names = new Map(attached.map(({ id, name }) => [id, name]));
  return [...shown, ...more].flatMap(({ kind, id }): Attachment[] => {
    if (id === undefined || !beside.has(id)) {
      leftOut.add(kind);
      return [];
    }
    const name = names.get(id) || beside.nameOf(id) || unnamed[kind][1];
    const filename = name === '' || name.startsWith('.') ? unnamed[kind][0] + name : name;
    return [{ kind, filename, from: { archived: id } }];
  });
}

function namedIn(part: unknown): Named[] {
  if (typeof part !== 'object' || part === null) return [];
  const { content_type: type, asset_pointer: own, audio_asset_pointer: audio } = part as Pointer;
  const kind = kinds[typeof type === 'string' ? type : ''];
  if (kind === undefined) return [];
  const pointer = own ?? audio?.asset_pointer;
  return [{ kind, id: pointerId.exec(typeof pointer === 'string' ? pointer : '')?.[1] }];
}
