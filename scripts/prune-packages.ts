import { readdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Removes from the installed packages what neither the server nor the building of the page ever loads: about half of
 * them. Only start.sh does this, to what it has installed itself; who develops gets packages as they come.
 */

/** For people, editors and debuggers. Licences stay. */
const aids = /(\.map|\.[cm]?ts|\.tsx|\.flow|\.md|\.markdown|\.tsbuildinfo)$/i;

/** The same again in another form, or what it was compiled from; paths in a package. */
const needless: Readonly<Record<string, RegExp>> = {
  // One program for each system.
  'better-sqlite3': new RegExp(`^(deps|src)/|^prebuilds/(?!${process.platform}[a-z]*-${process.arch}\\.node$)`),
  'gpt-tokenizer': /^(cjs|data)\//,
  'lucide-react': /^dist\/cjs\//,
  // Server and page take the legacy build.
  'pdfjs-dist': /^(build|web|types|image_decoders|legacy\/(web|image_decoders))\//,
  // For browsers.
  'tesseract.js-core': /\.wasm\.js$/,
  // Pictures are read by the LSTM engine, which has data of its own.
  '@tesseract.js-data/deu': /^4\.0\.0\//,
  '@tesseract.js-data/eng': /^4\.0\.0\//,
};

/** Whether a file, by its path under `node_modules`, can go. */
export function isNeedless(path: string): boolean {
  const [, name = '', inside = ''] =
    /(?:^|\/node_modules\/)((?:@[^/]+\/)?[^/]+)\/((?!(?:.*\/)?node_modules\/).*)$/.exec(path) ?? [];
  return aids.test(inside) || (needless[name]?.test(inside) ?? false);
}

export function prune(packages: string): void {
  for (const entry of readdirSync(packages, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && isNeedless(path.slice(packages.length + 1).replaceAll(sep, '/'))) rmSync(path);
  }
}

if (import.meta.main) prune(join(import.meta.dirname, '..', 'node_modules'));
