/**
 * Who may import whom. The layers, from the left: shared, lib and config, db, platform, http-kit, features, http, compose,
 * main (with cli). A file imports from its own layer and from those to its left.
 *
 * Parsed with swc: the compiler has no API that the tool could use. `type-only` is an import that leaves no trace at run time.
 */
const { Visitor } = require('@swc/core/Visitor.js');

// swc's visitor does not know `using` and `await using` yet, and ends where it meets one.
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  return { ...statement, decls: this.visitVariableDeclarators(statement.decls) };
};

const layers = [
  ['shared', '^shared/'],
  ['lib', '^server/lib/'],
  ['config', '^server/config(\\.ts$|/)'],
  ['db', '^server/db/'],
  ['platform', '^server/platform/'],
  ['http-kit', '^server/http-kit/'],
  ['features', '^server/features/'],
  ['http', '^server/http/'],
  ['compose', '^server/compose(\\.ts$|/)'],
  ['main', '^server/(main\\.ts$|cli/)'],
];
const tests = '(\\.test\\.tsx?$|\\.fixture\\.ts$|/contract\\.ts$|^test/)';

/** A test may reach further than what it tests. */
const leftwards = layers.slice(0, -1).map(([name, path], at) => ({
  name: `${name}-imports-from-the-left`,
  severity: 'error',
  from: { path, pathNot: tests },
  to: {
    path: `(${layers
      .slice(at + 1)
      .map(([, right]) => right)
      .join('|')}|^web/)`,
  },
}));

module.exports = {
  forbidden: [
    ...leftwards,
    {
      name: 'shared-knows-no-node',
      severity: 'error',
      from: { path: '^shared/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'shared-depends-on-zod-alone',
      severity: 'error',
      from: { path: '^shared/', pathNot: tests },
      to: { path: 'node_modules/', pathNot: 'node_modules/zod/' },
    },
    {
      name: 'web-imports-shared-alone',
      severity: 'error',
      from: { path: '^web/src/', pathNot: tests },
      to: { path: '^(server|test|scripts)/' },
    },
    {
      name: 'web-takes-types-of-schemas',
      comment: 'A schema brings Zod along, which is a third of what a page may weigh.',
      severity: 'error',
      from: { path: '^web/src/', pathNot: tests },
      to: { path: '^shared/(api/|stream\\.ts)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-imports-no-tests',
      severity: 'error',
      from: { path: '^(server|shared|web/src|scripts)/', pathNot: tests },
      to: { path: '(^test/|\\.test\\.tsx?$|\\.fixture\\.ts$)' },
    },
    {
      name: 'nothing-imports-scripts',
      severity: 'error',
      from: { path: '^(server|shared|web)/' },
      to: { path: '^scripts/' },
    },
    {
      name: 'features-know-each-other-by-type',
      comment: 'compose.ts passes instances.',
      severity: 'error',
      from: { path: '^server/features/([^/]+)/', pathNot: tests },
      to: { path: '^server/features/', pathNot: '^server/features/$1/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'service-under-routes',
      severity: 'error',
      from: { path: '^server/features/', pathNot: ['routes\\.ts$', tests] },
      to: { path: '^server/features/.*routes\\.ts$' },
    },
    {
      name: 'repository-under-service',
      comment: 'routes → service → repository, and not back.',
      severity: 'error',
      from: { path: '^server/features/.*repository\\.ts$' },
      to: { path: '^server/features/.*(service|routes|policy)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'routes-ask-services',
      severity: 'error',
      from: { path: '^server/features/.*routes\\.ts$' },
      to: { path: '(^server/db/|^server/platform/|repository\\.ts$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'kysely-in-repositories',
      comment: 'At run time; types may be named elsewhere. compose.ts asks the database whether it lives.',
      severity: 'error',
      from: {
        path: '^(server|shared|web)/',
        pathNot: [
          'repository\\.ts$',
          '^server/db/',
          '^server/platform/[^/]+/drivers/',
          '^server/compose(\\.ts$|/)',
          tests,
        ],
      },
      to: { path: 'node_modules/kysely/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'fastify-at-the-door',
      severity: 'error',
      from: { path: '^(server|shared|web)/', pathNot: ['^server/(http|http-kit)/', 'routes\\.ts$', tests] },
      to: { path: 'node_modules/(fastify|@fastify|fastify-type-provider-zod)/' },
    },
    {
      name: 'engines-and-parsers-in-drivers',
      comment: 'What is made by a vendor or for one engine stays behind a port.',
      severity: 'error',
      from: {
        path: '^(server|shared|web)/',
        pathNot: ['^server/db/', '^server/platform/[^/]+/drivers/', '^web/src/features/files/viewer/', tests],
      },
      to: { path: 'node_modules/(better-sqlite3|pg|mysql2|pdfjs-dist|croner)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'drivers-are-picked-in-compose',
      severity: 'error',
      from: {
        path: '^server/',
        pathNot: ['^server/compose(\\.ts$|/)', '^server/platform/', '^server/features/models/', tests],
      },
      to: { path: '^server/platform/[^/]+/drivers/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-in-the-product',
      severity: 'error',
      from: { path: '^(server|shared|web/src)/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^(web|server)/dist/|^test/fixtures/)' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
