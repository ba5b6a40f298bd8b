import { createCanvas, loadImage } from '@napi-rs/canvas';
import { imageSize } from 'image-size';
import { AppError } from '../../../../lib/errors.ts';
import type { Extraction } from '../../driver.ts';
import { createOcr } from './ocr.ts';
import { maxPixels, readSide } from './picture-limits.ts';

/** Text in a photo or scan. Throws FILE_UNREADABLE for what is no picture, or too large a one. */
export async function readPicture(bytes: Uint8Array): Promise<Extraction> {
  const { width, height } = imageSize(bytes);
  if (!width || !height) throw new AppError('FILE_UNREADABLE');
  if (width * height > maxPixels)
    throw new AppError('FILE_UNREADABLE', {
      message: 'The picture is too large. Make it smaller and upload it again.',
    });
  const ocr = await createOcr();
  try {
    const text = await ocr.read(await prepared(bytes));
    return { pages: [{ page: 1, text }], page_count: 1, pages_from_pictures: text ? 1 : 0 };
  } finally {
    await ocr.close();
  }
}

/** On white, turned as the camera says, and no larger than what reading needs. */
async function prepared(bytes: Uint8Array): Promise<Buffer> {
  const image = await loadImage(bytes);
  const scale = Math.min(1, readSide / Math.max(image.width, image.height));
  const canvas = createCanvas(Math.ceil(image.width * scale), Math.ceil(image.height * scale));
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toBuffer('image/png');
}
