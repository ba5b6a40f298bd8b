import { describe, expect, it } from 'vitest';
import { transcriptText } from './transcript.ts';
import { readWatchPage, videoOf } from './youtube.ts';

describe('the address of a video', () => {
  it.each([
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10',
    'https://youtu.be/dQw4w9WgXcQ?si=x',
    'https://m.youtube.com/shorts/dQw4w9WgXcQ',
    'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ',
  ])('is known: %s', (address) => expect(videoOf(new URL(address))).toBe('dQw4w9WgXcQ'));

  it.each([
    'https://www.youtube.com/@somebody',
    'https://www.youtube.com/watch?v=../../x',
    'https://youtube.com.example.org/watch?v=dQw4w9WgXcQ',
  ])('is not any other page: %s', (address) => expect(videoOf(new URL(address))).toBeNull());
});

/** As a watch page holds it, cut down to what is read. */
const player = {
  videoDetails: { title: 'How bells are cast', author: 'A "foundry" {in} Apolda' },
  captions: {
    playerCaptionsTracklistRenderer: {
      captionTracks: [
        { baseUrl: 'https://www.youtube.com/api/timedtext?v=x&kind=asr', languageCode: 'en', kind: 'asr' },
        { baseUrl: 'https://www.youtube.com/api/timedtext?v=x&lang=en', languageCode: 'en' },
      ],
    },
  },
};
const watchPage = `<script>var ytInitialPlayerResponse = ${JSON.stringify(player)};var meta = {};</script>`;

it('reads title and captions of a watch page, those written by people first', () => {
  expect(readWatchPage(watchPage)).toEqual({
    title: 'How bells are cast',
    author: 'A "foundry" {in} Apolda',
    track: 'https://www.youtube.com/api/timedtext?v=x&lang=en',
  });
  for (const page of [
    '<html>consent</html>',
    'ytInitialPlayerResponse = {"videoDetails":',
    'ytInitialPlayerResponse={x}',
  ])
    expect(() => readWatchPage(page)).toThrow('as it used to');
});

it('writes a transcript as a paragraph a minute, with the time it begins at', () => {
  const json = JSON.stringify({
    events: [
      { tStartMs: 0 },
      { tStartMs: 1_000, segs: [{ utf8: 'Bronze is' }, { utf8: ' melted\n' }] },
      { tStartMs: 5_000, segs: [{ utf8: 'at 1100 degrees.' }] },
      { tStartMs: 3_725_000, segs: [{ utf8: 'The bell is done.' }] },
    ],
  });
  expect(transcriptText({ title: 'Bells', author: 'Foundry' }, json)).toBe(
    '# Bells\n\nFoundry\n\n[0:01] Bronze is melted at 1100 degrees.\n\n[1:02:05] The bell is done.',
  );
});
