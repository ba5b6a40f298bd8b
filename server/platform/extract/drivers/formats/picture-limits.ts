/** Of a picture, unpacked: 80 megapixels are a scan of A3 at 600 dots an inch. More is a bomb. */
export const maxPixels = 80_000_000;
/** The longer side, in pixels, that text is read at: A4 at 300 dots an inch. */
export const readSide = 3_500;
