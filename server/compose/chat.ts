import type { Route } from '../http-kit/route.ts';
import { conversationRoutes } from '../features/chat/conversation-routes.ts';
import { folderRoutes } from '../features/folders/routes.ts';
import { chatSearchRoutes } from '../features/chat-search/routes.ts';
import { chatTransferRoutes } from '../features/chat-transfer/routes.ts';
import { shareRoutes } from '../features/shares/routes.ts';
import { feedbackRoutes } from '../features/feedback/routes.ts';
import { promptRoutes } from '../features/prompts/routes.ts';
import { assistantRoutes } from '../features/assistants/routes.ts';
import { chatRoutes } from '../features/chat/chat-routes.ts';
import { contextRoutes } from '../features/chat/context/routes.ts';
import { memoryRoutes } from '../features/memories/routes.ts';
import { toolRoutes } from '../features/tools/routes.ts';
import { queueRoutes } from '../features/chat/queue-routes.ts';
import { collectionRoutes } from '../features/collections/routes.ts';
import { webRoutes } from '../features/web/routes.ts';
import type { Door } from '../http-kit/register.ts';

import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import type { Engine } from '../db/dialect.ts';
import type { DB } from '../db/schema.ts';
import { createTogether } from '../db/together.ts';
import type { InTransaction } from '../db/transaction.ts';
import type { AuditService } from '../features/audit/service.ts';
import type { AuthService } from '../features/auth/service.ts';
import type { FileService } from '../features/files/service.ts';
import type { KnowledgeService } from '../features/knowledge/service.ts';
import type { EmbeddingService } from '../features/embeddings/service.ts';
import type { ModelService } from '../features/models/service.ts';
import type { PermissionService } from '../features/permissions/service.ts';
import type { QuotaService } from '../features/quotas/service.ts';
import type { ProfileService } from '../features/users/profile-service.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { OutboundGuard } from '../lib/outbound-guard.ts';
import type { EventBus } from '../platform/events/driver.ts';
import type { TextExtractor } from '../platform/extract/driver.ts';
import type { JobQueue } from '../platform/jobs/driver.ts';
import type { ObjectStore } from '../platform/storage/driver.ts';
import { join } from 'node:path';
import { createAssistantService } from '../features/assistants/service.ts';
import { createChatSearch } from '../features/chat-search/service.ts';
import { createChatTransfer } from '../features/chat-transfer/service.ts';
import { createAnswerer } from '../features/chat/answer.ts';
import { createChatService } from '../features/chat/chat-service.ts';
import { createConversationRepository } from '../features/chat/conversation-repository.ts';
import { createConversationService } from '../features/chat/conversations.ts';
import { createGenerationEngine } from '../features/chat/generation-engine.ts';
import { createGenerationReader } from '../features/chat/generation-reader.ts';
import { createAfterAnswer } from '../features/chat/after/service.ts';
import { createSideCall } from '../features/chat/after/side-call.ts';
import { createContextService } from '../features/chat/context/service.ts';
import { createMessageRepository } from '../features/chat/message-repository.ts';
import { createPassageFinder } from '../features/chat/passages.ts';
import { createShowing } from '../features/chat/pictures.ts';
import { createChatPolicy } from '../features/chat/policy.ts';
import { createMessageQueue } from '../features/chat/queue.ts';
import { createMediaKeeper } from '../features/chat/tool-media.ts';
import { createToolRounds } from '../features/chat/tool-rounds.ts';
import { SEARCHED_LENGTH } from '../features/chat/message-terms.ts';
import { presentConversation, storedTags } from '../features/chat/present.ts';
import { newConversationRow, newMessage } from '../features/chat/rows.ts';
import { createChatStore } from '../features/chat/store.ts';
import { createFeedbackRepository } from '../features/feedback/repository.ts';
import { createFeedbackService } from '../features/feedback/service.ts';
import { createCollectionService } from '../features/collections/service.ts';
import { createSourceService } from '../features/collections/sources.ts';
import { contentRoutes } from '../features/files/content-routes.ts';
import { createFileHolders } from '../features/files/holders.ts';
import { soundKinds } from '../features/files/recordings.ts';
import { createPictures, pictureKinds } from '../features/files/pictures.ts';
import { createThumbnails } from '../features/files/thumbnails.ts';
import { sniff } from '../features/files/sniff.ts';
import { createFolderService } from '../features/folders/service.ts';
import { createMemoryService } from '../features/memories/service.ts';
import { askedToRemember } from '../features/memories/words.ts';
import { createPromptService } from '../features/prompts/service.ts';
import { createShareService } from '../features/shares/service.ts';
import { createApprovals } from '../features/tools/approvals.ts';
import { builtInTools } from '../features/tools/built-in.ts';
import { createToolService, type ToolSource } from '../features/tools/service.ts';
import { createWebPages } from '../features/web/pages.ts';
import { createWebService } from '../features/web/service.ts';
import { grant } from '../http-kit/actor.ts';
import { createOutboundGuard } from '../lib/outbound-guard.ts';
import { createMessageIndex } from '../platform/search/create.ts';
import { createWebSearch } from '../platform/web-search/create.ts';

type Deps = {
  db: Kysely<DB>;
  /** For questions that may take long. */
  dbReader: Kysely<DB>;
  sqlEngine: Engine;
  inTransaction: InTransaction;
  config: Config;
  store: ObjectStore;
  /** For what an answer waits for. */
  quickReader: TextExtractor;
  tempDir: string;
  jobs: JobQueue;
  events: EventBus;
  audit: AuditService;
  auth: AuthService;
  quotas: QuotaService;
  knowledge: KnowledgeService;
  files: FileService;
  profiles: ProfileService;
  models: ModelService;
  embeddings: EmbeddingService;
  /** What decides which pages may be fetched; none that is private, by default. */
  webPages: OutboundGuard | undefined;
  /** Further tools of people, beside the built-in ones. */
  toolSources: readonly ToolSource[];
  permitted: PermissionService['permitted'];
  /** Tokens that files may take to go before a model as a whole. */
  wholeFiles(): Promise<number>;
  logger: Logger;
  now: Clock;
};

/** Everything that conversations are made of: their store, what answers are made from, and what is done with them afterwards. */
export function composeChat({
  db,
  dbReader,
  sqlEngine,
  inTransaction,
  config,
  store,
  quickReader,
  tempDir,
  jobs,
  events,
  audit,
  auth,
  quotas,
  knowledge,
  files,
  profiles,
  models,
  embeddings,
  webPages,
  toolSources,
  permitted,
  wholeFiles,
  logger,
  now,
}: Deps) {
  const chatStore = createChatStore(db, inTransaction, createTogether(sqlEngine, inTransaction));
  const { conversations, messages, generations } = chatStore;
  const engine = createGenerationEngine({ generations, transaction: chatStore.ending, events, logger, now });
  const policy = createChatPolicy({ conversations, messages, generations, live: engine.live });
  // Addresses of pages come from people: no private address is allowed, also none where a model server stands.
  const webGuard = webPages ?? createOutboundGuard();
  const pages = createWebPages({ guard: webGuard, userAgent: `Carrel/${config.version}` });
  const web = createWebService({
    pages,
    search: createWebSearch(config.webSearch, webGuard),
    extractor: quickReader,
    sniff,
    tempDir: join(config.dataDir, 'tmp'),
  });
  const collections = createCollectionService({ db, knowledge, files, audit, events, now });
  const sources = createSourceService({ db, collections, files, web: pages, jobs, logger, now });
  const approvals = createApprovals({ db, audit, now });
  const pictures = createPictures({ store, extractor: quickReader, tempDir });
  const showing = createShowing({ files, pictures });
  const memories = createMemoryService({ db, engine: sqlEngine, embeddings, jobs, logger, now });
  const tools = createToolService({
    builtIn: builtInTools({ knowledge, web, memories, timezoneOf: profiles.timezone, now }),
    sources: toolSources,
    permitted,
  });
  const assistants = createAssistantService({ db, models, collections, files, tools, audit, events, now });
  const rounds = createToolRounds({
    approvals,
    keepMedia: createMediaKeeper({ files, kinds: { picture: pictureKinds, sound: soundKinds } }),
    logger,
  });
  const context = createContextService({ db, messages, models, remembered: memories.forPrompt, now });
  const after = createAfterAnswer({
    conversations,
    messages,
    engine,
    memories,
    askedToRemember,
    models,
    ask: createSideCall({ models, quota: quotas }),
    titlesByModel: config.titles === 'model',
    standing: auth.standing,
    events,
    jobs,
    logger,
  });
  const findPassages = createPassageFinder({ knowledge, files, web, showing, wholeFiles, logger });
  const answer = createAnswerer({ models, knowledge, findPassages, context, rounds, showing, logger, now });
  const chat = createChatService({
    policy,
    messages,
    generations,
    store: chatStore,
    engine,
    answer,
    models,
    files,
    collections,
    web,
    tools,
    assistants,
    context,
    quota: quotas,
    events,
    now,
  });
  const queue = createMessageQueue({
    queue: chatStore.queue,
    engine,
    generations,
    chat,
    asker: auth.standing,
    files,
    events,
    logger,
    now,
  });
  const holders = createFileHolders({ db, remove: files.remove });
  const reader = createGenerationReader({ engine, generations, messages, events });
  const folders = createFolderService({ db, inTransaction, now });
  const conversationService = createConversationService({
    conversations,
    messages,
    generations,
    store: chatStore,
    files: holders,
    folders,
    assistants,
    memories,
    context,
    engine,
    events,
    now,
  });
  const chatSearch = createChatSearch({
    index: createMessageIndex(dbReader, sqlEngine),
    searchedLength: SEARCHED_LENGTH,
  });
  const transfer = createChatTransfer({
    conversations,
    feedback: createFeedbackRepository(db, sqlEngine),
    transaction: (work) =>
      inTransaction((tx) =>
        work({
          conversations: createConversationRepository(tx),
          messages: createMessageRepository(tx),
          feedback: createFeedbackRepository(tx, sqlEngine),
        }),
      ),
    presentConversation,
    messagesOf: conversationService.messages,
    // Only rows that were looked up by their owner come here.
    owning: grant,
    newConversation: newConversationRow,
    newMessage,
    storedTags,
    ownedFiles: files.ownedIds,
    mayKeepFiles: async ({ userId, role }) => role === 'admin' || (await permitted(userId)).has('files.upload'),
    keepFile: (userId, kind, made) =>
      files.make(
        userId,
        { ...made, madeIn: null },
        { picture: pictureKinds, sound: soundKinds, file: undefined }[kind],
      ),
    removeFile: files.remove,
    events,
    logger,
    now,
  });
  const shares = createShareService({
    db,
    conversations,
    messages,
    publicAllowed: config.publicSharing,
    publicUrl: config.publicUrl,
    audit,
    now,
  });
  const feedback = createFeedbackService({ db, engine: sqlEngine, now });
  const prompts = createPromptService({ db, audit, now });

  const routes = (identify: Door['identify']): Route[] => [
    ...conversationRoutes({ conversations: conversationService, policy }),
    ...folderRoutes(folders),
    ...chatSearchRoutes(chatSearch),
    ...chatTransferRoutes({ transfer, policy, zip: { tempDir, maxBytes: config.limits.uploadBytes } }),
    ...shareRoutes({ shares, policy, identify }),
    ...feedbackRoutes({ feedback, policy }),
    ...promptRoutes(prompts),
    ...assistantRoutes(assistants),
    ...chatRoutes({ chat, reader, policy, approvals }),
    ...contextRoutes({ context, after, policy }),
    ...memoryRoutes(memories),
    ...toolRoutes(tools),
    ...queueRoutes({ queue, policy }),
    ...contentRoutes({ files, thumbnails: createThumbnails({ store, pictures, now }) }),
    ...collectionRoutes({ collections, sources }),
    ...webRoutes(web),
  ];
  return {
    routes,
    holders,
    engine,
    policy,
    chat,
    conversations: conversationService,
    sources,
    transfer,
    messages,
    generations,
  };
}
