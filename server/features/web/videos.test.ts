import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { createOutboundGuard } from '../../lib/outbound-guard.ts';

/** As a watch page has it: much else around it, and what is read in a script of its own. */
const watchPage = (player: object): string => `<!DOCTYPE html><html style="font-size: 10px" lang="en"><head>
  <title>How bells are cast - YouTube</title><script nonce="x">var ytcfg={d:function(){return{}}};</script></head>
  <body><script nonce="x">var ytInitialPlayerResponse = ${JSON.stringify(player)};var meta = document.createElement('meta');</script>
  <script nonce="x">var ytInitialData = {"contents":{}};</script></body></html>`;
const tracks = (...captionTracks: object[]) => ({
  playerCaptionsTracklistRenderer: {
    captionTracks,
    audioTracks: [{ captionTrackIndices: [0] }],
    translationLanguages: [{ languageCode: 'de', languageName: { simpleText: 'German' } }],
  },
});
const track = (id: string, more: object = {}) => ({
  baseUrl: `/api/timedtext?v=${id}&ei=abc&caps=asr&expire=1760000000&sig=DE.AD&key=yt8&lang=en`,
  name: { simpleText: 'English' },
  vssId: '.en',
  languageCode: 'en',
  isTranslatable: true,
  ...more,
});
const video = (id: string, more: object) => ({
  responseContext: { serviceTrackingParams: [] },
  playabilityStatus: { status: 'OK', playableInEmbed: true },
  videoDetails: { videoId: id, title: 'How bells are cast', lengthSeconds: '127', author: 'A "foundry" {in} Apolda' },
  ...more,
});

const json3 = {
  wireMagic: 'pb3',
  pens: [{}],
  wsWinStyles: [{}],
  wpWinPositions: [{}],
  events: [
    { tStartMs: 0, dDurationMs: 127_000, id: 1, wpWinPosId: 1, wsWinStyleId: 1 },
    { tStartMs: 1_200, dDurationMs: 3_000, wWinId: 1, segs: [{ utf8: 'Bronze' }, { utf8: ' is', tOffsetMs: 300 }] },
    { tStartMs: 2_000, dDurationMs: 2_000, wWinId: 1, aAppend: 1, segs: [{ utf8: '\n' }] },
    { tStartMs: 4_200, dDurationMs: 3_000, wWinId: 1, segs: [{ utf8: 'melted at 1100 degrees.' }] },
    { tStartMs: 62_000, dDurationMs: 3_000, wWinId: 1, segs: [{ utf8: 'It cools for a week in the pit.' }] },
  ],
};
const oldXml = `<?xml version="1.0" encoding="utf-8" ?><transcript><text start="1.2" dur="3">Bronze is melted &amp;amp; poured.</text><text start="62" dur="2">It&amp;#39;s cooled
for a week.</text></transcript>`;
const newXml = `<?xml version="1.0" encoding="utf-8" ?><timedtext format="3"><head><ws id="0"/></head><body><w t="0" id="1"/>
<p t="1200" d="3000" w="1"><s ac="0">Tin</s><s t="300" ac="0"> is</s><s t="600"> added</s></p><p t="4200" d="10" w="1" a="1">
</p><p t="62000" d="2000">&amp; the mould is broken.</p></body></timedtext>`;

/** What the site shows by the id of the video. */
const pages: Readonly<Record<string, string>> = {
  withCaption: watchPage(
    video('withCaption', {
      captions: tracks(track('asr', { kind: 'asr', vssId: 'a.en' }), track('withCaption')),
    }),
  ),
  oldCaptions: watchPage(video('oldCaptions', { captions: tracks(track('oldCaptions')) })),
  newCaptions: watchPage(video('newCaptions', { captions: tracks(track('newCaptions', { kind: 'asr' })) })),
  nothingSaid: watchPage(video('nothingSaid', { captions: tracks(track('nothingSaid')) })),
  strangeForm: watchPage(video('strangeForm', { captions: tracks(track('strangeForm')) })),
  noCaptions_: watchPage(video('noCaptions_', {})),
  privateOne_: watchPage({
    playabilityStatus: { status: 'LOGIN_REQUIRED', reason: 'Private video', messages: ['This is a private video.'] },
  }),
  goneForever: watchPage({ playabilityStatus: { status: 'ERROR', reason: 'Video unavailable' } }),
  consentPage:
    '<!DOCTYPE html><title>Before you continue to YouTube</title><form action="https://consent.youtube.com/save">',
  elsewhere__: watchPage(
    video('elsewhere__', { captions: tracks(track('x', { baseUrl: 'http://169.254.169.254/latest/meta-data' })) }),
  ),
};
const captions: Readonly<Record<string, string>> = {
  withCaption: JSON.stringify(json3),
  oldCaptions: oldXml,
  newCaptions: newXml,
  nothingSaid: '',
  strangeForm: 'WEBVTT\n\n00:00.000 --> 00:01.000\nBells',
};

let site: Server;
let app: TestApp;
let ada: Client;
let origin: string;

beforeAll(async () => {
  site = createServer((request, reply) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    const found = (pathname === '/watch' ? pages : captions)[searchParams.get('v') ?? ''];
    if (found === undefined) return reply.writeHead(404).end();
    return reply.writeHead(200, { 'content-type': pathname === '/watch' ? 'text/html' : 'text/plain' }).end(found);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as AddressInfo;
  origin = `http://www.youtube.com:${port}`;
  app = await createTestApp({
    overrides: {
      webPages: createOutboundGuard({
        allow: [`www.youtube.com:${port}`],
        resolver: () => Promise.resolve(['127.0.0.1']),
      }),
    },
  });
  ada = await app.person('ada');
});
afterAll(async () => {
  await app.close();
  site.close();
});

const fetched = (id: string) => ada.post('/api/web/fetch', { url: `${origin}/watch?v=${id}&t=42s` });

it('gives what is said in a video, written by people before machines, with the time of each minute', async () => {
  const { status, body } = await fetched('withCaption');
  expect(status).toBe(200);
  expect(body).toMatchObject({ title: 'How bells are cast', content_type: 'text/markdown', truncated: false });
  expect(body.text).toContain('A "foundry" {in} Apolda');
  expect(body.text).toContain('[0:01] Bronze is melted at 1100 degrees.');
  expect(body.text).toContain('[1:02] It cools for a week in the pit.');
});

it('reads captions as XML, of the old form and the new', async () => {
  const old = (await fetched('oldCaptions')).body.text as string;
  expect(old).toContain('[0:01] Bronze is melted & poured.');
  expect(old).toContain("[1:02] It's cooled for a week.");
  const recent = (await fetched('newCaptions')).body.text as string;
  expect(recent).toContain('[0:01] Tin is added');
  expect(recent).toContain('[1:02] & the mould is broken.');
});

it.each([
  ['noCaptions_', 'This video has no captions that could be read.'],
  ['nothingSaid', 'YouTube gave no words of this video, though it says that there are captions.'],
  ['strangeForm', 'The captions of this video came in a form that is not known here.'],
  ['privateOne_', 'YouTube shows this video to signed-in people alone: it is private, or not for everybody.'],
  ['goneForever', 'YouTube does not show this video: Video unavailable'],
  ['consentPage', expect.stringContaining('YouTube did not show the page of this video as it used to.')],
])('says of a video that cannot be read why: %s', async (id, message) => {
  const { status, body } = await fetched(id);
  expect([status, body.code, body.message]).toEqual([422, 'FILE_UNREADABLE', message]);
});

it('says when the site itself answers with an error, and follows no page into the network', async () => {
  const missing = await fetched('00000000000');
  expect([missing.status, missing.body.message]).toEqual([502, 'The site answered with an error (404).']);
  const inside = await fetched('elsewhere__');
  expect([inside.status, inside.body.code]).toEqual([422, 'URL_BLOCKED']);
});

it('is a source of a collection: found by what is said, at its time; why not, where it is not', async () => {
  const { id } = (await ada.post('/api/collections', { name: 'Bells' })).body;
  const path = `/api/collections/${id}/sources`;
  const sources = async () => (await ada.get(path)).body.items as { status: string; title: string; url: string }[];
  for (const video of ['withCaption', 'privateOne_'])
    expect((await ada.post(path, { url: `${origin}/watch?v=${video}` })).status).toBe(201);
  await expect
    .poll(async () => (await sources()).map(({ status }) => status), { timeout: 20_000 })
    .toEqual(['failed', 'ready']);
  const [refused, read] = await sources();
  expect(read).toMatchObject({ title: 'How bells are cast', content_type: 'text/markdown' });
  expect(refused).toMatchObject({ status_detail: expect.stringContaining('signed-in people alone') });
  const { items } = (await ada.post(`/api/collections/${id}/query`, { q: 'How long does a bell cool?' })).body;
  expect(items[0].text).toContain('[1:02] It cools for a week');
});
