import type { Node } from './glue.ts';

const opening = /^( {0,3})(`{3,}|~{3,})[ \t]*([^\s`]*)[^\n`]*\n/;

/**
 * The tree of a fenced block that is still being written, without asking the parser: a long program comes to hundreds of pieces, and each
 * would be another walk through all of it. Null where the text is anything else.
 */
export function openCode(text: string): Node | null {
  const [head, indent = '', mark = '', language = ''] = opening.exec(text) ?? [];
  if (head === undefined || /[\\&]/.test(language)) return null;
  const body = text.slice(head.length);
  const closing = new RegExp(`^ {0,3}${mark}${mark[0]}*[ \\t]*$`, 'm');
  if (closing.test(body) || body.includes('\r') || body.includes('\0')) return null;
  const code = indent === '' ? body : body.replace(new RegExp(`^ {1,${indent.length}}`, 'gm'), '');
  const lines = code.endsWith('\n') ? code.slice(0, -1) : code;
  const value = lines === '' ? '' : `${lines}\n`;
  return {
    type: 'root',
    children: [
      {
        type: 'element',
        tagName: 'pre',
        properties: {},
        children: [
          {
            type: 'element',
            tagName: 'code',
            properties: language === '' ? {} : { className: [`language-${language}`] },
            children: [{ type: 'text', value }],
          },
        ],
      },
    ],
  };
}
