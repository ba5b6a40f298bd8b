import { foundation } from './0001-foundation.ts';
import { refresh } from './0002-refresh.ts';
import { apiKeys } from './0003-api-keys.ts';
import { mailAndSecondFactor } from './0004-mail-and-second-factor.ts';
import { governance } from './0005-governance.ts';
import { permissionsAndUsage } from './0007-permissions-and-usage.ts';
import { providers } from './0008-providers.ts';
import { keeping } from './0009-keeping.ts';
import { messageQueue } from './0010-message-queue.ts';
import { profiles } from './0011-profiles.ts';
import { waysIn } from './0020-ways-in.ts';
import { directories } from './0021-directories.ts';
import { embeddings } from './0030-embeddings.ts';
import { collections } from './0031-collections.ts';
import { tools } from './0040-tools.ts';
import { contextAndMemory } from './0041-context-and-memory.ts';
import { movedFactorsAndProviderSignOut } from './0110-moved-factors-and-provider-sign-out.ts';
import { mcp } from './0120-mcp.ts';
import { queuedWithTools } from './0121-queued-with-tools.ts';
import { assistants } from './0130-assistants.ts';
import { accountExports } from './0131-account-exports.ts';
import { forgottenWords } from './0132-forgotten-words.ts';
import { chosenVersion } from './0133-chosen-version.ts';
import { pageLayouts } from './0160-page-layouts.ts';
import { answerTraces } from './0161-answer-traces.ts';
import { wordsByOwner } from './0175-words-by-owner.ts';
import { costs } from './0180-costs.ts';
import { memoryVectors } from './0181-memory-vectors.ts';
import { notifications } from './0185-notifications.ts';
import { questionRuns } from './0195-question-runs.ts';
import { madeFiles } from './0200-made-files.ts';
import { countedPassages } from './0210-counted-passages.ts';
import { sourcesFetchedAgain } from './0211-sources-fetched-again.ts';
import { passagesByWords } from './0212-passages-by-words.ts';
import type { Migration } from './migration.ts';

/** Every change of the schema, oldest first, which is the order of their numbers. Append only. */
export const migrations: readonly Migration[] = [
  foundation,
  refresh,
  apiKeys,
  mailAndSecondFactor,
  governance,
  permissionsAndUsage,
  providers,
  keeping,
  messageQueue,
  profiles,
  waysIn,
  directories,
  embeddings,
  collections,
  tools,
  contextAndMemory,
  movedFactorsAndProviderSignOut,
  mcp,
  queuedWithTools,
  assistants,
  accountExports,
  forgottenWords,
  chosenVersion,
  pageLayouts,
  answerTraces,
  wordsByOwner,
  costs,
  memoryVectors,
  notifications,
  questionRuns,
  madeFiles,
  countedPassages,
  sourcesFetchedAgain,
  passagesByWords,
];
