import { Readable } from 'node:stream';
import { auditExportQuery, auditPage, auditQuery, auditVerification } from '../../../shared/api/audit.ts';
import { admin } from '../../http-kit/access.ts';
import { route, type Route } from '../../http-kit/route.ts';
import { exportLines } from './export.ts';
import type { AuditService } from './service.ts';

const types = { csv: 'text/csv; charset=utf-8; header=present', jsonl: 'application/jsonl; charset=utf-8' };

type Times = { from?: string | undefined; to?: string | undefined };
const inTime = <T extends Times>({ from, to, ...rest }: T) => ({
  ...rest,
  from: from === undefined ? undefined : Date.parse(from),
  to: to === undefined ? undefined : Date.parse(to),
});

export const auditRoutes = (audit: AuditService): Route[] => [
  route({
    method: 'GET',
    url: '/api/admin/audit',
    access: admin(),
    summary: 'Who did what, newest first; by actor, action, time, and `q` in names, addresses and request ids',
    query: auditQuery,
    reply: auditPage,
    handle: ({ query }) => audit.list(inTime(query)),
  }),
  route({
    method: 'GET',
    url: '/api/admin/audit/export',
    access: admin(),
    summary: 'The audit log as a file (CSV, or one JSON object a line), oldest first, with the same filters',
    query: auditExportQuery,
    reply: 'raw',
    handle: async ({ query: { format, ...query }, reply }) => {
      await audit.record({ action: 'audit.exported', detail: { format } });
      reply
        .header('content-disposition', `attachment; filename="audit.${format}"`)
        .header('cache-control', 'no-store')
        .type(types[format]);
      return reply.send(Readable.from(exportLines(audit.export(inTime(query)), format)));
    },
  }),
  route({
    method: 'GET',
    url: '/api/admin/audit/verify',
    access: admin(),
    summary: 'Whether every entry of the audit log is there and as it was written',
    reply: auditVerification,
    handle: () => audit.verify(),
  }),
];
