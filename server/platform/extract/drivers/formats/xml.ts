import { Parser } from 'htmlparser2';
import { AppError } from '../../../../lib/errors.ts';

export type Attributes = Readonly<Record<string, string>>;

export type XmlHandlers = {
  open?(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
};

/** Elements within each other. Office programs stay below a hundred. */
const maxDepth = 2_000;

/**
 * Reads XML as it comes, names with their prefix. Entities that a document declares are not expanded and nothing is ever
 * fetched, so that neither bombs nor XXE have a way in. Broken XML is read as far as it goes.
 */
export function readXml(xml: string, { open, text, close }: XmlHandlers): void {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth += 1;
        if (depth > maxDepth) throw new AppError('FILE_UNREADABLE');
        open?.(name, attributes);
      },
      ontext: (piece) => text?.(piece),
      onclosetag(name) {
        depth -= 1;
        close?.(name);
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
}

/** The relations of an OOXML part: id → where it points within the archive. */
export function readRelations(xml: string | null, base: string): Map<string, { type: string; target: string }> {
  const relations = new Map<string, { type: string; target: string }>();
  if (xml === null) return relations;
  readXml(xml, {
    open(name, { Id, Type, Target, TargetMode }) {
      // What lies outside of the file is nobody's to fetch.
      if (name !== 'Relationship' || !Id || !Target || TargetMode === 'External') return;
      relations.set(Id, { type: (Type ?? '').split('/').at(-1) ?? '', target: resolvePath(base, Target) });
    },
  });
  return relations;
}

/** A path within an archive, seen from the folder of another part. */
export function resolvePath(folder: string, path: string): string {
  const steps = path.startsWith('/') ? [] : folder.split('/').filter(Boolean);
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.' && step !== '') steps.push(step);
  }
  return steps.join('/');
}
