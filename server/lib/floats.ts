/** Of float32 vectors of the same length. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** As they are stored: little endian, as the machines are that Node runs on. */
export const bytesOf = (array: Float32Array | Uint32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** A view where the bytes lie as floats may, which a Buffer's slice need not; a copy elsewhere. */
export const floatsOf = (bytes: Uint8Array): Float32Array =>
  bytes.byteOffset % 4 === 0
    ? new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2)
    : new Float32Array(new Uint8Array(bytes).buffer, 0, bytes.byteLength >>> 2);
