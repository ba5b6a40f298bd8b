import { crc32, deflateSync, inflateSync } from 'node:zlib';

/**
 * The same picture in fewer bytes (PNG, third edition): filters help photographs and harm text on plain ground. Takes what
 * Chromium makes, 8 bits a channel, RGB or RGBA, not interlaced.
 */
export function leanPng(png: Buffer): Buffer {
  const chunks = [...chunksOf(png)];
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  const channels = header && { 2: 3, 6: 4 }[header.readUInt8(9)];
  if (!header || !channels || header.readUInt8(8) !== 8 || header.readUInt8(12) !== 0)
    throw new Error('not such a PNG');
  const data = Buffer.concat(chunks.flatMap((chunk) => (chunk.type === 'IDAT' ? [chunk.data] : [])));
  const rows = unfilter(inflateSync(data), header.readUInt32BE(0) * channels, channels);
  const lean = deflateSync(rows, { level: 9, memLevel: 9 });
  if (lean.length >= data.length) return png;
  return Buffer.concat([
    png.subarray(0, 8),
    chunk('IHDR', header),
    chunk('IDAT', lean),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function* chunksOf(png: Buffer): Iterable<{ type: string; data: Buffer }> {
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
    at += length + 12;
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
}

/** Takes the filter off each line and leaves “none” in its place. */
function unfilter(raw: Buffer, width: number, channels: number): Buffer {
  const out = Buffer.alloc(raw.length);
  const line = width + 1;
  const at = (row: number, x: number): number => (row < 0 || x < 0 ? 0 : out.readUInt8(row * line + 1 + x));
  for (let row = 0; row < raw.length / line; row += 1) {
    const filter = raw.readUInt8(row * line);
    for (let x = 0; x < width; x += 1) {
      const value = raw.readUInt8(row * line + 1 + x);
      const [left, up, corner] = [at(row, x - channels), at(row - 1, x), at(row - 1, x - channels)];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out.writeUInt8((value + guess) & 255, row * line + 1 + x);
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [left, up, corner].map((one) => Math.abs(left + up - corner - one)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
