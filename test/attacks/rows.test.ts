import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Where each attack on identity is tried: the tests stand beside what they try, and this table finds them. */
const rows: Record<string, readonly (readonly [file: string, title: string])[]> = {
  'first admin, 50 at once': [
    ['test/attacks/two-instances.test.ts', 'one becomes the first admin'],
    ['server/features/auth/instances.test.ts', 'makes one admin of 50 who ask at once, and none after'],
    ['server/features/auth/service.test.ts', 'makes one first admin of 50 at once in five processes'],
  ],
  'tokens: none, HS256 with the public key, kid traversal, jku': [
    ['server/features/auth/front-door.test.ts', 'made by an attacker is refused'],
    ['server/features/auth/tokens.test.ts', 'refuses the token of another instance with the same key'],
  ],
  'a refresh token as an access token': [
    ['test/attacks/doors.test.ts', 'a refresh token as a bearer'],
    ['server/features/auth/refresh-door.test.ts', 'does not make an access token of a refresh token'],
  ],
  'the challenge of a second factor as a bearer': [
    [
      'server/features/second-factor/second-factor.test.ts',
      'binds a challenge to its person, its program and five minutes, and is no credential',
    ],
  ],
  'a token replayed from another browser': [
    ['server/features/auth/sessions.test.ts', 'bind the access tokens of browsers to their headers'],
  ],
  'refresh, 20 at once': [
    ['test/attacks/two-instances.test.ts', 'all tabs stay signed in that refresh with one token'],
    [
      'server/features/auth/refresh.test.ts',
      'let 20 tabs at once, in three processes, stay signed in with one and the same token',
    ],
  ],
  'refresh, replayed after the grace': [
    [
      'server/features/auth/refresh-door.test.ts',
      'ends everything of the session when a used token comes back after 10 s',
    ],
  ],
  'a code of the second factor, 20 times at once': [
    ['test/attacks/two-instances.test.ts', 'one gets in with a code of the second factor, and one with a backup code'],
    [
      'server/features/second-factor/second-factor.test.ts',
      'takes one code once, 20 times at once, and for 90 s not again',
    ],
    [
      'server/features/second-factor/second-factor.test.ts',
      'takes a backup code once, 20 times at once, in any spelling',
    ],
  ],
  'codes guessed': [
    [
      'server/features/second-factor/second-factor.test.ts',
      'takes no more after ten wrong codes, on every way to it, for a while',
    ],
  ],
  'passwords guessed': [
    ['test/attacks/identity.test.ts', 'guessing the password on an open page is bound as guessing it at sign-in is'],
    [
      'server/features/auth/lock-out.test.ts',
      'makes who fails from one network wait, longer each time, and for a quarter of an hour at most',
    ],
  ],
  'reset: a forged Host': [
    ['server/features/account-recovery/recovery.test.ts', 'takes nothing from the request into the link'],
  ],
  'reset: a token that is missing, empty, an array, used': [
    ['server/features/account-recovery/recovery.test.ts', 'refuses whatever is not a live token'],
  ],
  'reset: two at once': [['server/features/account-recovery/recovery.test.ts', 'lets one of two at once win']],
  'reset: the second factor is asked for all the same': [
    [
      'server/features/second-factor/second-factor.test.ts',
      'is still asked for after a new password, whose mail also ends waiting sign-ins',
    ],
  ],
  'enumeration at sign-in and reset': [
    ['test/attacks/identity.test.ts', 'a sign-in says the same of a name that somebody has and one that nobody has'],
    [
      'server/features/account-recovery/recovery.test.ts',
      'answers the same bytes and stores the same work for a known and an unknown address',
    ],
  ],
  'forgery across sites': [
    ['test/attacks/doors.test.ts', 'is refused on every route'],
    ['test/attacks/doors.test.ts', 'JSON that passes for text is read by no route'],
    ['server/features/auth/front-door.test.ts', 'cannot pass JSON off as text or a form where JSON is asked for'],
  ],
  'limits: rotating forwarded-for, one IPv6 /64': [
    [
      'server/http/rate-limits.test.ts',
      'counts by network for who is not signed in: one IPv6 /64 is one, and what they claim in headers counts for nothing',
    ],
  ],
  'keys in the log or the database': [
    ['test/attacks/identity.test.ts', 'a whole key, password or token is in no table and no line of the log'],
    ['server/features/api-keys/front-door.test.ts', 'are never in the log or the database'],
  ],
  'role, quota, owner_id, created_at in a body': [
    [
      'test/attacks/doors.test.ts',
      'fields that nobody may set are refused by every route of the API, and change nothing',
    ],
  ],
  'log injection': [['test/attacks/identity.test.ts', 'nothing that is sent begins a new line of the log']],
  'formulas in exports': [['test/attacks/identity.test.ts', 'a cell of an export that begins like a formula is text']],
  'somebody who was switched off, deleted, made to wait, demoted, signed out': [
    ['test/attacks/gone.test.ts', 'has no way in by $name'],
    ['test/attacks/gone.test.ts', 'reaches no admin route by $name'],
    ['test/attacks/gone.test.ts', '%s takes its cookie and its tokens along'],
  ],
  'a permission or a second factor that is missing': [
    ['test/attacks/withheld.test.ts', 'routes that need one are closed, and so is every route to their keys'],
    ['test/attacks/withheld.test.ts', 'nothing but one’s own sign-in is open'],
  ],
  'other people’s things': [
    ['test/attacks/others-things.test.ts', 'every route of members that takes an id is in the table'],
  ],
  'server-side request forgery through a page’s address': [
    ['server/features/collections/front-door.test.ts', 'fetch nothing that a stranger to the public web would be'],
    [
      'server/features/web/front-door.test.ts',
      'is no way into the network that the server stands in, also not to its own search service',
    ],
    ['server/lib/safe-fetch.test.ts', 'opens the socket to the address that was checked'],
  ],
  'a share that was taken back': [
    [
      'server/features/collections/front-door.test.ts',
      'are closed at once when the share is taken back, also for chats that asked them before',
    ],
  ],
  'an open stream of somebody who was switched off': [
    ['server/http/live-streams.test.ts', 'of somebody who is switched off ends, whatever opened it'],
  ],
  'one invite, 50 at once': [
    ['test/attacks/two-instances.test.ts', 'one comes in by an invite for one'],
    ['server/features/invites/front-door.test.ts', 'lets exactly as many in as it says, of 50 at once'],
  ],
  'the last message of a quota, 50 at once': [
    ['test/attacks/two-instances.test.ts', 'one message is the last of a quota'],
  ],
  'the last admins against each other': [
    ['test/attacks/two-instances.test.ts', 'one of two admins is left who demote each other'],
    [
      'server/features/users/front-door.test.ts',
      'stays, also when admins demote, switch off and delete each other at once',
    ],
  ],
};

/** The same of what a chat has to bear. */
const faults: typeof rows = {
  'kill -9 under 50 streams, again and again': [
    ['server/features/chat/crash.test.ts', 'loses no message and at most a second of text, and says interrupted'],
  ],
  'SIGTERM with 50 streams': [['server/features/chat/crash.test.ts', 'streams are written to their end']],
  'a provider that is silent, resets, sends an error after 200, no JSON, a line of 10 MB, or no end': [
    ['server/features/chat/faults.test.ts', 'keeps what was written, says what went wrong, asks nobody again'],
    ['server/platform/llm/framing.test.ts', 'reads events'],
  ],
  'a client that leaves and resumes elsewhere': [
    ['test/instances/together.test.ts', 'is read from the other while it is written, byte for byte'],
    ['server/features/chat/generation-reader.test.ts', 'comes as it is saved'],
  ],
  'two tabs that send at once': [
    ['test/instances/together.test.ts', 'two tabs that send at once get their answer each'],
    ['server/features/chat/queue.test.ts', 'are neither lost nor doubled when many are sent at once'],
  ],
  'a message of 5 MB, and a conversation of 10,000': [
    ['server/features/chat/faults.test.ts', 'takes a message of 5 MB as it is'],
    ['server/features/chat/faults.test.ts', 'of 10,000 messages is read from its end'],
  ],
  'an Idempotency-Key 20 times, and with another body': [
    ['server/features/chat/chat.test.ts', 'is one, however often a request with the same Idempotency-Key comes'],
  ],
  'an import that is broken or hostile': [
    ['server/features/chat-transfer/front-door.test.ts', 'change nothing of how the server works'],
    ['server/features/chat-transfer/from-elsewhere.test.ts', 'may be made to harm'],
  ],
  'Redis that goes away': [['test/instances/redis-faults.test.ts', 'is gone, and back: people chat']],
  'readers that are slow': [['server/http-kit/outflow.test.ts', 'makes no more than a slow client takes']],
};

it.each(Object.entries({ ...rows, ...faults }))('%s is tried', (_attack, tests) => {
  for (const [file, title] of tests)
    expect(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'), file).toContain(title);
});
