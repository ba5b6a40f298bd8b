import { ConfigError, type Config } from '../config.ts';
import { describeDatabase } from '../config/database-url.ts';

type SystemError = Error & { code?: string; errno?: number; syscall?: string; path?: string; address?: string };

/** What keeps the server from starting, in one line that says what to do; undefined for what nobody foresaw. */
export function explainFailure(error: unknown, config: Config): string | undefined {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return undefined;
  const failure: SystemError = error;
  const { code = '', syscall = '' } = failure;
  if (['listen', 'bind', 'getaddrinfo'].includes(syscall)) {
    const line = cannotListen(code, config);
    if (line !== undefined && !isDatabaseHost(error, config)) return line;
  }
  return diskTrouble(failure, config) ?? databaseTrouble(failure, config) ?? programTrouble(failure);
}

function cannotListen(code: string, { host, port }: Config): string | undefined {
  const next = port < 65_535 ? port + 1 : 8080;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken. Stop what uses it, or start with PORT=${next}.`;
    case 'EACCES':
      return `Port ${port} needs more rights than this user has. Start with PORT=${port < 1_024 ? 8080 : next}.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST: "${host}" is not an address of this machine. Example: HOST=127.0.0.1`;
    default:
      return undefined;
  }
}

/** A look-up that failed while connecting to the database, not while listening. */
const isDatabaseHost = (error: Error & { hostname?: string }, { database, host }: Config): boolean =>
  error.hostname !== undefined &&
  error.hostname !== host &&
  URL.canParse(database.url) &&
  new URL(database.url).hostname === error.hostname;

function diskTrouble({ code = '', path }: SystemError, { dataDir, database }: Config): string | undefined {
  if (['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(code))
    return `The disk is full. Free some space (the data is in ${dataDir}) and start again.`;
  if (['EACCES', 'EPERM', 'EROFS'].includes(code) && path)
    return `${path} cannot be written (${code}). Give this user the right to write there, or set DATA_DIR.`;
  if (/^SQLITE_(CANTOPEN|READONLY|IOERR|PERM)/.test(code))
    return `The database file ${describeDatabase(database.url)} cannot be opened for writing (${code}).`;
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code))
    return `${describeDatabase(database.url)} is damaged, or not a SQLite database. Restore it from a backup.`;
  return /^SQLITE_(BUSY|LOCKED)/.test(code)
    ? `The database file ${describeDatabase(database.url)} is locked by another program.`
    : undefined;
}

const unreachable = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  '57P03',
  'PROTOCOL_CONNECTION_LOST',
];
/** PostgreSQL's and MySQL's codes. */
const refused = ['28P01', '28000', 'ER_ACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR'];
const missing = ['3D000', 'ER_BAD_DB_ERROR'];
const forbidden = ['42501', 'ER_TABLEACCESS_DENIED_ERROR'];

function databaseTrouble({ code = '', message }: SystemError, { database }: Config): string | undefined {
  const where = describeDatabase(database.url);
  if (unreachable.includes(code) || /timeout exceeded when trying to connect/.test(message)) {
    return `The database at ${where} cannot be reached (${code || 'time-out'}). Start it, or correct DATABASE_URL.`;
  }
  if (refused.includes(code)) return `The database at ${where} refuses this user or password. Correct DATABASE_URL.`;
  if (missing.includes(code)) return `There is no database at ${where}. Create it, or correct DATABASE_URL.`;
  if (forbidden.includes(code))
    return `The user of ${where} may not change the schema. Name one who may in DATABASE_MIGRATE_URL.`;
  return undefined;
}

function programTrouble({ code, message }: SystemError): string | undefined {
  if (code === 'ERR_MODULE_NOT_FOUND')
    return `A part of Carrel is missing: ${message.split(' imported from')[0]}. Run ./start.sh, which installs what is needed.`;
  // These two are sentences for people already.
  return /^This data was made by a newer Carrel|^SQLite \S+ is too old/.test(message) ? message : undefined;
}
