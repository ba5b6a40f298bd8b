import type { Kysely } from 'kysely';
import type { Engine } from '../db/dialect.ts';
import type { DB } from '../db/schema.ts';
import { wipeDeleted } from '../db/wipe.ts';
import { registerAccountExportJobs } from '../features/account-export/jobs.ts';
import { accountExportRoutes } from '../features/account-export/routes.ts';
import { createAccountExport } from '../features/account-export/service.ts';
import type { AuditService } from '../features/audit/service.ts';
import type { AuthService } from '../features/auth/service.ts';
import type { ChatTransfer } from '../features/chat-transfer/service.ts';
import type { FileHolders } from '../features/files/holders.ts';
import type { FileService } from '../features/files/service.ts';
import { createInbox, registerInboxJobs } from '../features/notifications/inbox.ts';
import { notificationRoutes } from '../features/notifications/routes.ts';
import { subscribeInbox } from '../features/notifications/subscribe.ts';
import { registerRetentionJobs } from '../features/retention/jobs.ts';
import { retentionRoutes } from '../features/retention/routes.ts';
import { createRetention } from '../features/retention/service.ts';
import type { ConversationService } from '../features/chat/conversations.ts';
import type { SecondFactorService } from '../features/second-factor/service.ts';
import { grant } from '../http-kit/actor.ts';
import type { Route } from '../http-kit/route.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { EventBus } from '../platform/events/driver.ts';
import type { JobQueue } from '../platform/jobs/driver.ts';
import type { ObjectStore } from '../platform/storage/driver.ts';

type Deps = {
  db: Kysely<DB>;
  sqlEngine: Engine;
  store: ObjectStore;
  jobs: JobQueue;
  events: EventBus;
  auth: AuthService;
  secondFactor: SecondFactorService;
  conversations: Pick<ConversationService, 'remove'>;
  transfer: ChatTransfer;
  files: FileService;
  holders: FileHolders;
  audit: AuditService;
  logger: Logger;
  now: Clock;
};

/** What people take along of what is kept of them, and how long it is kept. */
export function composeKeeping(deps: Deps): { routes: Route[] } {
  const {
    db,
    sqlEngine: engine,
    store,
    jobs,
    events,
    auth,
    secondFactor,
    conversations,
    transfer,
    files,
    holders,
    audit,
    logger,
    now,
  } = deps;
  const exports = createAccountExport({
    db,
    engine,
    store,
    jobs,
    confirm: (userId, proof) => secondFactor.confirmIdentity(userId, proof, auth.isPassword),
    conversations: transfer.exportAll,
    files,
    audit,
    events,
    now,
  });
  const retention = createRetention({
    db,
    engine,
    // The rule was made by an admin, and each of its rows is somebody's own.
    removeConversation: (row) => conversations.remove(grant(row)),
    holders,
    removeFile: files.remove,
    audit,
    now,
  });
  registerAccountExportJobs(jobs, exports);
  const notifications = createInbox({ db, engine, events, now });
  subscribeInbox({ events, inbox: notifications, logger, now });
  registerInboxJobs(jobs, notifications);
  registerRetentionJobs(jobs, retention, () => wipeDeleted(db, engine));
  return {
    routes: [...accountExportRoutes(exports), ...retentionRoutes(retention), ...notificationRoutes(notifications)],
  };
}
