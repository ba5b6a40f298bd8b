import type { HtmlTagDescriptor, Plugin } from 'vite';
import { conversationPath, listPath, messagesPath } from '../src/features/chat/paths.ts';
import { narrow } from '../src/lib/media.ts';
import { catalogues, chunkOf, chunksIn, rooms, withImports } from './rooms.ts';

const viewport = /<meta\s+name="viewport"\s+content="([^"]+)"\s*\/>\s*/;
/** Where the id of the conversation goes. */
const asked = '~id~';
const conversations = listPath({ q: '', archived: false, folder: null, tag: null });

/**
 * What is drawn first at an address, besides what every page needs: its code, and what only its owner gets; `sight` is what draws some
 * of that at once, before the page runs, and `beside` is what the sidebar shows. What is asked for and not drawn at once would be old when it is.
 */
const places = {
  entry: { sight: [], modules: rooms.entry, answers: [], beside: [] },
  desk: { sight: [], modules: rooms.desk, answers: [], beside: [conversations] },
  conversation: {
    sight: rooms.sight,
    modules: [...rooms.desk, ...rooms.answer],
    answers: [messagesPath(asked), conversationPath(asked)],
    beside: [conversations],
  },
};

/**
 * Lets `index.html` itself ask for what the page would ask for once it runs: who is here, the words of the reader's language, the code
 * of the room that the address names, and what is shown there. So these come at the same time as the page, not after it.
 */
export function fetchAhead(): Plugin {
  let base = '/';
  return {
    name: 'carrel:fetch-ahead',
    apply: 'build',
    configResolved(config) {
      base = config.base;
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle, chunk: entry }) {
        if (!bundle || !entry) return [];
        const chunks = chunksIn(bundle);
        const always = withImports([entry.fileName], chunks);
        const withAll = (modules: string[]): string[] => {
          const first = modules.flatMap((module) => chunkOf(module, chunks)?.fileName ?? []);
          return [...withImports(first, chunks)];
        };
        const files = (modules: string[]): string[] => withAll(modules).filter((file) => !always.has(file));
        // A page that stands elsewhere asks another server, and by a token that is not there yet.
        const elsewhere = Boolean(process.env['VITE_API_URL']);
        const own = ownScripts(html, base);
        const plan = {
          base,
          // What they need runs before them.
          run: [...[...always].filter((file) => file !== entry.fileName && !own.includes(file)).reverse(), ...own],
          words: each(catalogues, (module) => files([module])),
          places: each(places, ({ sight, modules, answers, beside }) => ({
            sight: elsewhere ? [] : withAll(sight),
            files: files(modules),
            answers: elsewhere ? [] : answers,
            beside: elsewhere ? [] : beside,
          })),
        };
        // Before the style sheet, for which scripts behind it wait; how wide a phone is, is known once its `viewport` was read.
        const tags: HtmlTagDescriptor[] = [
          { tag: 'meta', attrs: { name: 'viewport', content: viewport.exec(html)?.[1] }, injectTo: 'head-prepend' },
          { tag: 'script', attrs: { nonce: '__CSP_NONCE__' }, children: script(plan), injectTo: 'head-prepend' },
          { tag: 'script', attrs: { nonce: '__CSP_NONCE__' }, children: begin, injectTo: 'body' },
        ];
        return { html: withoutScripts(html.replace(viewport, '')), tags: elsewhere ? tags : [arrival, ...tags] };
      },
    },
  };
}

const each = <T, R>(things: Record<string, T>, of: (thing: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(things).map(([name, thing]) => [name, of(thing)]));

const scripts = /<script type="module"[^>]* src="([^"]+)"[^>]*><\/script>|<link rel="modulepreload"[^>]*>/g;
const ownScripts = (html: string, base: string): string[] =>
  [...html.matchAll(scripts)].flatMap(([, file]) => (file === undefined ? [] : [file.slice(base.length)]));
/** The page's own scripts are asked for, and run, by those that are put in here. */
const withoutScripts = (html: string): string => html.replaceAll(scripts, '');

/**
 * The page's own scripts run when what `index.html` draws is seen: otherwise a fast line would bring them in time to hold it up. Each file
 * runs for itself, and the browser has its turn in between. A tab in the background has no frames, and begins when all is there.
 */
const begin = `{
const run=async()=>{if(ahead.sight)ahead.rest();for(const file of ahead.run){await import(file);await new Promise((done)=>setTimeout(done))}};
const begin=()=>ahead.sight?import(ahead.sight).then(({shown})=>shown).then(run,run):run();
requestAnimationFrame(()=>setTimeout(begin));
addEventListener('load',()=>document.hidden&&begin());
}`;

/** As the page's own request for it, which takes this answer. */
const arrival: HtmlTagDescriptor = {
  tag: 'link',
  attrs: { rel: 'preload', as: 'fetch', href: '/api/auth/arrival', crossorigin: true },
  injectTo: 'head-prepend',
};

/**
 * The language is chosen as in `lib/strings/index.ts`: what was chosen here, else the browser's first one that there is. The sidebar is
 * drawn where `app/shell.tsx` draws it. What is read first has the line for itself: where there is such, all else is asked for after it.
 */
const script = (plan: object): string => `const ahead=(()=>{
const {base,run,words,places}=${JSON.stringify(plan)};
const path='/'+location.pathname.slice(base.length),[,id]=/^\\/c\\/([\\w-]+)$/.exec(path)??[];
const place=places[id?'conversation':path==='/'?'desk':path==='/sign-in'?'entry':''];
let chosen,sidebar;try{chosen=localStorage.getItem('carrel.language');sidebar=localStorage.getItem('carrel.sidebar')}catch{}
const language=[chosen,...navigator.languages.map((tag)=>tag.split('-')[0])].find((one)=>Object.hasOwn(words,one))??'en';
const known='__SIGNED_IN__'==='yes';
if(known){
const inside=/^\\/(files|collections|prompts|assistants|settings|admin)\\b/;
const first=id?'conversation':path==='/'?'desk':inside.test(path)?'frame':null;
if(first)document.documentElement.dataset.first=first;
}
const ask=(link)=>document.head.append(Object.assign(document.createElement('link'),link));
const fetchCode=(files,fetchPriority)=>{for(const file of files)ask({rel:'modulepreload',fetchPriority,href:base+file})};
const sight=known&&place?.sight||[];
const rest=()=>fetchCode([...run,...words[language],...place?.files??[]],'low');
if(sight.length)fetchCode(sight,'high');else rest();
if(known&&place)for(const answer of [...place.answers,...sidebar==='closed'||matchMedia('${narrow}').matches?[]:place.beside])ask({rel:'preload',as:'fetch',crossOrigin:'',href:answer.replace('${asked}',id)});
return {run:run.map((file)=>base+file),sight:sight[0]&&base+sight[0],rest};
})();`;
