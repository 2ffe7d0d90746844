#!/usr/bin/env node
/**
 * Prisma's schema engine without a downloaded binary.
 *
 * The Prisma CLI starts the executable named by PRISMA_SCHEMA_ENGINE_BINARY and speaks JSON-RPC with it, one message
 * per line over stdin and stdout. This file answers that protocol with the WASM build of the same engine and the
 * `pg` driver, so that `generate`, `migrate …`, `db …` work where Prisma's download host is out of reach.
 *
 * The protocol is internal to Prisma: all Prisma packages are pinned to one exact version, and a test migrates an
 * empty database and finds no drift. `PELLUCID_DEBUG_SCHEMA_ENGINE=1` logs every request to stderr.
 *
 * Start-up forms the CLI uses:
 *   schema-engine --version
 *   schema-engine --datamodels <json> --datasource <json>                  JSON-RPC loop
 *   schema-engine --datasource <json> cli can-connect-to-database | create-database | drop-database
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { parse as parseConnectionString } from 'pg-connection-string';
import { EXTENSIONS } from '../runtime/roles.mjs';

const DEBUG = process.env['PELLUCID_DEBUG_SCHEMA_ENGINE'] === '1';

/** JSON-RPC error code the CLI reads as "the engine reports an error". */
const ENGINE_ERROR = 4466;

/** Maps Postgres' SQLSTATE to the error code that the CLI shows. */
const CONNECTION_ERRORS = { '3D000': 'P1003', '28P01': 'P1000', 28000: 'P1000', '42P04': 'P1009' };

const engineModule = await loadWasmEngine();

const argv = process.argv.slice(2);
if (argv.includes('--version')) {
  process.stdout.write(`schema-engine-cli wasm-${engineModule.version()}\n`);
  process.exit(0);
}

const { values: options, positionals } = parseArgs({
  args: argv,
  allowPositionals: true,
  strict: false,
  options: { datamodels: { type: 'string', multiple: true }, datasource: { type: 'string' } },
});
const datasource = options.datasource ? JSON.parse(String(options.datasource)) : {};
/** @type {string | undefined} */
const connectionString = datasource.url;
const pgSchema = connectionString
  ? (new URL(connectionString).searchParams.get('schema') ?? undefined)
  : undefined;

reportCatalogTypesAsText();

if (positionals[0] === 'cli') await runDatabaseCommand(positionals[1]);
else serveJsonRpc();

/** Instantiates the WASM module directly, because its own entry point expects a bundler that can import `.wasm`. */
async function loadWasmEngine() {
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const bindings = await import(pathToFileURL(path).href);
  const { instance } = await WebAssembly.instantiate(readFileSync(path.replace(/\.js$/, '.wasm')), {
    './schema_engine_bg.js': bindings,
  });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}

/**
 * adapter-pg refuses types that occur only in the system catalogue ("char", pg_node_tree, regtype …), which the
 * engine's introspection selects. They are reported as text (OID 25), the form in which they arrive anyway.
 */
function reportCatalogTypesAsText() {
  const TEXT = 25;
  const catalogOnly = new Set([18, 22, 24, 30, 194, 2202, 2205, 2206, 4089, 4096]);
  const original = pg.Query.prototype.handleRowDescription;
  pg.Query.prototype.handleRowDescription = function handleRowDescription(message) {
    for (const field of message.fields) if (catalogOnly.has(field.dataTypeID)) field.dataTypeID = TEXT;
    return original.call(this, message);
  };
}

/**
 * Splits a URL into separate settings. For a shadow database the adapter overrides `database`, which has no effect on a
 * `connectionString`.
 * @param {string} url
 */
function connectionSettings(url) {
  const { host, port, user, password, database, ssl } = parseConnectionString(url);
  return {
    host: host ?? undefined,
    port: port ? Number(port) : undefined,
    user,
    password,
    database: database ?? undefined,
    ssl: ssl || undefined,
    max: 2,
  };
}

/** Answers `cli can-connect-to-database | create-database | drop-database` with an exit code and a log line. */
async function runDatabaseCommand(command) {
  const url = new URL(connectionString ?? fail('P1012', 'No database URL is set: give DATABASE_URL_OWNER.'));
  const database = decodeURIComponent(url.pathname.slice(1));
  if (command !== 'can-connect-to-database') url.pathname = '/postgres';
  const client = new pg.Client(connectionSettings(url.href));
  try {
    await client.connect();
    if (command === 'create-database') await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
    if (command === 'drop-database') {
      await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`);
    }
    await client.end();
    process.exit(0);
  } catch (error) {
    fail(CONNECTION_ERRORS[error.code] ?? 'P1001', error.message);
  }
}

/** Exits with the log lines from which the CLI reads its error. The first line only marks the start of the log. */
function fail(code, message) {
  const start = { level: 'INFO', fields: { message: 'start' }, target: 'schema_engine' };
  const error = {
    timestamp: new Date().toISOString(),
    level: 'ERROR',
    fields: { message, error_code: code, is_panic: false },
    target: 'schema_engine::logger',
  };
  process.stderr.write(`${JSON.stringify(start)}\n${JSON.stringify(error)}\n`);
  process.exit(1);
}

/** The schema files: a JSON list of [path, content] pairs, or the path of a single file. */
function readDatamodels() {
  return (options.datamodels ?? []).map((given) => {
    try {
      return JSON.parse(String(given));
    } catch {
      return ['schema.prisma', readFileSync(String(given), 'utf8')];
    }
  });
}

/** The adapter through which the engine talks to the database and its shadow. */
function adapterFactory() {
  // Without a URL (validate, format) the engine never connects, but the adapter still requires settings.
  const settings = connectionString ? connectionSettings(connectionString) : { host: 'invalid', port: 1 };
  const adapter = new PrismaPg(settings, { schema: pgSchema });
  const connect = adapter.connect.bind(adapter);
  adapter.connect = async () => sendScriptsWhole(await connect());
  adapter.connectToShadowDb = connectToShadowDatabase;
  return bindMigrationAwareSqlAdapterFactory(adapter);
}

/**
 * Sends each script as a whole. The adapter splits scripts at every semicolon, even inside function bodies and
 * comments. The native engine doesn't, because Postgres accepts several statements in one simple query.
 */
function sendScriptsWhole(connection) {
  const queryRaw = connection.queryRaw.bind(connection);
  // The engine panics if the kind of a CHECK or trigger constraint isn't reported as a single character.
  connection.queryRaw = async (query) => {
    const set = await queryRaw(query);
    const kind = set.columnNames.indexOf('constraint_type');
    if (kind >= 0) set.columnTypes[kind] = ColumnTypeEnum.Character;
    return set;
  };
  connection.executeScript = async (script) => {
    try {
      await connection.client.query(script);
    } catch (error) {
      connection.onError(error);
    }
  };
  return connection;
}

/**
 * A scratch database in which the engine replays the migrations. The adapter's own version drops it while its pool
 * still has open connections, which Postgres refuses. This one closes the pool first.
 */
async function connectToShadowDatabase() {
  if (datasource.shadowDatabaseUrl) {
    const settings = connectionSettings(datasource.shadowDatabaseUrl);
    return sendScriptsWhole(await new PrismaPg(settings, { schema: pgSchema }).connect());
  }
  const settings = connectionSettings(connectionString ?? fail('P1012', 'No database URL is set.'));
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  const admin = new pg.Client(settings);
  await admin.connect();
  await admin.query(`CREATE DATABASE "${name}" TEMPLATE template0`);
  await createExtensions({ ...settings, database: name });
  const connection = sendScriptsWhole(
    await new PrismaPg({ ...settings, database: name }, { schema: pgSchema }).connect(),
  );
  const dispose = connection.dispose.bind(connection);
  connection.dispose = async () => {
    await dispose();
    await admin.query(`DROP DATABASE "${name}" WITH (FORCE)`);
    await admin.end();
  };
  return connection;
}

/** The shadow has the same extensions as every Pellucid database, so that migrations can use them. */
async function createExtensions(settings) {
  const client = new pg.Client(settings);
  await client.connect();
  for (const extension of EXTENSIONS) await client.query(`CREATE EXTENSION IF NOT EXISTS ${extension}`);
  await client.end();
}

/** Serves the CLI until it closes stdin. Requests are answered one at a time, as the native engine does. */
function serveJsonRpc() {
  let queue = Promise.resolve();
  let engine;
  let answering;
  let panic = '';

  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

  const answer = async (line) => {
    const { id, method, params } = JSON.parse(line);
    if (!method) return; // the CLI's acknowledgement of our own `print` request
    answering = id;
    if (DEBUG) process.stderr.write(`${method} ${JSON.stringify(params)?.slice(0, 600)}\n`);
    try {
      const datamodels = readDatamodels();
      engine ??= await engineModule.SchemaEngine.new(
        { datamodels: datamodels.length > 0 ? datamodels : undefined },
        () => {},
        adapterFactory(),
      );
      const operation = method === 'getDatabaseVersion' ? 'version' : method;
      const result = (await engine[operation](params)) ?? null;
      // The native engine prints a diff through a callback. The WASM engine returns the text.
      if (operation === 'diff' && result?.stdout) {
        send({ id: 1_000_000 + id, method: 'print', params: { content: result.stdout } });
      }
      send({ id, result });
    } catch (error) {
      const message = error?.message ?? String(error);
      if (DEBUG) process.stderr.write(`${error?.stack ?? message}\n`);
      const data = { is_panic: false, message, error_code: error?.code };
      send({ id, error: { code: ENGINE_ERROR, message, data } });
    }
  };

  // After a panic the engine is unusable and no promise settles. Without an answer, the CLI would exit successfully.
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => (panic = message) };
  const answerPanic = (error) => {
    const message = panic || String(error?.stack ?? error);
    send({
      id: answering,
      error: { code: ENGINE_ERROR, message, data: { is_panic: false, message, error_code: null } },
    });
  };
  process.on('uncaughtException', answerPanic).on('unhandledRejection', answerPanic);

  createInterface({ input: process.stdin })
    .on('line', (line) => {
      queue = queue.then(() => answer(line));
    })
    .on('close', () => queue.then(() => process.exit(0)));
}
