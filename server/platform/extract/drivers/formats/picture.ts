import { createCanvas, loadImage, type Canvas } from '@napi-rs/canvas';
import { imageSize } from 'image-size';
import { AppError } from '../../../../lib/errors.ts';
import type { Extraction } from '../../driver.ts';
import { createOcr } from './ocr.ts';
import { maxPixels, readSide } from './picture-limits.ts';

/** Text in a photo or scan. Throws FILE_UNREADABLE for what is no picture, or too large a one. */
export async function readPicture(bytes: Uint8Array): Promise<Extraction> {
  checkSize(bytes);
  const ocr = await createOcr();
  try {
    const read = await ocr.read(await drawn(bytes, readSide));
    return { pages: [{ page: 1, ...read }], page_count: 1, pages_from_pictures: read.text ? 1 : 0 };
  } finally {
    await ocr.close();
  }
}

/** The picture itself, as a JPEG. Throws FILE_UNREADABLE for what is no picture, or too large a one. */
export async function drawPicture(bytes: Uint8Array, side: number): Promise<Uint8Array> {
  checkSize(bytes);
  return (await drawn(bytes, side)).toBuffer('image/jpeg', 88);
}

function checkSize(bytes: Uint8Array): void {
  const { width, height } = imageSize(bytes);
  if (!width || !height) throw new AppError('FILE_UNREADABLE');
  if (width * height > maxPixels)
    throw new AppError('FILE_UNREADABLE', {
      message: 'The picture is too large. Make it smaller and upload it again.',
    });
}

/** On white, turned as the camera says, and no larger than what is needed. */
async function drawn(bytes: Uint8Array, side: number): Promise<Canvas> {
  const image = await loadImage(bytes);
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const canvas = createCanvas(Math.ceil(image.width * scale), Math.ceil(image.height * scale));
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
